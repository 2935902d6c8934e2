// SPDX-License-Identifier: Apache-2.0
// multiclass_nms and proposals against the plain kernels, exactly: caps, ties, counts, windows, classes, odd numbers.
#include "clustered_boxes.h"
#include "odd_numbers.h"
#include "ops/standard_ops.h"
#include "running.h"
#include "targets/onednn/onednn_target.h"
#include "targets/reference/reference.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace tradewind;
using namespace odd_numbers;

namespace {

using Integers = std::vector<std::int64_t>;
using Reals = std::vector<double>;
using Settings = std::map<std::string, Attribute>;

// Both targets, the fast one with two threads and with one. How many rows there were.
std::int64_t compare(const std::string &op, const std::vector<Tensor> &inputs, const Settings &settings,
                     std::size_t count_at)
{
    Graph graph(standard_ops());
    std::vector<Value> values;
    for (const Tensor &input : inputs)
        values.push_back(graph.add_input("input_" + std::to_string(values.size()), {input.shape()}));
    Attributes attributes;
    for (const auto &[key, value] : settings) attributes.set(key, value);
    graph.add(op, "node", values, attributes);
    const Node node = graph.nodes.back();
    for (const Value output : node.outputs) graph.set_output("output_" + std::to_string(output), output);
    const auto fast = onednn::make_target(), plain = reference::make_target();
    const Run expected = run(*plain, graph, inputs), found = run(*fast, graph, inputs),
              alone = run(*fast, graph, inputs, 1);
    CHECK(found.log.empty());
    for (std::size_t i = 0; i < expected.outputs.size(); ++i) {
        REQUIRE(identical(expected.outputs[i], found.outputs[i]));
        REQUIRE(identical(found.outputs[i], alone.outputs[i]));
    }
    return static_cast<std::int64_t>(expected.outputs[count_at].floats()[0]);
}

Tensor clustered(const Shape &shape, unsigned seed)
{
    return clustered_boxes::clustered(shape, [&](const Shape &of, unsigned i) { return random_tensor(of, seed + i); });
}

Tensor count_of(float count)
{
    Tensor tensor({1});
    tensor.floats()[0] = count;
    return tensor;
}

} // namespace

TEST_CASE("suppression in several classes keeps exactly what the plain kernel keeps")
{
    struct Case {
        std::int64_t rows, classes, max_per_class, max_total;
        double score_threshold;
        float count; // -1: no such input
    };
    const Case cases[] = {{300, 90, 100, 100, 0, -1}, {300, 90, 100, 300, 0, 211}, {80, 5, 2, 50, 0.1, 80},
                          {80, 5, 100, 7, -2, 33},    {50, 3, 4, 100, 2, 50},      {40, 2, 10, 10, 0, 0}};
    std::int64_t kept = 0;
    for (const Case &c : cases)
        for (const char *generation : {"g1", "g2", "g3"})
            for (const std::int64_t own : {1, 0})
                for (const std::int64_t clip : {1, 0})
                    for (const auto how : spoilings) {
                        INFO(c.rows << " rows, " << c.classes << " classes, " << generation << ", own boxes " << own
                                    << ", clip " << clip << ", spoiling " << static_cast<int>(how));
                        Tensor scores = random_tensor({1, c.rows, c.classes}, 11);
                        spoil(scores, how, 12);
                        std::vector<Tensor> inputs{
                            clustered(own ? Shape{1, c.rows, c.classes, 4} : Shape{1, c.rows, 4}, 13), scores};
                        if (c.count >= 0) inputs.push_back(count_of(c.count));
                        kept += compare("multiclass_nms", inputs,
                                        {{"score_threshold", c.score_threshold},
                                         {"iou_threshold", 0.6},
                                         {"max_per_class", c.max_per_class},
                                         {"max_total", c.max_total},
                                         {"generation", std::string(generation)},
                                         {"clip", clip},
                                         {"clip_window", Reals{0, 0, 100, 90}},
                                         {"change_frame", std::int64_t{1}}},
                                        3);
                    }
    CHECK(kept > 1000);
}

TEST_CASE("suppression in wanted classes alone, and of boxes that are not numbers")
{
    Tensor boxes = clustered({1, 60, 6, 4}, 3);
    for (std::int64_t i = 0; i < boxes.count(); i += 11) boxes.floats()[i] = i % 2 ? not_a_number : infinity;
    for (const char *generation : {"g2", "g3"})
        CHECK(compare("multiclass_nms", {boxes, random_tensor({1, 60, 6}, 4), count_of(not_a_number)},
                      {{"score_threshold", -0.5},
                       {"iou_threshold", 0.5},
                       {"max_per_class", std::int64_t{10}},
                       {"max_total", std::int64_t{40}},
                       {"generation", std::string(generation)}},
                      3) == 0); // a count that is no number counts nothing
    for (const char *generation : {"g2", "g3"})
        CHECK(compare("multiclass_nms", {boxes, random_tensor({1, 60, 6}, 4), count_of(1e9f)},
                      {{"score_threshold", -0.5},
                       {"iou_threshold", 0.5},
                       {"max_per_class", std::int64_t{10}},
                       {"max_total", std::int64_t{40}},
                       {"classes", Integers{2, 5}},
                       {"clip_window", Reals{0, 0, 100, 90}},
                       {"generation", std::string(generation)}},
                      3) > 5);
}

TEST_CASE("proposals are exactly those of the plain kernel")
{
    struct Case {
        std::int64_t anchors, most;
        double score_threshold, iou_threshold;
    };
    const Case cases[] = {
        {5700, 300, 0, 0.7}, {900, 50, 0, 0.7}, {900, 900, 0.3, 0.5}, {20, 300, 0, 0.7}, {1, 1, 0.5, 0}};
    for (const Case &c : cases)
        for (const char *generation : {"g1", "g2", "g3"})
            for (const auto how : spoilings)
                for (unsigned seed = 0; seed < 3; ++seed) {
                    INFO(c.anchors << " anchors, " << generation << ", spoiling " << static_cast<int>(how) << ", seed "
                                   << seed);
                    Tensor logits = random_tensor({1, c.anchors, 2}, seed);
                    for (std::int64_t i = 0; i < logits.count(); ++i) logits.floats()[i] *= seed == 2 ? 60.0f : 4.0f;
                    spoil(logits, how, seed);
                    Tensor codes = random_tensor({1, c.anchors, 4}, seed + 1);
                    if (seed == 1)
                        for (std::int64_t i = 0; i < codes.count(); i += 7)
                            codes.floats()[i] = i % 2 ? not_a_number : 1e30f;
                    compare("proposals", {codes, logits, clustered({c.anchors, 4}, seed + 5)},
                            {{"score_threshold", c.score_threshold},
                             {"iou_threshold", c.iou_threshold},
                             {"max_proposals", c.most},
                             {"window", Reals{0, 0, 100, 90}},
                             {"generation", std::string(generation)}},
                            2);
                }
}
