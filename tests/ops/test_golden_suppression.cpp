// SPDX-License-Identifier: Apache-2.0
// Golden cases of plain suppression and box arithmetic, and of ops that appear as a part of others.
#include "golden_cases.h"
#include "made_up.h"
#include "ops/box_arithmetic.h"
#include "ops/window.h"
#include "shared_data.h"
#include "targets/reference/non_max_suppression.h"

#include <doctest/doctest.h>

using namespace tradewind;
using golden_cases::Case;
using namespace made_up;

namespace {

BoxCorners corners(const Tensor &boxes, std::int64_t row)
{
    const float *box = boxes.floats() + 4 * row;
    return {box[0], box[1], box[2], box[3]};
}

double score_threshold(const Case &golden)
{
    const auto &threshold = golden.attributes.at("score_threshold");
    return threshold.is_null() ? -1e30 : threshold.get<double>();
}

std::vector<std::int32_t> rows_of(const Tensor &tensor)
{
    const auto *values = reinterpret_cast<const std::int32_t *>(tensor.data());
    return {values, values + tensor.count()};
}

std::vector<std::int32_t> rows_kept(const Case &golden)
{
    std::vector<reference::Candidate> candidates;
    const Tensor &scores = golden.inputs.at("scores");
    for (std::int64_t i = 0; i < scores.count(); ++i)
        if (scores.floats()[i] > static_cast<float>(score_threshold(golden)))
            candidates.push_back({corners(golden.inputs.at("boxes"), i), scores.floats()[i], i, 0});
    std::vector<std::int32_t> rows;
    for (const auto &kept :
         reference::suppress(std::move(candidates), golden.attributes.at("iou_threshold").get<float>(),
                             golden.attributes.at("max_output_size")))
        rows.push_back(static_cast<std::int32_t>(kept.row));
    return rows;
}

// The same with the op: one class, no clipping.
std::vector<Tensor> run_op(const Case &golden, const std::string &target)
{
    const Tensor &boxes = golden.inputs.at("boxes"), &scores = golden.inputs.at("scores");
    const std::int64_t most = golden.attributes.at("max_output_size"), rows = scores.count();
    return one_op::run({"multiclass_nms",
                        attributes({{"score_threshold", score_threshold(golden)},
                                    {"iou_threshold", golden.attributes.at("iou_threshold").get<double>()},
                                    {"max_per_class", most},
                                    {"max_total", most},
                                    {"clip", std::int64_t{0}}}),
                        {boxes.reshaped({1, rows, 4}), scores.reshaped({1, rows, 1})}},
                       target);
}

void check_op(const Case &golden, const std::vector<std::int32_t> &rows, const std::string &target)
{
    const auto outputs = run_op(golden, target);
    REQUIRE(outputs[3].floats()[0] == static_cast<float>(rows.size()));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        CHECK(outputs[1].floats()[i] == golden.inputs.at("scores").floats()[rows[i]]);
        for (std::size_t k = 0; k < 4; ++k)
            CHECK(outputs[0].floats()[4 * i + k] ==
                  golden.inputs.at("boxes").floats()[4 * static_cast<std::size_t>(rows[i]) + k]);
    }
}

Tensor identity_kernel(std::int64_t channels)
{
    Tensor weights({1, 1, channels, channels});
    for (std::int64_t i = 0; i < channels; ++i) weights.floats()[i * channels + i] = 1;
    return weights;
}

// A convolution that changes nothing, to which a bias or a residual may be added.
one_op::Call identity(const Tensor &x, const AttributeMap &more)
{
    const std::int64_t channels = x.shape().back();
    AttributeMap settings{{"filters", channels}, {"kernel", Integers{1, 1}}};
    settings.insert(more.begin(), more.end());
    return {"conv2d", attributes(settings), {x}, {{"weights", identity_kernel(channels)}}};
}

} // namespace

TEST_CASE("non-maximum suppression keeps the rows of every version of the published op")
{
    if (!have_shared("non_max_suppression")) return;
    const auto cases = golden_cases::of_op("non_max_suppression");
    CHECK(cases.size() == 26);
    for (const Case &golden : cases) {
        CAPTURE(golden.name);
        const auto rows = rows_of(golden.outputs.at("selected_v3"));
        CHECK(rows_kept(golden) == rows);
        if (golden.attributes.at("max_output_size") == 0) continue; // the op keeps one or more
        for (const auto &target : one_op::targets()) {
            CAPTURE(target);
            check_op(golden, rows, target);
        }
    }
}

