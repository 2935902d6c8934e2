// SPDX-License-Identifier: Apache-2.0
// multiclass_nms in the three generations of the published code, and the fast form of quantised models.
#include "targets/reference/kernels.h"

#include "graph/schema_check.h"
#include "ops/crop_sampling.h"
#include "ops/schemas.h"
#include "targets/reference/non_max_suppression.h"

#include <algorithm>
#include <set>

namespace tradewind::reference {
namespace {

struct Settings {
    explicit Settings(const Attributes &attributes)
        : score_threshold(static_cast<float>(attributes.real("score_threshold"))),
          iou_threshold(static_cast<float>(attributes.real("iou_threshold"))),
          max_per_class(attributes.integer("max_per_class")), max_total(attributes.integer("max_total")),
          clip(attributes.integer("clip") != 0), clip_after(attributes.text("generation") == "g3"),
          change_frame(attributes.integer("change_frame") != 0)
    {
        const auto &corners = attributes.reals("clip_window");
        const auto at = [&](std::size_t i) { return static_cast<float>(corners[i]); };
        window = {at(0), at(1), at(2), at(3)};
        for (const auto id : attributes.integers("classes")) classes.insert(id - 1);
    }

    bool wants(std::int64_t label) const { return classes.empty() || classes.count(label); }

    float score_threshold, iou_threshold;
    std::int64_t max_per_class, max_total;
    bool clip, clip_after; // the third generation clips what the suppression has kept
    bool change_frame;
    BoxCorners window;
    std::set<std::int64_t> classes; // empty: all
};

struct Input {
    const float *boxes, *scores;
    std::int64_t rows, classes; // the live rows
    std::int64_t boxes_per_row; // 1, or one for each class

    BoxCorners box(std::int64_t row, std::int64_t label) const
    {
        return corners_at(boxes + 4 * (row * boxes_per_row + (boxes_per_row > 1 ? label : 0)));
    }
    float score(std::int64_t row, std::int64_t label) const { return scores[row * classes + label]; }
};

void clip_to_window(std::vector<Candidate> &candidates, const Settings &settings)
{
    clip_and_drop_empty(candidates, settings.window);
    if (settings.change_frame)
        for (auto &candidate : candidates) candidate.box = in_frame(candidate.box, settings.window);
}

std::vector<Candidate> of_class(const Input &input, const Settings &settings, std::int64_t label)
{
    std::vector<Candidate> candidates;
    for (std::int64_t row = 0; row < input.rows; ++row)
        if (input.score(row, label) > settings.score_threshold)
            candidates.push_back({input.box(row, label), input.score(row, label), row, label});
    if (settings.clip && !settings.clip_after) clip_to_window(candidates, settings);
    return suppress(std::move(candidates), settings.iou_threshold, settings.max_per_class);
}

std::vector<Candidate> regular(const Input &input, const Settings &settings)
{
    std::vector<Candidate> all;
    for (std::int64_t label = 0; label < input.classes; ++label) {
        if (!settings.wants(label)) continue;
        const auto kept = of_class(input, settings, label);
        all.insert(all.end(), kept.begin(), kept.end());
    }
    std::stable_sort(all.begin(), all.end(), [](auto &a, auto &b) { return a.score > b.score; });
    if (settings.clip && settings.clip_after) {
        clip_to_window(all, settings);
        std::erase_if(all, [](const Candidate &candidate) { return candidate.score < 0; });
    }
    return all;
}

// One suppression over the best class of each row; boxes are left as they are.
std::vector<Candidate> fast(const Input &input, const Settings &settings)
{
    std::vector<Candidate> candidates;
    for (std::int64_t row = 0; row < input.rows; ++row) {
        const float *scores = input.scores + row * input.classes;
        const std::int64_t best = std::max_element(scores, scores + input.classes) - scores;
        if (scores[best] > settings.score_threshold && settings.wants(best))
            candidates.push_back({input.box(row, best), scores[best], row, best});
    }
    return suppress(std::move(candidates), settings.iou_threshold, settings.max_total);
}

void write(const std::vector<Candidate> &kept, std::int64_t rows, std::span<const TensorView> outputs)
{
    float *boxes = outputs[0].floats(), *scores = outputs[1].floats(), *classes = outputs[2].floats();
    const std::int64_t count = std::min<std::int64_t>(rows, static_cast<std::int64_t>(kept.size()));
    std::fill_n(boxes, 4 * rows, 0.0f);
    std::fill_n(scores, rows, 0.0f);
    std::fill_n(classes, rows, 1.0f);
    for (std::int64_t i = 0; i < count; ++i) {
        const Candidate &candidate = kept[static_cast<std::size_t>(i)];
        store(candidate.box, boxes + 4 * i);
        scores[i] = candidate.score;
        classes[i] = static_cast<float>(candidate.label + 1);
    }
    outputs[3].floats()[0] = static_cast<float>(count);
}

} // namespace

void multiclass_nms(const Operation &operation)
{
    const Shape &scores = operation.inputs[1].shape;
    const std::int64_t rows = operation.inputs.size() == 3 ? live_rows(operation.inputs[2], scores[1]) : scores[1];
    const Input input{operation.inputs[0].floats(), operation.inputs[1].floats(), rows, scores[2],
                      operation.inputs[0].shape.size() == 4 ? scores[2] : 1};
    const Settings settings(operation.attributes);
    const bool quick = operation.attributes.text("mode") == "fast";
    write(quick ? fast(input, settings) : regular(input, settings), settings.max_total, operation.outputs);
}

void detect_from_logits(const Operation &operation)
{
    const TensorView &encodings = operation.inputs[0], &anchors = operation.inputs[1], &logits = operation.inputs[2];
    Tensor boxes(encodings.shape), scores({1, logits.shape[1], logits.shape[2] - 1});
    const TensorView decode_inputs[] = {encodings, anchors}, decode_outputs[] = {boxes.view()};
    Attributes decoding;
    decoding.set("scales", operation.attributes.reals("scales"));
    decode_boxes(
        {complete_attributes(ops::decode_boxes, decoding), decode_inputs, decode_outputs, operation.parameters});
    const TensorView score_inputs[] = {logits}, score_outputs[] = {scores.view()};
    convert_scores({operation.attributes, score_inputs, score_outputs, operation.parameters});
    const TensorView nms_inputs[] = {boxes.view(), scores.view()};
    multiclass_nms({operation.attributes, nms_inputs, operation.outputs, operation.parameters});
}

void detect_from_maps(const Operation &operation)
{
    const TensorView &anchors = operation.inputs[0];
    const std::int64_t rows = anchors.shape[0], columns = operation.attributes.integer("columns");
    Tensor encodings({1, rows, 4}), logits({1, rows, columns});
    float *encoding = encodings.floats(), *logit = logits.floats();
    for (const TensorView &map : operation.inputs.subspan(1)) {
        const std::int64_t per_cell = map.shape[3] / (4 + columns), pixels = map.shape[1] * map.shape[2];
        for (std::int64_t p = 0; p < pixels; ++p) {
            const float *from = map.floats() + p * map.shape[3];
            encoding = std::copy_n(from, 4 * per_cell, encoding);
            logit = std::copy_n(from + 4 * per_cell, columns * per_cell, logit);
        }
    }
    const TensorView inputs[] = {encodings.view(), anchors, logits.view()};
    detect_from_logits({operation.attributes, inputs, operation.outputs, operation.parameters});
}

} // namespace tradewind::reference
