// SPDX-License-Identifier: Apache-2.0
// Golden cases of grid anchors, crops, position-sensitive crops and first-stage proposals, on every target.
#include "golden_cases.h"
#include "made_up.h"
#include "shared_data.h"

#include <doctest/doctest.h>

using namespace tradewind;
using namespace made_up;
using golden_cases::Case;
using one_op::Call;

namespace {

Reals reals(const nlohmann::json &value) { return value.get<Reals>(); }

Tensor rows_of(const Tensor &tensor, const Integers &rows)
{
    const std::int64_t columns = tensor.count() / std::max<std::int64_t>(tensor.shape()[0], 1);
    Shape shape = tensor.shape();
    shape[0] = static_cast<std::int64_t>(rows.size());
    Tensor picked(shape);
    for (std::size_t i = 0; i < rows.size(); ++i)
        std::copy_n(tensor.floats() + rows[i] * columns, columns,
                    picked.floats() + static_cast<std::int64_t>(i) * columns);
    return picked;
}

Tensor leading(const Tensor &tensor, std::int64_t rows)
{
    Integers all(static_cast<std::size_t>(rows));
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::int64_t>(i);
    return rows_of(tensor, all);
}

Tensor count_of(std::int64_t rows) { return tensor({1}, {static_cast<float>(rows)}); }

// Boxes are read from the picture whose index stands beside them; pictures are run one at a time.
Integers boxes_of_picture(const Case &golden, std::int64_t picture)
{
    const Tensor &indices = golden.inputs.at("box_indices");
    Integers rows;
    for (std::int64_t i = 0; i < indices.count(); ++i)
        if (reinterpret_cast<const std::int32_t *>(indices.data())[i] == picture) rows.push_back(i);
    return rows;
}

void check_crops(const Case &golden, const std::string &target, const std::function<Tensor(const Tensor &)> &after)
{
    const Tensor &x = golden.inputs.at("x");
    std::int64_t seen = 0;
    for (std::int64_t picture = 0; picture < x.shape()[0]; ++picture) {
        const Integers rows = boxes_of_picture(golden, picture);
        const auto count = static_cast<std::int64_t>(rows.size());
        seen += count;
        const Attributes settings =
            attributes({{"crop", golden.integers("crop_size")},
                        {"extrapolation", golden.attributes.value("extrapolation_value", 0.0)}});
        const auto crops =
            one_op::run({"crop_and_resize",
                         settings,
                         {rows_of(x, {picture}), rows_of(golden.inputs.at("boxes"), rows), count_of(count)}},
                        target);
        Case part = golden;
        part.outputs["y"] = rows_of(golden.outputs.at("y"), rows);
        CHECK(golden_cases::difference(part, "y", after(crops[0])) == "");
    }
    CHECK(seen == golden.inputs.at("boxes").shape()[0]);
}

// The mean over height and width of what was not pooled.
Tensor pooled(const Tensor &crops)
{
    const Shape &shape = crops.shape();
    Tensor means({shape[0], 1, 1, shape[3]});
    for (std::int64_t p = 0; p < shape[0]; ++p)
        for (std::int64_t c = 0; c < shape[3]; ++c) {
            double sum = 0;
            for (std::int64_t i = 0; i < shape[1] * shape[2]; ++i)
                sum += crops.floats()[(p * shape[1] * shape[2] + i) * shape[3] + c];
            means.floats()[p * shape[3] + c] = static_cast<float>(sum / static_cast<double>(shape[1] * shape[2]));
        }
    return means;
}

Attributes grid(const Case &golden)
{
    const auto &a = golden.attributes;
    return attributes({{"scales", reals(a.at("scales"))},
                       {"aspect_ratios", reals(a.at("aspect_ratios"))},
                       {"base_size", reals(a.at("base"))},
                       {"stride", reals(a.at("stride"))},
                       {"offset", reals(a.at("offset"))}});
}

} // namespace

TEST_CASE("grid_anchors")
{
    if (!have_shared("grid_anchors")) return;
    const auto cases = golden_cases::of_op("grid_anchors");
    CHECK(cases.size() == 6);
    for (const Case &golden : cases)
        for (const auto &target : one_op::targets()) {
            CAPTURE(golden.name);
            CAPTURE(target);
            const Integers map = golden.integers("feature_map");
            const Tensor anchors =
                one_op::run({"grid_anchors", grid(golden), {Tensor({1, map[0], map[1], 1})}}, target)[0];
            REQUIRE(anchors.shape() == Shape{golden.attributes.at("count").get<std::int64_t>(), 4});
            if (golden.outputs.count("anchors"))
                CHECK(golden_cases::difference(golden, "anchors", anchors) == "");
            else
                CHECK(golden_cases::difference(golden, "anchors_rows", rows_of(anchors, golden.integers("rows"))) ==
                      "");
            const auto sums = reals(golden.attributes.at("sum_float64"));
            for (std::size_t column = 0; column < 4; ++column) {
                double sum = 0;
                for (std::int64_t row = 0; row < anchors.shape()[0]; ++row)
                    sum += anchors.floats()[4 * row + static_cast<std::int64_t>(column)];
                CHECK(sum == doctest::Approx(sums[column]).epsilon(1e-7));
            }
        }
}

