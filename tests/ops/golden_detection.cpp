// SPDX-License-Identifier: Apache-2.0
// Golden cases of anchors, box codes, scores and suppression.
#include "golden_runs.h"

#include "ops/box_arithmetic.h"
#include "targets/reference/non_max_suppression.h"

#include <algorithm>
#include <limits>

using namespace tradewind;

namespace ops_test {
namespace {

Tensor rows_of(const Tensor &table, const Integers &rows)
{
    const std::int64_t columns = table.shape()[1];
    Tensor chosen({static_cast<std::int64_t>(rows.size()), columns});
    for (std::size_t i = 0; i < rows.size(); ++i)
        std::copy_n(table.floats() + rows[i] * columns, columns, chosen.floats() + static_cast<std::int64_t>(i) * columns);
    return chosen;
}

Tensor column_sums(const Tensor &table)
{
    std::vector<double> sums(static_cast<std::size_t>(table.shape()[1]));
    for (std::int64_t i = 0; i < table.count(); ++i) sums[static_cast<std::size_t>(i) % sums.size()] += table.floats()[i];
    return tensor_of({table.shape()[1]}, {sums.begin(), sums.end()});
}

// The op's base anchor is the square picture; the published generator scales it by the shorter side over each side.
void scale_base(const GoldenCase &c, Tensor &anchors)
{
    if (!c.has("gen_kw.im_height")) return;
    const double sides[] = {c.real("gen_kw.im_height"), c.real("gen_kw.im_width")};
    for (std::int64_t i = 0; i < anchors.count(); i += 4)
        for (int axis = 0; axis < 2; ++axis) {
            float &low = anchors.floats()[i + axis], &high = anchors.floats()[i + axis + 2];
            const double centre = (static_cast<double>(low) + high) / 2, half = (static_cast<double>(high) - low) / 2;
            const double factor = std::min(sides[0], sides[1]) / sides[axis];
            low = static_cast<float>(centre - half * factor);
            high = static_cast<float>(centre + half * factor);
        }
}

Comparisons ssd_anchors(const GoldenCase &c, const Harness &harness)
{
    OpCase op{"ssd_anchors", {},
              {{"min_scale", c.real("min_scale")}, {"max_scale", c.real("max_scale")}, {"aspect_ratios", c.reals("aspect_ratios")},
               {"interpolated", std::string(c.text("generation") == "G1" ? "second" : "last")}}};
    if (c.has("reduce_boxes_in_lowest_layer")) op.settings["reduce_lowest"] = c.settings.at("reduce_boxes_in_lowest_layer");
    const auto &maps = c.integers("maps");
    for (std::size_t i = 0; i < maps.size(); i += 2) op.inputs.push_back(Tensor({1, maps[i], maps[i + 1], 1}));
    Tensor anchors = harness.run(op).front();
    scale_base(c, anchors);
    const auto sums = c.reals("sum_float64");
    return {{"anchors", c.outputs.begin()->second, c.has("rows") ? rows_of(anchors, c.integers("rows")) : anchors},
            {"sums", tensor_of({4}, {sums.begin(), sums.end()}), column_sums(anchors)},
            {"count", tensor_of({1}, {static_cast<float>(c.real("count"))}), tensor_of({1}, {static_cast<float>(anchors.shape()[0])})}};
}

// The op decodes the codes of Faster R-CNN; the other coders of the code base have no op, and give no comparison.
Comparisons box_coder(const GoldenCase &c, const Harness &harness)
{
    if (c.text("coder") != "faster_rcnn") return {};
    const Tensor &codes = c.inputs.at("codes");
    const OpCase op{"decode_boxes", {codes.reshaped({1, codes.shape()[0], 4}), c.inputs.at("anchors")},
                    {{"scales", c.has("scale_factors") ? c.reals("scale_factors") : Reals(4, 1)}}};
    return {{"decoded", c.outputs.at("decoded"), harness.run(op).front().reshaped(codes.shape())}};
}

Comparisons score_conversion(const GoldenCase &c, const Harness &harness)
{
    const Tensor &logits = c.inputs.at("logits");
    const Tensor batch = logits.reshaped({1, logits.shape()[0], logits.shape()[1]});
    Comparisons comparisons;
    for (const auto &[output, converter, background] : {std::tuple{"sigmoid", "sigmoid", "slice_first"}, {"sigmoid", "sigmoid", "convert_first"},
                                                        {"softmax_g1_slice_then_convert", "softmax", "slice_first"},
                                                        {"softmax_g2_convert_then_slice", "softmax", "convert_first"}}) {
        const OpCase op{"convert_scores", {batch}, {{"converter", std::string(converter)}, {"background", std::string(background)}}};
        comparisons.push_back({output, c.outputs.at(output), harness.run(op).front().reshaped(c.outputs.at(output).shape())});
    }
    return comparisons;
}

// One image of a case of multi-class suppression. The op takes one box for each row and clips to the unit square: boxes for each
// class become rows of their own with one score, other windows become the unit square by change of frame, which keeps every IoU.
struct Suppression {
    Tensor boxes, scores; // N x q x 4, N x K
    std::vector<float> window = {0, 0, 1, 1};
    Settings settings;
    bool normalised = true; // results stay in the window's frame

