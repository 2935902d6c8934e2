// SPDX-License-Identifier: Apache-2.0
// Twenty objects, each seen by ten neighbouring anchors, over a quiet ground: logits are normal with mean -7 and
// deviation 1.3.
#include "post_processing.h"

#include "ops/ssd_anchors.h"
#include "ops/standard_ops.h"
#include "passes/passes.h"

#include <algorithm>
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
    Attributes attributes;
    attributes.set("min_scale", 0.2);
    attributes.set("max_scale", 0.95);
    attributes.set("aspect_ratios", std::vector<double>{1, 2, 0.5, 3, 0.3333});
    attributes.set("reduce_lowest", std::int64_t{1});
    attributes.set("interpolated", std::string("last"));
    const auto boxes = ssd_anchors(attributes, maps);
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

} // namespace

std::unique_ptr<Executable> post_processing(Target &target, double score_threshold, int threads)
{
    std::mt19937 generator(7);
    const Tensor anchors = anchor_boxes();
    const std::int64_t rows = anchors.shape()[0];
    Tensor logits = normal({1, rows, columns}, -7, 1.3f, generator);
    for (std::int64_t row = 0; row < rows; ++row) logits.floats()[row * columns] = 5; // background
    for (int object = 0; object < 20; ++object) {
        const auto first = static_cast<std::int64_t>(generator() % static_cast<unsigned>(rows - 10)),
                   label = 1 + static_cast<std::int64_t>(generator() % 90);
        for (std::int64_t row = first; row < first + 10; ++row)
            logits.floats()[row * columns + label] = -1 + 0.005f * static_cast<float>(generator() % 1000);
    }
    Graph graph = graph_of(rows, score_threshold);
    const MemoryPlan plan = plan_memory(graph);
    auto executable = target.compile(std::move(graph), plan, {threads, {}});
    executable->write(0, normal({1, rows, 4}, 0, 0.5f, generator));
    executable->write(1, anchors);
    executable->write(2, logits);
    return executable;
}
