// SPDX-License-Identifier: Apache-2.0
// Golden cases of anchors, box decoding, score conversion and suppression in three generations, on every target.
#include "golden_cases.h"
#include "one_op.h"
#include "shared_data.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace tradewind;
using golden_cases::Case;
using one_op::Call;

namespace {

std::vector<double> reals(const nlohmann::json &value) { return value.get<std::vector<double>>(); }

Tensor rows_of(const Tensor &tensor, const std::vector<std::int64_t> &rows)
{
    const std::int64_t columns = tensor.shape().back();
    Tensor picked({static_cast<std::int64_t>(rows.size()), columns});
    for (std::size_t i = 0; i < rows.size(); ++i)
        std::copy_n(tensor.floats() + rows[i] * columns, columns,
                    picked.floats() + static_cast<std::int64_t>(i) * columns);
    return picked;
}

Call anchors_call(const Case &golden)
{
    Call call{"multiple_grid_anchors", {}, {}, {}};
    call.attributes.set("min_scale", golden.attributes.at("min_scale").get<double>());
    call.attributes.set("max_scale", golden.attributes.at("max_scale").get<double>());
    call.attributes.set("aspect_ratios", reals(golden.attributes.at("aspect_ratios")));
    call.attributes.set("interpolated", std::string(golden.attributes.at("generation") == "G1" ? "second" : "last"));
    call.attributes.set("reduce_lowest", std::int64_t{golden.attributes.value("reduce_boxes_in_lowest_layer", true)});
    if (golden.attributes.contains("gen_kw")) {
        const double h = golden.attributes["gen_kw"].at("im_height"), w = golden.attributes["gen_kw"].at("im_width");
        call.attributes.set("base", std::vector<double>{std::min(h, w) / h, std::min(h, w) / w});
    }
    for (const auto &map : golden.attributes.at("maps"))
        call.inputs.push_back(Tensor({1, map[0].get<std::int64_t>(), map[1].get<std::int64_t>(), 1}));
    return call;
}

Call decoding_call(const Case &golden)
{
    const auto &a = golden.attributes;
    const Tensor &codes = golden.inputs.at("codes");
    const std::int64_t size = codes.shape()[1];
    Call call{"decode_boxes", {}, {codes.reshaped({1, codes.shape()[0], size}), golden.inputs.at("anchors")}, {}};
    call.attributes.set("coder", a.at("coder").get<std::string>());
    if (a.contains("scale_factors"))
        call.attributes.set("scales", a["scale_factors"].is_null()
                                          ? std::vector<double>(static_cast<std::size_t>(size), 1.0)
                                          : reals(a["scale_factors"]));
    if (golden.inputs.count("stddev"))
        call.inputs.push_back(golden.inputs.at("stddev"));
    else if (a.contains("stddev"))
        call.attributes.set("stddev", a["stddev"].get<double>());
    return call;
}

// Suppression as the golden case asks for it; boxes N x q x 4, scores N x K.
Call suppression_call(const Case &golden, const Tensor &boxes, const Tensor &scores, const std::string &generation)
{
    const auto &a = golden.attributes;
    const std::int64_t rows = scores.shape()[0], classes = scores.shape()[1], total = a.at("max_total_size");
    Call call{"multiclass_nms", {}, {}, {}};
    call.attributes.set("score_threshold", a.at("score_thresh").get<double>());
    call.attributes.set("iou_threshold", a.at("iou_thresh").get<double>());
    call.attributes.set("max_per_class", a.at("max_size_per_class").get<std::int64_t>());
    call.attributes.set("max_total", total ? total : rows * classes);
    call.attributes.set("generation", generation);
    call.attributes.set("clip", std::int64_t{a.contains("clip_window")});
    if (a.contains("clip_window")) call.attributes.set("clip_window", reals(a.at("clip_window")));
    call.attributes.set("change_frame", std::int64_t{a.value("change_coordinate_frame", false)});
    const bool shared = boxes.shape()[1] == 1;
    call.inputs = {boxes.reshaped(shared ? Shape{1, rows, 4} : Shape{1, rows, boxes.shape()[1], 4}),
                   scores.reshaped({1, rows, classes})};
    return call;
}

// Classes here count from 1, in the goldens from 0; padded rows have class 0 there.
Tensor from_zero(const Tensor &classes)
{
    Tensor shifted(classes.shape());
    for (std::int64_t i = 0; i < classes.count(); ++i) shifted.floats()[i] = classes.floats()[i] - 1;
    return shifted;
}

Tensor first(const Tensor &tensor, std::int64_t rows)
{
    Shape shape(tensor.shape().begin() + 1, tensor.shape().end());
    shape[0] = std::min(rows, shape[0]);
    Tensor part(shape);
    std::copy_n(tensor.floats(), part.count(), part.floats());
    return part;
}

Tensor slice(const Tensor &tensor, std::int64_t index, std::int64_t rows)
{
    const Shape inner(tensor.shape().begin() + 1, tensor.shape().end());
    Shape shape = inner;
    shape[0] = rows;
    Tensor part(shape);
    std::copy_n(tensor.floats() + index * element_count(inner), part.count(), part.floats());
    return part;
}

// Large ones are kept as some rows, and the sum of each column.
void check_rows_and_sums(const Case &golden, const Tensor &anchors)
{
    CHECK(golden_cases::difference(golden, "anchors_rows", rows_of(anchors, golden.integers("rows"))) == "");
    const auto expected = reals(golden.attributes.at("sum_float64"));
    for (std::size_t column = 0; column < 4; ++column) {
        double sum = 0;
        for (std::int64_t row = 0; row < anchors.shape()[0]; ++row)
            sum += anchors.floats()[4 * row + static_cast<std::int64_t>(column)];
        CHECK(sum == doctest::Approx(expected[column]).epsilon(1e-7));
    }
}

} // namespace