    std::int64_t rows() const { return scores.shape()[0]; }
    std::int64_t classes() const { return scores.shape()[1]; }

    float side(int corner) const { return corner % 2 == 0 ? window[2] - window[0] : window[3] - window[1]; }
    float origin(int corner) const { return window[static_cast<std::size_t>(corner % 2)]; }

    Tensor framed(Tensor all, bool inwards) const
    {
        if (window == std::vector<float>{0, 0, 1, 1}) return all;
        Tensor moved(all.shape());
        for (std::int64_t i = 0; i < all.count(); ++i) {
            const int corner = static_cast<int>(i % 4);
            moved.floats()[i] = inwards ? (all.floats()[i] - origin(corner)) / side(corner) : all.floats()[i] * side(corner) + origin(corner);
        }
        return moved;
    }

    OpCase op() const
    {
        const std::int64_t q = boxes.shape()[1], count = rows() * q;
        Tensor spread({1, count, classes()});
        std::fill_n(spread.floats(), spread.count(), -1.0f);
        for (std::int64_t i = 0; i < count; ++i)
            for (std::int64_t k = 0; k < classes(); ++k)
                if (q == 1 || i % q == k) spread.floats()[i * classes() + k] = scores.floats()[i / q * classes() + k];
        return {"multiclass_nms", {framed(boxes.reshaped({1, count, 4}), true), spread}, settings};
    }
};

Settings suppression_settings(const GoldenCase &c, const char *generation, std::int64_t classes)
{
    const auto per_class = static_cast<std::int64_t>(c.real("max_size_per_class")), total = static_cast<std::int64_t>(c.real("max_total_size"));
    return {{"score_threshold", c.real("score_thresh")}, {"iou_threshold", c.real("iou_thresh")}, {"max_per_class", per_class},
            {"max_total", total ? total : per_class * classes}, {"generation", std::string(generation)},
            {"clip", std::int64_t{c.has("clip_window")}}};
}

// `tensor` with zeros (plus `offset` everywhere) up to `count` rows.
Tensor padded(const Tensor &tensor, std::int64_t count, float offset = 0)
{
    Shape shape = tensor.shape();
    shape[0] = count;
    Tensor result(shape);
    std::copy_n(tensor.floats(), tensor.count(), result.floats());
    for (std::int64_t i = 0; i < result.count(); ++i) result.floats()[i] += offset;
    return result;
}

struct Kept {
    Tensor boxes, scores, classes; // of the golden, classes from 0
    float count;
};

void compare(const Suppression &suppression, const Kept &kept, const Harness &harness, const std::string &what, Comparisons &comparisons)
{
    const auto outputs = harness.run(suppression.op());
    const std::int64_t most = outputs[1].shape()[1];
    Tensor boxes = outputs[0].reshaped({most, 4});
    if (!suppression.normalised) {
        boxes = suppression.framed(boxes, false);
        const auto used = static_cast<std::int64_t>(outputs[3].floats()[0]);
        std::fill(boxes.floats() + 4 * used, boxes.floats() + 4 * most, 0.0f);
    }
    comparisons.push_back({what + " count", tensor_of({1}, {kept.count}), outputs[3]});
    comparisons.push_back({what + " boxes", padded(kept.boxes, most), boxes});
    comparisons.push_back({what + " scores", padded(kept.scores, most), outputs[1].reshaped({most})});
    comparisons.push_back({what + " classes", padded(kept.classes, most, 1), outputs[2].reshaped({most})});
}

Suppression suppression_of(const GoldenCase &c, const char *generation, const Tensor &boxes, const Tensor &scores)
{
    Suppression suppression{boxes, scores};
    suppression.settings = suppression_settings(c, generation, scores.shape()[1]);
    if (c.has("clip_window")) {
        const Reals window = c.reals("clip_window");
        suppression.window.assign(window.begin(), window.end());
        suppression.normalised = c.has("change_coordinate_frame");
    }
    return suppression;
}

Comparisons multiclass_nms(const GoldenCase &c, const Harness &harness)
{
    Comparisons comparisons;
    for (const std::string generation : {"g1", "g2", "g3"}) {
        const Tensor &scores = c.outputs.at(generation + "_scores");
        compare(suppression_of(c, generation.c_str(), c.inputs.at("boxes"), c.inputs.at("scores")),
                {c.outputs.at(generation + "_boxes"), scores, c.outputs.at(generation + "_classes"), static_cast<float>(scores.shape()[0])},
                harness, generation, comparisons);
    }
    return comparisons;
}

// The first `rows` rows of image `index`.
Tensor part(const Tensor &batch, std::int64_t index, std::int64_t rows)
{
    Shape shape(batch.shape().begin() + 1, batch.shape().end());
    const std::int64_t stride = element_count(shape);
    shape[0] = rows;
    Tensor result(shape);
    std::copy_n(batch.floats() + index * stride, result.count(), result.floats());
    return result;
}

Comparisons batch_multiclass_nms(const GoldenCase &c, const Harness &harness)
{
    Comparisons comparisons;
    const auto *valid = reinterpret_cast<const std::int32_t *>(c.inputs.at("num_valid_boxes").data());
    for (const std::string generation : {"g1", "g2", "g3"})
        for (std::int64_t i = 0; i < c.inputs.at("boxes").shape()[0]; ++i) {
            const Tensor &scores = c.outputs.at(generation + "_scores");
            const std::int64_t most = scores.shape()[1];
            compare(suppression_of(c, generation.c_str(), part(c.inputs.at("boxes"), i, valid[i]), part(c.inputs.at("scores"), i, valid[i])),
                    {part(c.outputs.at(generation + "_boxes"), i, most), part(scores, i, most),
                     part(c.outputs.at(generation + "_classes"), i, most), c.outputs.at(generation + "_num").floats()[i]},
                    harness, generation + " image " + std::to_string(i), comparisons);
        }
    return comparisons;
}

BoxCorners corners(const Tensor &boxes, std::int64_t row)
{
    const float *box = boxes.floats() + 4 * row;
    return {box[0], box[1], box[2], box[3]};
}

// Which rows the plain suppression keeps.
Tensor kept_rows(const GoldenCase &c, float threshold)
{
    std::vector<reference::Candidate> candidates;
    const Tensor &scores = c.inputs.at("scores");
    for (std::int64_t i = 0; i < scores.count(); ++i)
        if (scores.floats()[i] > threshold) candidates.push_back({corners(c.inputs.at("boxes"), i), scores.floats()[i], i, 0});
    const auto kept = reference::suppress(std::move(candidates), static_cast<float>(c.real("iou_threshold")),
                                          static_cast<std::int64_t>(c.real("max_output_size")));
    std::vector<float> rows;
    for (const auto &candidate : kept) rows.push_back(static_cast<float>(candidate.row));
    return tensor_of({static_cast<std::int64_t>(rows.size())}, rows);
}

// One class: the rows kept by the plain function, and the boxes and scores kept by the op (which keeps one or more).
Comparisons non_max_suppression(const GoldenCase &c, const Harness &harness)
{
    const double threshold = c.has("score_threshold") ? c.real("score_threshold") : -1e30;
    const Tensor &selected = c.outputs.at("selected_v3"), &boxes = c.inputs.at("boxes"), &scores = c.inputs.at("scores");
    const auto *rows = reinterpret_cast<const std::int32_t *>(selected.data());
    Comparisons comparisons{{"rows", selected, kept_rows(c, static_cast<float>(threshold))}};
    const auto most = static_cast<std::int64_t>(c.real("max_output_size"));
    if (most == 0) return comparisons;
    const Integers chosen(rows, rows + selected.count());
    Suppression suppression{boxes.reshaped({boxes.shape()[0], 1, 4}), scores.reshaped({scores.count(), 1})};
    suppression.settings = {{"score_threshold", threshold}, {"iou_threshold", c.real("iou_threshold")}, {"max_per_class", most},
                            {"max_total", most}, {"clip", std::int64_t{0}}};
    const Tensor kept_scores = rows_of(suppression.scores, chosen);
    compare(suppression, {rows_of(boxes, chosen), kept_scores.reshaped({kept_scores.count()}), Tensor({selected.count()}), static_cast<float>(selected.count())},
            harness, "op", comparisons);
    return comparisons;
}

Comparisons overlaps(const GoldenCase &c, const Harness &)
{
    const Tensor &first = c.inputs.at("boxes1"), &second = c.inputs.at("boxes2"), &expected = c.outputs.at("iou");
    Tensor got(expected.shape());
    const std::int64_t columns = expected.shape().size() == 2 ? expected.shape()[1] : 0;
    for (std::int64_t i = 0; i < got.count(); ++i)
        got.floats()[i] = columns ? iou(corners(first, i / columns), corners(second, i % columns)) : iou(corners(first, i), corners(second, i));
    return {{"iou", expected, got}};
}

Comparisons clip_to_window(const GoldenCase &c, const Harness &)
{
    const Tensor &boxes = c.inputs.at("boxes");
    Tensor areas({boxes.shape()[0]}), clipped(boxes.shape());
    std::vector<float> kept;
    for (std::int64_t i = 0; i < boxes.shape()[0]; ++i) {
        areas.floats()[i] = area(corners(boxes, i));
        const BoxCorners box = clip_to_unit(corners(boxes, i));
        const float values[] = {box.ymin, box.xmin, box.ymax, box.xmax};
        std::copy_n(values, 4, clipped.floats() + 4 * i);
        if (area(box) > 0) kept.push_back(static_cast<float>(i));
    }
    Comparisons comparisons{{"areas", c.outputs.at("areas"), areas}};
    if (floats(c.inputs.at("window")) != std::vector<float>{0, 0, 1, 1}) return comparisons;
    comparisons.push_back({"all_clipped", c.outputs.at("all_clipped"), clipped});
    comparisons.push_back({"kept_indices", c.outputs.at("kept_indices"), tensor_of({static_cast<std::int64_t>(kept.size())}, kept)});
    return comparisons;
}

} // namespace

void add_detection_runs(Runs &runs)
{
    runs.insert({{"ssd_anchors", ssd_anchors}, {"box_coder", box_coder}, {"score_conversion", score_conversion},
                 {"multiclass_non_max_suppression", multiclass_nms}, {"batch_multiclass_non_max_suppression", batch_multiclass_nms},
                 {"non_max_suppression", non_max_suppression}, {"iou_matrix", overlaps}, {"matched_iou", overlaps},
                 {"clip_to_window", clip_to_window}});
}

} // namespace ops_test