TEST_CASE("overlaps")
{
    if (!have_shared("overlaps")) return;
    for (const char *op : {"iou_matrix", "matched_iou"}) {
        const Case golden = golden_cases::of_op(op).at(0);
        const Tensor &first = golden.inputs.at("boxes1"), &second = golden.inputs.at("boxes2"),
                     &expected = golden.outputs.at("iou");
        Tensor got(expected.shape());
        const std::int64_t columns = expected.shape().size() == 2 ? expected.shape()[1] : 0;
        for (std::int64_t i = 0; i < got.count(); ++i)
            got.floats()[i] = columns ? iou(corners(first, i / columns), corners(second, i % columns))
                                      : iou(corners(first, i), corners(second, i));
        CAPTURE(op);
        CHECK(golden_cases::difference(golden, "iou", got) == "");
    }
}

TEST_CASE("clipping to a window, areas and the frame of a window")
{
    if (!have_shared("clipping")) return;
    const auto cases = golden_cases::of_op("clip_to_window");
    CHECK(cases.size() == 3);
    for (const Case &golden : cases) {
        CAPTURE(golden.name);
        const Tensor &boxes = golden.inputs.at("boxes");
        const BoxCorners window = corners(golden.inputs.at("window"), 0);
        Tensor areas({boxes.shape()[0]}), clipped(boxes.shape()), framed(boxes.shape());
        std::vector<std::int32_t> kept;
        for (std::int64_t i = 0; i < boxes.shape()[0]; ++i) {
            const BoxCorners box = corners(boxes, i), inside = clip(box, window), moved = in_frame(box, window);
            areas.floats()[i] = area(box);
            std::copy_n(&inside.ymin, 4, clipped.floats() + 4 * i);
            std::copy_n(&moved.ymin, 4, framed.floats() + 4 * i);
            if (area(inside) > 0) kept.push_back(static_cast<std::int32_t>(i));
        }
        CHECK(golden_cases::difference(golden, "areas", areas) == "");
        CHECK(golden_cases::difference(golden, "all_clipped", clipped) == "");
        CHECK(golden_cases::difference(golden, "changed_frame", framed) == "");
        CHECK(kept == rows_of(golden.outputs.at("kept_indices")));
    }
}

TEST_CASE("biases and residuals that convolutions add")
{
    if (!have_shared("bias_add and residual_add")) return;
    for (const auto &target : one_op::targets()) {
        CAPTURE(target);
        const Case bias = golden_cases::of_op("bias_add").at(0);
        one_op::Call call = identity(bias.inputs.at("x"), {{"bias", std::int64_t{1}}});
        call.weights["biases"] = bias.inputs.at("b");
        CHECK(golden_cases::difference(bias, "y", one_op::run(call, target)[0]) == "");
        for (const Case &golden : golden_cases::of_op("residual_add")) {
            CAPTURE(golden.name);
            call = identity(golden.inputs.at("up"),
                            {{"residual_scale", golden.attributes.at("scale").get<double>()},
                             {"activation", golden.attributes.at("activation").get<std::string>()}});
            call.inputs.push_back(golden.inputs.at("net"));
            CHECK(golden_cases::difference(golden, "y", one_op::run(call, target)[0]) == "");
        }
    }
}

TEST_CASE("the pads of windows")
{
    if (!have_shared("effective pads")) return;
    for (const Case &golden : golden_cases::of_op("conv2d")) {
        if (golden.attributes.at("padding") == "EXPLICIT") continue;
        CAPTURE(golden.name);
        const Shape &x = golden.inputs.at("x").shape(), &w = golden.inputs.at("w").shape(),
                    &y = golden.outputs.at("y").shape();
        const Window window = window_of(
            attributes({{"kernel", Integers{w[0], w[1]}},
                        {"stride", golden.integers("stride")},
                        {"dilation", golden.integers("dilation")},
                        {"padding", std::string(golden.attributes.at("padding") == "SAME" ? "same" : "valid")}}),
            x);
        const std::vector<Integers> pads{{window.y.before, window.y.after}, {window.x.before, window.x.after}};
        CHECK(pads == golden.attributes.at("effective_pads").get<std::vector<Integers>>());
        CHECK(Shape{window.y.output, window.x.output} == Shape{y[1], y[2]});
    }
}