TEST_CASE("multiple_grid_anchors, both orders")
{
    if (!have_shared("multiple_grid_anchors")) return;
    const auto cases = golden_cases::of_op("ssd_anchors");
    CHECK(cases.size() == 10);
    for (const Case &golden : cases)
        for (const auto &target : one_op::targets()) {
            CAPTURE(golden.name);
            CAPTURE(target);
            const Tensor anchors = one_op::run(anchors_call(golden), target)[0];
            CHECK(anchors.shape()[0] == golden.attributes.at("count").get<std::int64_t>());
            if (golden.outputs.count("anchors"))
                CHECK(golden_cases::difference(golden, "anchors", anchors) == "");
            else
                check_rows_and_sums(golden, anchors);
        }
}

TEST_CASE("decode_boxes: every box coder")
{
    if (!have_shared("decode_boxes")) return;
    const auto cases = golden_cases::of_op("box_coder");
    CHECK(cases.size() == 8);
    for (const Case &golden : cases)
        for (const auto &target : one_op::targets()) {
            CAPTURE(golden.name);
            CAPTURE(target);
            const Tensor decoded = one_op::run(decoding_call(golden), target)[0];
            CHECK(golden_cases::difference(golden, "decoded", decoded) == "");
        }
}

TEST_CASE("convert_scores")
{
    if (!have_shared("convert_scores")) return;
    const Case golden = golden_cases::of_op("score_conversion").at(0);
    const Tensor &logits = golden.inputs.at("logits");
    const Shape shape{1, logits.count() / logits.shape().back(), logits.shape().back()};
    for (const auto &[output, converter, background] :
         {std::tuple{"sigmoid", "sigmoid", "convert_first"}, std::tuple{"sigmoid", "sigmoid", "slice_first"},
          std::tuple{"softmax_g1_slice_then_convert", "softmax", "slice_first"},
          std::tuple{"softmax_g2_convert_then_slice", "softmax", "convert_first"}})
        for (const auto &target : one_op::targets()) {
            CAPTURE(output);
            CAPTURE(target);
            Attributes attributes;
            attributes.set("converter", std::string(converter));
            attributes.set("background", std::string(background));
            CHECK(golden_cases::difference(
                      golden, output,
                      one_op::run({"convert_scores", attributes, {logits.reshaped(shape)}, {}}, target)[0]) == "");
        }
}

TEST_CASE("multiclass_nms, three generations")
{
    if (!have_shared("multiclass_nms")) return;
    const auto cases = golden_cases::of_op("multiclass_non_max_suppression");
    CHECK(cases.size() == 17);
    for (const Case &golden : cases)
        for (const std::string generation : {"g1", "g2", "g3"})
            for (const auto &target : one_op::targets()) {
                CAPTURE(golden.name);
                CAPTURE(generation);
                CAPTURE(target);
                const auto got = one_op::run(
                    suppression_call(golden, golden.inputs.at("boxes"), golden.inputs.at("scores"), generation),
                    target);
                const auto count = static_cast<std::int64_t>(got[3].floats()[0]);
                CHECK(golden_cases::difference(golden, generation + "_boxes", first(got[0], count)) == "");
                CHECK(golden_cases::difference(golden, generation + "_scores", first(got[1], count)) == "");
                CHECK(golden_cases::difference(golden, generation + "_classes", from_zero(first(got[2], count))) == "");
            }
}

TEST_CASE("multiclass_nms, padded, with fewer valid boxes than rows")
{
    if (!have_shared("padded multiclass_nms")) return;
    const auto cases = golden_cases::of_op("batch_multiclass_non_max_suppression");
    CHECK(cases.size() == 2);
    for (const Case &golden : cases)
        for (const std::string generation : {"g1", "g2", "g3"})
            for (const auto &target : one_op::targets())
                for (std::int64_t i = 0; i < golden.inputs.at("scores").shape()[0]; ++i) {
                    CAPTURE(golden.name);
                    CAPTURE(generation);
                    CAPTURE(i);
                    const auto valid =
                        reinterpret_cast<const std::int32_t *>(golden.inputs.at("num_valid_boxes").data())[i];
                    const auto got =
                        one_op::run(suppression_call(golden, slice(golden.inputs.at("boxes"), i, valid),
                                                     slice(golden.inputs.at("scores"), i, valid), generation),
                                    target);
                    Case one = golden;
                    for (const char *name : {"_boxes", "_scores", "_classes"}) {
                        const Tensor &all = golden.outputs.at(generation + name);
                        one.outputs[generation + name] = slice(all, i, all.shape()[1]);
                    }
                    CHECK(golden_cases::difference(one, generation + "_boxes", got[0]) == "");
                    CHECK(golden_cases::difference(one, generation + "_scores", got[1]) == "");
                    CHECK(golden_cases::difference(one, generation + "_classes", from_zero(got[2])) == "");
                }
}
