// SPDX-License-Identifier: Apache-2.0
// detect_from_logits against the plain kernel, exactly: random and clustered logits, ties, caps, NaN, saturation.
#include "ops/standard_ops.h"
#include "running.h"
#include "targets/onednn/onednn_target.h"
#include "targets/reference/reference.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace tradewind;

namespace {

struct Case {
    std::int64_t rows, columns;
    double score_threshold, iou_threshold;
    std::int64_t max_per_class, max_total;
    std::string generation = "g2";
    std::int64_t clip = 1;
    std::string mode = "regular", converter = "sigmoid";
};

Graph graph_of(const Case &c)
{
    Graph graph(standard_ops());
    const Value encodings = graph.add_input("encodings", {{1, c.rows, 4}}),
                anchors = graph.add_input("anchors", {{c.rows, 4}}),
                logits = graph.add_input("logits", {{1, c.rows, c.columns}});
    Attributes attributes;
    attributes.set("score_threshold", c.score_threshold);
    attributes.set("iou_threshold", c.iou_threshold);
    attributes.set("max_per_class", c.max_per_class);
    attributes.set("max_total", c.max_total);
    attributes.set("generation", c.generation);
    attributes.set("clip", c.clip);
    attributes.set("mode", c.mode);
    attributes.set("converter", c.converter);
    const Value boxes = graph.add("detect_from_logits", "detections", {encodings, anchors, logits}, attributes);
    for (Value i = 0; i < 4; ++i) graph.set_output("output_" + std::to_string(i), boxes + i);
    return graph;
}

struct Inputs {
    Tensor encodings, anchors, logits;
};

// Anchors over the picture and beyond it, so that some boxes are empty once clipped; small codes around them.
Inputs scattered(const Case &c, unsigned seed)
{
    Inputs inputs{random_tensor({1, c.rows, 4}, seed), Tensor({c.rows, 4}),
                  random_tensor({1, c.rows, c.columns}, seed + 1)};
    const Tensor places = random_tensor({c.rows, 4}, seed + 2);
    for (std::int64_t row = 0; row < c.rows; ++row) {
        const float *place = places.floats() + 4 * row;
        float *anchor = inputs.anchors.floats() + 4 * row;
        for (int axis = 0; axis < 2; ++axis) {
            anchor[axis] = 0.5f + 0.7f * place[axis];
            anchor[axis + 2] = anchor[axis] + 0.05f + 0.15f * (1 + place[axis + 2]);
        }
    }
    for (std::int64_t i = 0; i < inputs.logits.count(); ++i)
        inputs.logits.floats()[i] = 4 * inputs.logits.floats()[i] - 3;
    return inputs;
}

// Objects: neighbouring rows that agree on a class, over a quiet ground.
void add_objects(Inputs &inputs, const Case &c, unsigned seed)
{
    std::mt19937 generator(seed);
    for (std::int64_t i = 0; i < inputs.logits.count(); ++i) inputs.logits.floats()[i] -= 4;
    for (int object = 0; object < 20; ++object) {
        const std::int64_t first = generator() % c.rows, label = 1 + generator() % (c.columns - 1);
        for (std::int64_t row = first; row < std::min(first + 8, c.rows); ++row) {
            inputs.logits.floats()[row * c.columns + label] = 0.01f * static_cast<float>(generator() % 500) - 1;
            std::copy_n(inputs.anchors.floats() + 4 * first, 4, inputs.anchors.floats() + 4 * row);
        }
    }
}

enum class Spoiling { none, ties, specials, saturated, constant };

void spoil(Tensor &logits, Spoiling how, unsigned seed)
{
    constexpr float infinity = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
    constexpr float special[] = {nan, -nan, infinity, -infinity, 0.0f,   -0.0f, 1e-40f, -1e-40f,
                                 88,  -88,  -104,     3e38f,     -3e38f, 16.7f, 17.4f};
    std::mt19937 generator(seed);
    for (std::int64_t i = 0; i < logits.count(); ++i) {
        float &logit = logits.floats()[i];
        if (how == Spoiling::ties) logit = std::round(logit * 2) / 2;
        if (how == Spoiling::specials && generator() % 4 == 0) logit = special[generator() % std::size(special)];
        if (how == Spoiling::saturated) logit = 12 + 4 * std::abs(logit);
        if (how == Spoiling::constant) logit = 0.25f;
    }
}

void compare(const Case &c, const Inputs &inputs)
{
    const auto fast = onednn::make_target(), plain = reference::make_target();
    const Graph graph = graph_of(c);
    const std::vector<Tensor> tensors = {inputs.encodings, inputs.anchors, inputs.logits};
    const Run expected = run(*plain, graph, tensors), found = run(*fast, graph, tensors);
    CHECK(found.log.empty());
    CHECK(found.placements[0].implementation == "logit order");
    for (std::size_t i = 0; i < 4; ++i) REQUIRE(identical(expected.outputs[i], found.outputs[i]));
}

} // namespace

