// SPDX-License-Identifier: Apache-2.0
// A made-up output of a trained network, and the op that ends one.
#include "post_processing.h"

#include "graph/schema_check.h"
#include "ops/multiple_grid_anchors.h"
#include "ops/standard_ops.h"
#include "passes/passes.h"

#include <algorithm>
#include <cmath>
#include <random>

using namespace tradewind;

namespace {

constexpr std::int64_t columns = 91;
const std::vector<MapSize> maps = {{19, 19}, {10, 10}, {5, 5}, {3, 3}, {2, 2}, {1, 1}};

Graph graph_of(std::int64_t rows, double score_threshold)
{
    Graph graph(standard_ops());
    const Value encodings = graph.add_input("encodings", {{1, rows, 4}}),
                anchors = graph.add_input("anchors", {{rows, 4}}),
                logits = graph.add_input("logits", {{1, rows, columns}});
    Attributes attributes;
    attributes.set("score_threshold", score_threshold);
    attributes.set("iou_threshold", 0.6);
    attributes.set("max_per_class", std::int64_t{100});
    attributes.set("max_total", std::int64_t{100});
    const Value boxes = graph.add("detect_from_logits", "detections", {encodings, anchors, logits}, attributes);
    for (Value i = 0; i < 4; ++i) graph.set_output("output_" + std::to_string(i), boxes + i);
    return graph;
}

Tensor anchor_boxes()
{
    const Attributes defaults =
        complete_attributes(*standard_ops().at("multiple_grid_anchors"), {}); // those of the published models
    const auto boxes = multiple_grid_anchors(defaults, maps);
    Tensor tensor({static_cast<std::int64_t>(boxes.size() / 4), 4});
    std::copy(boxes.begin(), boxes.end(), tensor.floats());
    return tensor;
}

Tensor normal(const Shape &shape, float mean, float deviation, std::mt19937 &generator)
{
    std::normal_distribution<float> distribution(mean, deviation);
    Tensor tensor(shape);
    std::generate_n(tensor.floats(), tensor.count(), [&] { return distribution(generator); });
    return tensor;
}

// The code that places the box of anchor `from` when it is decoded with anchor `at` (the inverse of decode_box).
void encode(const float *from, const float *at, float *code)
{
    for (int axis = 0; axis < 2; ++axis) {
        const float size = at[axis + 2] - at[axis], wanted = from[axis + 2] - from[axis];
        code[axis] = 10 * ((from[axis] + wanted / 2) - (at[axis] + size / 2)) / size;
        code[axis + 2] = 5 * std::log(wanted / size);
    }
}

struct Scene {
    Tensor encodings, anchors, logits;
};

// Twenty objects, each seen by ten neighbouring anchors, over a quiet ground: its logits are normal with mean -7 and
// deviation 1.3, which is how a trained network looks.
Scene twenty_objects()
{
    std::mt19937 generator(7);
    Scene scene{{}, anchor_boxes(), {}};
    const std::int64_t rows = scene.anchors.shape()[0];
    scene.encodings = normal({1, rows, 4}, 0, 0.5f, generator);
    scene.logits = normal({1, rows, columns}, -7, 1.3f, generator);
    for (std::int64_t row = 0; row < rows; ++row) scene.logits.floats()[row * columns] = 5; // background
    for (int object = 0; object < 20; ++object) {
        const std::int64_t first = generator() % (rows - 10), label = 1 + generator() % 90;
        for (std::int64_t row = first; row < first + 10; ++row) {
            encode(scene.anchors.floats() + 4 * first, scene.anchors.floats() + 4 * row,
                   scene.encodings.floats() + 4 * row);
            scene.logits.floats()[row * columns + label] = -1 + 0.005f * static_cast<float>(generator() % 1000);
        }
    }
    return scene;
}

} // namespace

std::unique_ptr<Executable> post_processing(Target &target, double score_threshold, int threads)
{
    const Scene scene = twenty_objects();
    Graph graph = graph_of(scene.anchors.shape()[0], score_threshold);
    const MemoryPlan plan = plan_memory(graph);
    auto executable = target.compile(std::move(graph), plan, {threads});
    executable->write(0, scene.encodings);
    executable->write(1, scene.anchors);
    executable->write(2, scene.logits);
    return executable;
}
