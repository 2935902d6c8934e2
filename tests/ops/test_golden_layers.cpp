// SPDX-License-Identifier: Apache-2.0
// Golden cases of convolutions, pools, normalisations and elementwise ops, on every target.
#include "golden_cases.h"
#include "one_op.h"
#include "shared_data.h"

#include <doctest/doctest.h>

using namespace tradewind;
using golden_cases::Case;
using one_op::Call;
using Integers = std::vector<std::int64_t>;

namespace {

// Runs every case of an op on every target; `translate` makes the call. Fails unless `count` cases were run.
template <class Translate>
void run_all(const char *op, std::size_t count, Translate translate, const char *output = "y")
{
    if (!have_shared(op)) return;
    const auto cases = golden_cases::of_op(op);
    CHECK(cases.size() == count);
    for (const Case &golden : cases)
        for (const auto &target : one_op::targets()) {
            CAPTURE(golden.name);
            CAPTURE(target);
            CHECK(golden_cases::difference(golden, output, one_op::run(translate(golden), target)[0]) == "");
        }
}

Attributes window(const Case &golden, Integers kernel)
{
    Attributes attributes;
    attributes.set("kernel", std::move(kernel));
    attributes.set("stride", golden.integers("stride"));
    const std::string padding = golden.attributes.at("padding");
    attributes.set("padding", std::string(padding == "SAME" ? "same" : padding == "VALID" ? "valid" : "explicit"));
    const char *key = golden.attributes.contains("effective_pads") ? "effective_pads" : "explicit_pads";
    if (padding == "EXPLICIT") {
        const auto pads = golden.attributes.at(key).get<std::vector<Integers>>();
        attributes.set("pads", Integers{pads[0][0], pads[0][1], pads[1][0], pads[1][1]});
    }
    if (golden.attributes.contains("dilation")) attributes.set("dilation", golden.integers("dilation"));
    return attributes;
}

Call plain(const char *op, const Case &golden, Attributes attributes = {})
{
    return {op, std::move(attributes), {golden.inputs.at("x")}, {}};
}

} // namespace

TEST_CASE("conv2d")
{
    run_all("conv2d", 33, [](const Case &golden) {
        const Tensor &w = golden.inputs.at("w");
        Attributes attributes = window(golden, {w.shape()[0], w.shape()[1]});
        attributes.set("filters", w.shape()[3]);
        return Call{"conv2d", attributes, {golden.inputs.at("x")}, {{"weights", w}}};
    });
}

TEST_CASE("depthwise_conv2d")
{
    run_all("depthwise_conv2d", 13, [](const Case &golden) {
        const Tensor &w = golden.inputs.at("w");
        Attributes attributes = window(golden, {w.shape()[0], w.shape()[1]});
        attributes.set("multiplier", w.shape()[3]);
        return Call{"depthwise_conv2d", attributes, {golden.inputs.at("x")}, {{"depthwise_weights", w}}};
    });
}

TEST_CASE("dense, with and without bias")
{
    for (const bool bias : {true, false})
        run_all(
            "dense", 3,
            [&](const Case &golden) {
                Attributes attributes;
                attributes.set("units", golden.inputs.at("w").shape()[1]);
                attributes.set("bias", std::int64_t{bias});
                Call call{"dense", attributes, {golden.inputs.at("x")}, {{"weights", golden.inputs.at("w")}}};
                if (bias) call.weights["biases"] = golden.inputs.at("b");
                return call;
            },
            bias ? "y" : "y_no_bias");
}

TEST_CASE("batch_norm")
{
    run_all("batch_norm_inference", 4, [](const Case &golden) {
        Attributes attributes;
        attributes.set("epsilon", golden.attributes.at("epsilon").get<double>());
        attributes.set("gamma", std::int64_t{golden.attributes.at("gamma").get<bool>()});
        Call call{"batch_norm", attributes, {golden.inputs.at("x")}, {}};
        for (const auto &[leaf, input] :
             {std::pair{"beta", "beta"}, {"moving_mean", "mean"}, {"moving_variance", "variance"}, {"gamma", "gamma"}})
            if (golden.inputs.count(input)) call.weights[leaf] = golden.inputs.at(input);
        return call;
    });
}

TEST_CASE("pools")
{
    const auto pool = [](const char *op) {
        return [op](const Case &golden) { return plain(op, golden, window(golden, golden.integers("kernel"))); };
    };
    run_all("max_pool", 22, pool("max_pool"));
    run_all("avg_pool", 8, pool("avg_pool"));
}

TEST_CASE("l2_normalization")
{
    run_all("l2_normalization", 2, [](const Case &golden) {
        return Call{"l2_normalization", {}, {golden.inputs.at("x")}, {{"scale", golden.inputs.at("scale")}}};
    });
}

TEST_CASE("elementwise ops")
{
    const auto named = [](const char *op) { return [op](const Case &golden) { return plain(op, golden); }; };
    run_all("relu", 1, named("relu"));
    run_all("relu6", 1, named("relu6"));
    run_all("sigmoid", 1, named("sigmoid"));
    run_all("softmax", 3, named("softmax"));
    run_all("spatial_mean", 4, named("spatial_mean"));
}

TEST_CASE("concat")
{
    run_all("concat", 2, [](const Case &golden) {
        Call call{"concat", {}, {}, {}};
        call.attributes.set("axis", golden.attributes.at("axis").get<std::int64_t>());
        for (const auto &[name, tensor] : golden.inputs) call.inputs.push_back(tensor);
        return call;
    });
}

TEST_CASE("add, as residual sums have it")
{
    for (const bool activated : {true, false})
        run_all(
            "residual_add", 4,
            [&](const Case &golden) {
                Attributes attributes;
                attributes.set("scale", golden.attributes.at("scale").get<double>());
                if (activated) attributes.set("activation", golden.attributes.at("activation").get<std::string>());
                return Call{"add", attributes, {golden.inputs.at("net"), golden.inputs.at("up")}, {}};
            },
            activated ? "y" : "sum");
}
