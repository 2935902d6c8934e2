// SPDX-License-Identifier: Apache-2.0
// Golden cases of convolutions, products, pools and elementwise ops.
#include "golden_runs.h"

#include "ops/window.h"

#include <algorithm>

using namespace tradewind;

namespace ops_test {
namespace {

Tensor input(const GoldenCase &c, const char *name) { return c.inputs.at(name); }

std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char ch) { return std::tolower(ch); });
    return text;
}

// Kernel, stride and padding; `pads` names the attribute that holds explicit pads.
Settings window_settings(const GoldenCase &c, const Integers &kernel, const char *pads)
{
    Settings settings{{"kernel", kernel}, {"stride", c.integers("stride")}, {"padding", lower(c.text("padding"))}};
    if (c.text("padding") == "EXPLICIT") settings["pads"] = c.integers(pads);
    return settings;
}

Comparisons single(const GoldenCase &c, const Harness &harness, const OpCase &op, const char *output = "y")
{
    return {{output, c.outputs.at(output), harness.run(op).front()}};
}

// The pads that the geometry finds, beside those of the reference implementation.
Comparison pads_of(const GoldenCase &c, const OpCase &op)
{
    const Graph graph = graph_of(op);
    const Window window = window_of(graph.nodes.front().attributes, op.inputs[0].shape());
    const auto &wanted = c.integers("effective_pads");
    return {"pads", tensor_of({4}, {wanted.begin(), wanted.end()}),
            tensor_of({4}, {static_cast<float>(window.y.before), static_cast<float>(window.y.after),
                            static_cast<float>(window.x.before), static_cast<float>(window.x.after)})};
}

Comparisons conv2d(const GoldenCase &c, const Harness &harness)
{
    const Tensor weights = input(c, "w");
    OpCase op{"conv2d", {input(c, "x")}, window_settings(c, {weights.shape()[0], weights.shape()[1]}, "effective_pads"), {{"weights", weights}}};
    op.settings["dilation"] = c.integers("dilation");
    op.settings["filters"] = weights.shape()[3];
    Comparisons comparisons = single(c, harness, op);
    comparisons.push_back(pads_of(c, op));
    return comparisons;
}

Comparisons depthwise_conv2d(const GoldenCase &c, const Harness &harness)
{
    const Tensor weights = input(c, "w");
    OpCase op{"depthwise_conv2d", {input(c, "x")}, window_settings(c, {weights.shape()[0], weights.shape()[1]}, "explicit_pads"), {{"depthwise_weights", weights}}};
    op.settings["dilation"] = c.integers("dilation");
    op.settings["multiplier"] = weights.shape()[3];
    return single(c, harness, op);
}

Comparisons dense(const GoldenCase &c, const Harness &harness)
{
    OpCase op{"dense", {input(c, "x")}, {{"units", input(c, "w").shape()[1]}}, {{"weights", input(c, "w")}, {"biases", input(c, "b")}}};
    Comparisons comparisons = single(c, harness, op);
    op.settings["bias"] = std::int64_t{0};
    op.parameters.erase("biases");
    comparisons.push_back(single(c, harness, op, "y_no_bias").front());
    return comparisons;
}

Tensor identity_kernel(std::int64_t channels)
{
    Tensor weights({1, 1, channels, channels});
    for (std::int64_t i = 0; i < channels; ++i) weights.floats()[i * channels + i] = 1;
    return weights;
}

OpCase identity(const Tensor &x)
{
    const std::int64_t channels = x.shape().back();
    return {"conv2d", {x}, {{"filters", channels}, {"kernel", Integers{1, 1}}}, {{"weights", identity_kernel(channels)}}};
}

// The bias of a convolution that is the identity.
Comparisons bias_add(const GoldenCase &c, const Harness &harness)
{
    OpCase op = identity(input(c, "x"));
    op.settings["bias"] = std::int64_t{1};
    op.parameters["biases"] = input(c, "b");
    return single(c, harness, op);
}

Comparisons batch_norm(const GoldenCase &c, const Harness &harness)
{
    OpCase op{"batch_norm", {input(c, "x")}, {{"epsilon", c.real("epsilon")}, {"gamma", c.settings.at("gamma")}},
              {{"beta", input(c, "beta")}, {"moving_mean", input(c, "mean")}, {"moving_variance", input(c, "variance")}}};
    if (c.inputs.count("gamma")) op.parameters["gamma"] = input(c, "gamma");
    Comparisons comparisons = single(c, harness, op);
    comparisons.push_back({"y_fused", c.outputs.at("y_fused"), comparisons[0].got});
    return comparisons;
}

Comparisons l2_normalization(const GoldenCase &c, const Harness &harness)
{
    return single(c, harness, {"l2_normalization", {input(c, "x")}, {{"epsilon", c.real("epsilon")}}, {{"scale", input(c, "scale")}}});
}

Comparisons concat(const GoldenCase &c, const Harness &harness)
{
    OpCase op{"concat", {}, {{"axis", c.settings.at("axis")}}};
    for (const auto &[name, tensor] : c.inputs) op.inputs.push_back(tensor);
    return single(c, harness, op);
}

// As the op and as the residual of a convolution that is the identity; with and without the activation.
Comparisons residual_add(const GoldenCase &c, const Harness &harness)
{
    Comparisons comparisons;
    for (const auto &[output, activation] : {std::pair{"sum", std::string("none")}, {"y", c.text("activation")}}) {
        const Settings settings{{"scale", c.real("scale")}, {"activation", activation}};
        comparisons.push_back(single(c, harness, {"add", {input(c, "net"), input(c, "up")}, settings}, output).front());
        OpCase fused = identity(input(c, "up"));
        fused.inputs.push_back(input(c, "net"));
        fused.settings["residual_scale"] = c.real("scale");
        fused.settings["activation"] = activation;
        comparisons.push_back(single(c, harness, fused, output).front());
    }
    return comparisons;
}

// Ops without attributes and weights.
Comparisons plain(const GoldenCase &c, const Harness &harness) { return single(c, harness, {c.op, {input(c, "x")}}); }

Comparisons pool(const GoldenCase &c, const Harness &harness)
{
    return single(c, harness, {c.op, {input(c, "x")}, window_settings(c, c.integers("kernel"), "pads")});
}

} // namespace

void add_layer_runs(Runs &runs)
{
    runs.insert({{"conv2d", conv2d}, {"depthwise_conv2d", depthwise_conv2d}, {"dense", dense}, {"bias_add", bias_add},
                 {"batch_norm_inference", batch_norm}, {"l2_normalization", l2_normalization}, {"concat", concat},
                 {"residual_add", residual_add}, {"relu", plain}, {"relu6", plain}, {"sigmoid", plain}, {"softmax", plain},
                 {"spatial_mean", plain}, {"max_pool", pool}, {"avg_pool", pool}});
}

} // namespace ops_test
