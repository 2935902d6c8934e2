// SPDX-License-Identifier: Apache-2.0
// Networks on a number of regions that is known only when they run: live rows are what they would be without the
// others, whatever the number, and others are zeros to whoever reads them.
#include "running.h"

#include "ops/standard_ops.h"
#include "passes/passes.h"
#include "targets/onednn/onednn_target.h"
#include "targets/reference/reference.h"

#include <doctest/doctest.h>

using namespace tradewind;

namespace {

constexpr std::int64_t most = 70; // more than one chunk of products, and no multiple of a chunk of maps

using Integers = std::vector<std::int64_t>;

Attributes window(Integers kernel, Integers stride)
{
    Attributes attributes;
    attributes.set("kernel", std::move(kernel));
    attributes.set("stride", std::move(stride));
    return attributes;
}

// Every kind of kernel that a second stage has: crops, convolutions with and without a residual, separate channels,
// pools, element by element, joined, means, products.
Graph second_stage()
{
    Graph graph(standard_ops());
    const Value map = graph.add_input("map", {{1, 9, 9, 8}}), boxes = graph.add_input("boxes", {{most, 4}}),
                count = graph.add_input("count", {{1}});
    Attributes crop;
    crop.set("crop", Integers{8, 8});
    const Value regions = graph.add("crop_and_resize", "crop", {map, boxes, count}, crop);
    Attributes layer = window({3, 3}, {1, 1});
    layer.set("filters", std::int64_t{8});
    Value x = graph.add("conv2d", "first", {regions}, layer);
    x = graph.add("relu", "first/relu", {x}, {});
    x = graph.add("conv2d", "second", {x}, layer);
    x = graph.add("add", "sum", {regions, x}, {});
    const Value y = graph.add("depthwise_conv2d", "depthwise", {x}, window({3, 3}, {1, 1}));
    Attributes channels;
    channels.set("axis", std::int64_t{3});
    x = graph.add("concat", "joined", {x, graph.add("relu6", "clamped", {y}, {})}, channels);
    x = graph.add("max_pool", "pool", {x}, window({2, 2}, {2, 2}));
    x = graph.add("batch_norm", "pool/BatchNorm", {x}, {});
    graph.set_output("features", x);
    x = graph.add("spatial_mean", "mean", {x}, {});
    Attributes flat;
    flat.set("shape", Integers{most, -1});
    x = graph.add("reshape", "flat", {x}, flat);
    Attributes units;
    units.set("units", std::int64_t{5});
    graph.set_output("codes", graph.add("dense", "codes", {x}, units));
    bind_randomly(graph);
    optimise(graph);
    return graph;
}

Tensor boxes()
{
    Tensor tensor = random_tensor({most, 4}, 7);
    for (std::int64_t i = 0; i < most; ++i) {
        float *box = tensor.floats() + 4 * i;
        for (int k = 0; k < 2; ++k) {
            box[k] = 0.25f + 0.25f * box[k];
            box[k + 2] = 0.75f + 0.25f * box[k + 2];
        }
    }
    return tensor;
}

Run run_with(Target &target, std::int64_t live)
{
    Tensor count({1});
    count.floats()[0] = static_cast<float>(live);
    return run(target, second_stage(), {random_tensor({1, 9, 9, 8}, 3), boxes(), count});
}

// The first rows are those of `all`, the others zeros.
void check_rows(const Tensor &all, const Tensor &some, std::int64_t live)
{
    const std::int64_t width = all.count() / most;
    CHECK(std::memcmp(all.data(), some.data(), static_cast<std::size_t>(live * width) * sizeof(float)) == 0);
    for (std::int64_t i = live * width; i < some.count(); ++i) REQUIRE(some.floats()[i] == 0);
}

} // namespace

TEST_CASE("live rows do not depend on how many there are")
{
    for (const auto &target : {onednn::make_target(), reference::make_target()}) {
        CAPTURE(target->name());
        const Run all = run_with(*target, most);
        CHECK(all.log.empty());
        for (const std::int64_t live : {0, 1, 15, 16, 17, 54, 64, 65, 69}) {
            CAPTURE(live);
            const Run some = run_with(*target, live);
            for (std::size_t i = 0; i < all.outputs.size(); ++i) check_rows(all.outputs[i], some.outputs[i], live);
        }
    }
}

TEST_CASE("both targets agree on the live rows")
{
    const auto fast = onednn::make_target(), plain = reference::make_target();
    for (const std::int64_t live : {1, 33, 70}) {
        const Run expected = run_with(*plain, live), found = run_with(*fast, live);
        for (std::size_t i = 0; i < expected.outputs.size(); ++i)
            CHECK(difference(expected.outputs[i], found.outputs[i]) < 1e-5);
    }
}

TEST_CASE("regions pooled before a 1x1 convolution, and after it")
{
    for (const std::int64_t regions : {20, 81}) { // the map has 81 pixels
        Graph graph(standard_ops());
        const Value map = graph.add_input("map", {{1, 9, 9, 8}}), box = graph.add_input("boxes", {{regions, 4}}),
                    count = graph.add_input("count", {{1}});
        Attributes layer = window({1, 1}, {1, 1});
        layer.set("filters", std::int64_t{3 * 3 * 5});
        layer.set("bias", std::int64_t{1});
        const Value bins = graph.add("conv2d", "bins", {map}, layer);
        Attributes crop;
        crop.set("bins", Integers{3, 3});
        crop.set("crop", Integers{9, 9});
        graph.set_output("pooled", graph.add("position_sensitive_crop", "bins/crop", {bins, box, count}, crop));
        bind_randomly(graph);
        Graph fused = graph;
        fuse_position_sensitive(fused);
        CHECK(fused.nodes.size() == (regions < 81 ? 1 : 2));
        CHECK(fused.cost().multiply_adds == std::min(regions, std::int64_t{81}) * 8 * 45);
        // Boxes partly outside, where samples count as zeros and biases with them.
        Tensor some = random_tensor({regions, 4}, 11), live({1});
        live.floats()[0] = static_cast<float>(regions - 3);
        const std::vector<Tensor> inputs = {random_tensor({1, 9, 9, 8}, 3), some, live};
        for (const auto &target : {onednn::make_target(), reference::make_target()}) {
            CAPTURE(target->name());
            CHECK(difference(run(*target, graph, inputs).outputs[0], run(*target, fused, inputs).outputs[0]) < 1e-5);
        }
    }
}