TEST_CASE("crop_and_resize, alone and before a pool")
{
    if (!have_shared("crop_and_resize")) return;
    const auto cases = golden_cases::of_op("crop_and_resize");
    CHECK(cases.size() == 16);
    for (const auto &target : one_op::targets()) {
        CAPTURE(target);
        for (const Case &golden : cases) {
            CAPTURE(golden.name);
            check_crops(golden, target, [](const Tensor &crops) { return crops; });
        }
        const Case golden = golden_cases::of_op("crop_and_resize_max_pool").at(0);
        const std::int64_t kernel = golden.attributes.at("pool_kernel"), stride = golden.attributes.at("pool_stride");
        check_crops(golden, target, [&](const Tensor &crops) {
            return one_op::run({"max_pool",
                                attributes({{"kernel", Integers{kernel, kernel}},
                                            {"stride", Integers{stride, stride}},
                                            {"padding", std::string("valid")}}),
                                {crops}},
                               target)[0];
        });
    }
}

TEST_CASE("position_sensitive_crop")
{
    if (!have_shared("position_sensitive_crop")) return;
    const auto cases = golden_cases::of_op("position_sensitive_crop");
    CHECK(cases.size() == 10);
    for (const Case &golden : cases)
        for (const auto &target : one_op::targets()) {
            CAPTURE(golden.name);
            CAPTURE(target);
            const Tensor &boxes = golden.inputs.at("boxes"), &x = golden.inputs.at("x");
            const Shape &map = x.shape();
            const auto got = one_op::run(
                {"position_sensitive_crop",
                 attributes({{"bins", golden.integers("num_spatial_bins")}, {"crop", golden.integers("crop_size")}}),
                 {x.reshaped({1, map[0], map[1], map[2]}), boxes, count_of(boxes.shape()[0])}},
                target);
            Case expected = golden;
            if (!golden.attributes.at("global_pool").get<bool>())
                expected.outputs["y"] = pooled(golden.outputs.at("y")); // the op always pools
            CHECK(golden_cases::difference(expected, "y", got[0]) == "");
        }
}

TEST_CASE("first-stage proposals, three generations")
{
    if (!have_shared("proposals")) return;
    const auto cases = golden_cases::of_op("first_stage_proposals");
    CHECK(cases.size() == 2);
    for (const Case &golden : cases)
        for (const auto &target : one_op::targets())
            for (const std::string generation : {"g1", "g2", "g3"}) {
                CAPTURE(golden.name);
                CAPTURE(target);
                CAPTURE(generation);
                const Integers map = golden.integers("feature_map"), picture = golden.integers("image");
                const double stride = golden.attributes.at("stride"), height = static_cast<double>(picture[0]),
                             width = static_cast<double>(picture[1]);
                const Tensor anchors = one_op::run(
                    {"grid_anchors", attributes({{"stride", Reals{stride, stride}}}), {Tensor({1, map[0], map[1], 1})}},
                    target)[0];
                const Tensor clipped = one_op::run(
                    {"clip_boxes", attributes({{"window", Reals{0, 0, height, width}}}), {anchors}}, target)[0];
                CHECK(golden_cases::difference(golden, "clipped_anchors", clipped) == "");
                const std::int64_t rows = anchors.shape()[0];
                const auto got = one_op::run(
                    {"proposals",
                     attributes({{"score_threshold", golden.attributes.at("score_threshold").get<double>()},
                                 {"iou_threshold", golden.attributes.at("nms_iou").get<double>()},
                                 {"max_proposals", golden.attributes.at("max_proposals").get<std::int64_t>()},
                                 {"window", Reals{0, 0, height, width}},
                                 {"generation", generation}}),
                     {golden.inputs.at("encodings").reshaped({1, rows, 4}),
                      golden.inputs.at("objectness_logits").reshaped({1, rows, 2}), clipped}},
                    target);
                const std::string of = generation == "g3" ? "g3" : "g1_g2";
                const std::int64_t count = golden.attributes.at("num_" + of);
                REQUIRE(got[2].floats()[0] == static_cast<float>(count));
                const Tensor pixels = one_op::run(
                    {"scale_boxes", attributes({{"factors", Reals{height, width, height, width}}}), {got[0]}},
                    target)[0];
                CHECK(golden_cases::difference(golden, of + "_boxes", leading(pixels, count)) == "");
                CHECK(golden_cases::difference(golden, of + "_scores", leading(got[1], count)) == "");
            }
}
