// SPDX-License-Identifier: Apache-2.0
// A whole SSD: no slow kernels, the numbers of the plain target, and the same bits whatever the threads and the run.
#include "running.h"
#include "ssd_mobilenet.h"
#include "targets/onednn/onednn_target.h"
#include "targets/reference/reference.h"
#include "weights/seeded.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <iostream>

using namespace tradewind;

namespace {

Graph seeded_ssd(std::int64_t side, std::int64_t classes)
{
    Graph graph = ssd_mobilenet(side, classes, false);
    for (std::size_t i = 1; i < graph.parameters.size(); ++i)
        graph.parameters[i].data = seeded_tensor(graph.parameters[i].name, graph.parameters[i].shape);
    return graph;
}

Tensor picture(std::int64_t side)
{
    Tensor tensor = random_tensor({1, side, side, 3}, 5);
    for (std::int64_t i = 0; i < tensor.count(); ++i) tensor.floats()[i] = 127.5f + 127.5f * tensor.floats()[i];
    return tensor;
}

// What calibration finds, by one picture.
void set_ranges(Graph &graph, Target &target, const Tensor &input)
{
    Graph all = graph;
    std::vector<Value> values;
    for (const Node &node : graph.nodes) values.insert(values.end(), node.outputs.begin(), node.outputs.end());
    all.outputs.clear();
    for (const Value value : values) all.set_output("value " + std::to_string(value), value);
    const Run seen = run(target, all, {input});
    for (std::size_t i = 0; i < values.size(); ++i) {
        const float *numbers = seen.outputs[i].floats();
        const auto [low, high] = std::minmax_element(numbers, numbers + seen.outputs[i].count());
        graph.values[values[i]].range = {*low, *high};
    }
}

} // namespace

TEST_CASE("every convolution of SSD MobileNet runs on a fast oneDNN kernel")
{
    const auto target = onednn::make_target();
    const Run result = run(*target, seeded_ssd(300, 90), {picture(300)});
    CHECK(result.log.empty());
    int convolutions = 0;
    for (const Placement &placement : result.placements) {
        INFO(placement.node << ": " << placement.implementation);
        CHECK(placement.implementation.find("ref") == std::string::npos);
        if (!placement.op.ends_with("conv2d")) continue;
        ++convolutions;
        CHECK(placement.implementation.starts_with("onednn "));
    }
    CHECK(convolutions == 1 + 26 + 8 + 12);
}

TEST_CASE("the network gives the numbers of the plain target")
{
    const Graph graph = seeded_ssd(128, 5);
    const auto fast = onednn::make_target(), plain = reference::make_target();
    const Run expected = run(*plain, graph, {picture(128)}), found = run(*fast, graph, {picture(128)});
    for (std::size_t i = 0; i < expected.outputs.size(); ++i)
        CHECK(difference(expected.outputs[i], found.outputs[i]) < 2e-5);
}

TEST_CASE("the bits do not depend on threads or runs")
{
    const Graph graph = seeded_ssd(300, 90);
    const auto target = onednn::make_target();
    const Run once = run(*target, graph, {picture(300)}, 1);
    for (const int threads : {1, 2, 3, 4}) {
        const Run again = run(*target, graph, {picture(300)}, threads);
        for (std::size_t i = 0; i < once.outputs.size(); ++i) {
            INFO(threads << " threads, output " << i << ", difference "
                         << difference(once.outputs[i], again.outputs[i]));
            CHECK(identical(once.outputs[i], again.outputs[i]));
        }
    }
}

TEST_CASE("the network in fewer bits is as far away as their rounding, and the same for any number of threads")
{
    const auto target = onednn::make_target();
    Graph graph = seeded_ssd(128, 5);
    set_ranges(graph, *target, picture(128));
    const Run expected = run(*target, graph, {picture(128)});
    for (const auto &[precision, most] : {std::pair{Precision::bf16, 2e-2}, std::pair{Precision::int8, 1e-1}}) {
        CAPTURE(to_string(precision));
        if (const std::string why = target->refuses(precision, 1); !why.empty()) {
            std::cout << "skipped: " << why << "\n";
            continue;
        }
        const Run found = run(*target, graph, {picture(128)}, 1, precision);
        for (std::size_t i = 0; i < expected.outputs.size(); ++i) {
            const double away = difference(expected.outputs[i], found.outputs[i]);
            CHECK(away <= most);
            CHECK(away > 1e-4); // it is computed in fewer bits
        }
        for (const int threads : {2, 3}) {
            const Run again = run(*target, graph, {picture(128)}, threads, precision);
            for (std::size_t i = 0; i < found.outputs.size(); ++i) CHECK(identical(found.outputs[i], again.outputs[i]));
        }
    }
}
