// SPDX-License-Identifier: Apache-2.0
// Golden cases of resizing and of the sizes that resizers choose.
#include "golden_cases.h"
#include "shared_data.h"

#include "image/resize.h"
#include "one_op.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace tradewind;
using golden_cases::Case;

namespace {

Tensor resized(const Tensor &x, ImageSize size)
{
    const Shape &s = x.shape();
    Tensor y({s[0], size.height, size.width, s[3]});
    for (std::int64_t n = 0; n < s[0]; ++n)
        resize(x.floats() + n * s[1] * s[2] * s[3], {s[1], s[2]}, s[3], ResizeMethod::bilinear, size,
               y.floats() + n * size.height * size.width * s[3]);
    return y;
}

Tensor rows_of(const Tensor &y, const std::vector<std::int64_t> &rows)
{
    const Shape &s = y.shape();
    const std::int64_t row = s[2] * s[3];
    Tensor picked({s[0], static_cast<std::int64_t>(rows.size()), s[2], s[3]});
    for (std::size_t i = 0; i < rows.size(); ++i)
        std::copy_n(y.floats() + rows[i] * row, row, picked.floats() + static_cast<std::int64_t>(i) * row);
    return picked;
}

} // namespace

TEST_CASE("resize_bilinear, legacy convention")
{
    if (!have_shared("resize_bilinear")) return;
    const auto cases = golden_cases::of_op("resize_bilinear");
    CHECK(cases.size() == 17);
    for (const Case &golden : cases) {
        CAPTURE(golden.name);
        const auto size = golden.integers("size");
        const Tensor y = resized(golden.inputs.at("x"), {size[0], size[1]});
        if (golden.outputs.count("y"))
            CHECK(golden_cases::difference(golden, "y", y) == "");
        else
            CHECK(golden_cases::difference(golden, "y_rows", rows_of(y, golden.integers("rows"))) == "");
    }
}

TEST_CASE("keep_aspect_size, float32 ties included")
{
    if (!have_shared("keep_aspect_size")) return;
    const auto cases = golden_cases::of_op("keep_aspect_ratio_size");
    CHECK(cases.size() == 5);
    for (const Case &golden : cases) {
        CAPTURE(golden.name);
        const auto *sizes = reinterpret_cast<const std::int32_t *>(golden.inputs.at("sizes").data());
        const auto *expected = reinterpret_cast<const std::int32_t *>(golden.outputs.at("new_sizes").data());
        for (std::int64_t i = 0; i < golden.inputs.at("sizes").shape()[0]; ++i) {
            CAPTURE(i);
            const ImageSize size =
                keep_aspect_size({sizes[2 * i], sizes[2 * i + 1]}, golden.attributes.at("min_dimension"),
                                 golden.attributes.at("max_dimension"));
            CHECK(size.height == expected[2 * i]);
            CHECK(size.width == expected[2 * i + 1]);
        }
    }
}

TEST_CASE("normalize: subtracting channel means from the formula picture")
{
    if (!have_shared("normalize")) return;
    const Case golden = golden_cases::of_op("subtract_channel_mean").at(0);
    Attributes attributes;
    attributes.set("scale", std::vector<double>{1, 1, 1});
    attributes.set("mean", golden.attributes.at("means").get<std::vector<double>>());
    for (const auto &target : one_op::targets())
        CHECK(golden_cases::difference(
                  golden, "y", one_op::run({"normalize", attributes, {golden.inputs.at("image")}, {}}, target)[0]) ==
              "");
}

TEST_CASE("both resizers on formula pictures, and what comes after")
{
    if (!have_shared("the resizers")) return;
    const auto kept = golden_cases::of_op("keep_aspect_ratio"), fixed = golden_cases::of_op("fixed_shape");
    CHECK(kept.size() == 3);
    CHECK(fixed.size() == 2);
    for (const Case &golden : kept) {
        CAPTURE(golden.name);
        const Tensor &image = golden.inputs.at("image");
        const ImageSize size =
            keep_aspect_size({image.shape()[1], image.shape()[2]}, golden.attributes.at("min_dimension"),
                             golden.attributes.at("max_dimension"));
        CHECK(golden_cases::difference(golden, "y", resized(image, size)) == "");
    }
    for (const Case &golden : fixed) {
        CAPTURE(golden.name);
        const Tensor y =
            resized(golden.inputs.at("image"), {golden.attributes.at("height"), golden.attributes.at("width")});
        CHECK(golden_cases::difference(golden, "resized", y) == "");
        Attributes attributes;
        attributes.set("scale", std::vector<double>(3, 2.0 / 255.0));
        attributes.set("mean", std::vector<double>(3, 1.0));
        for (const auto &target : one_op::targets())
            CHECK(golden_cases::difference(golden, "preprocessed",
                                           one_op::run({"normalize", attributes, {y}, {}}, target)[0]) == "");
    }
}
