// SPDX-License-Identifier: Apache-2.0
// A whole SSD: no slow kernels, the numbers of the plain target, and the same bits whatever the threads and the run.
#include "running.h"
#include "ssd_mobilenet.h"
#include "targets/onednn/onednn_target.h"
#include "targets/reference/reference.h"
#include "weights/seeded.h"

#include <doctest/doctest.h>

#include <set>

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