TEST_CASE("detections are exactly those of the plain kernel")
{
    const Case cases[] = {{400, 11, 0.3, 0.6, 100, 100},   {400, 11, 1e-8, 0.6, 100, 100},
                          {300, 6, 0, 0.5, 3, 20},         {300, 6, 1e-8, 0.3, 1, 200},
                          {150, 4, -0.5, 0.45, 20, 700},   {60, 2, 0.05, 0.6, 100, 3},
                          {200, 5, 0.999999, 0.6, 10, 10}, {50, 3, 1, 0.6, 10, 10},
                          {1917, 91, 1e-8, 0.6, 100, 100}, {1, 2, 0.1, 0.6, 1, 1}};
    for (const char *generation : {"g1", "g2", "g3"})
        for (const std::int64_t clip : {1, 0})
            for (Case c : cases)
                for (const auto how :
                     {Spoiling::none, Spoiling::ties, Spoiling::specials, Spoiling::saturated, Spoiling::constant})
                    for (unsigned seed = 0; seed < (c.rows > 1000 ? 1u : 6u); ++seed) {
                        c.generation = generation;
                        c.clip = clip;
                        INFO(generation << ", " << c.rows << " rows, threshold " << c.score_threshold << ", spoiling "
                                        << static_cast<int>(how) << ", seed " << seed << ", clip " << clip);
                        Inputs inputs = scattered(c, seed * 31 + 7);
                        if (seed % 2) add_objects(inputs, c, seed);
                        spoil(inputs.logits, how, seed);
                        compare(c, inputs);
                    }
}

TEST_CASE("boxes that are not numbers are treated as the plain kernel treats them")
{
    for (const char *generation : {"g2", "g3"})
        for (const std::int64_t clip : {1, 0}) {
            const Case c{200, 5, 0.05, 0.5, 50, 60, generation, clip};
            Inputs inputs = scattered(c, 99);
            for (std::int64_t i = 0; i < inputs.encodings.count(); i += 7)
                inputs.encodings.floats()[i] = i % 2 ? NAN : 1e30f;
            compare(c, inputs);
        }
}

TEST_CASE("boxes without area neither suppress nor are suppressed")
{
    for (const char *generation : {"g1", "g3"}) {
        const Case c{400, 11, 1e-8, 0.5, 400, 4000, generation, 0};
        Inputs inputs = scattered(c, 17);
        for (std::int64_t row = 0; row < c.rows; ++row) inputs.encodings.floats()[4 * row + 2] = -1e30f;
        spoil(inputs.logits, Spoiling::ties, 1);
        compare(c, inputs);
    }
}

TEST_CASE("modes without a fast form fall back, saying so")
{
    for (const auto &[mode, converter] : {std::pair{"fast", "sigmoid"}, std::pair{"regular", "softmax"}}) {
        const Case c{100, 5, 0.1, 0.5, 10, 20, "g2", 1, mode, converter};
        const Inputs inputs = scattered(c, 3);
        const auto fast = onednn::make_target(), plain = reference::make_target();
        const std::vector<Tensor> tensors = {inputs.encodings, inputs.anchors, inputs.logits};
        const Run expected = run(*plain, graph_of(c), tensors), found = run(*fast, graph_of(c), tensors);
        CHECK(found.log.size() == 1);
        CHECK(found.placements[0].implementation == "reference");
        for (std::size_t i = 0; i < 4; ++i) CHECK(identical(expected.outputs[i], found.outputs[i]));
    }
}
