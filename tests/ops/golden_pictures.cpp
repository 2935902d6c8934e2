// SPDX-License-Identifier: Apache-2.0
// Golden cases of resizing and preprocessing.
#include "golden_runs.h"

#include "image/resize.h"
#include "ops/standard_ops.h"

#include <algorithm>

using namespace tradewind;

namespace ops_test {
namespace {

Picture picture_of(const Tensor &pixels)
{
    Picture picture;
    picture.height = pixels.shape()[1];
    picture.width = pixels.shape()[2];
    for (const float value : floats(pixels)) picture.rgb.push_back(static_cast<std::uint8_t>(value));
    return picture;
}

Tensor resized(const Tensor &x, ResizeMethod method, ImageSize size)
{
    const Shape &in = x.shape();
    Tensor y({in[0], size.height, size.width, in[3]});
    for (std::int64_t n = 0; n < in[0]; ++n)
        resize(x.floats() + n * in[1] * in[2] * in[3], {in[1], in[2]}, in[3], method, size,
               y.floats() + n * size.height * size.width * in[3]);
    return y;
}

Tensor without_batch(const Tensor &x) { return x.reshaped(Shape(x.shape().begin() + 1, x.shape().end())); }

// Only the rows that the case lists; all of them when it lists none.
Tensor chosen_rows(const GoldenCase &c, const Tensor &y)
{
    if (!c.has("rows")) return y;
    const std::int64_t line = y.shape()[2] * y.shape()[3];
    const auto &rows = c.integers("rows");
    Tensor chosen({1, static_cast<std::int64_t>(rows.size()), y.shape()[2], y.shape()[3]});
    for (std::size_t i = 0; i < rows.size(); ++i)
        std::copy_n(y.floats() + rows[i] * line, line, chosen.floats() + static_cast<std::int64_t>(i) * line);
    return chosen;
}

ResizeMethod method_of(const GoldenCase &c)
{
    if (c.real("align_corners") != 0) return ResizeMethod::bilinear_align_corners;
    return c.real("half_pixel_centers") != 0 ? ResizeMethod::bilinear_half_pixel : ResizeMethod::bilinear;
}

// Float pixels by the function; where the input is a picture, also bytes by the target's own resize.
Comparisons resize_bilinear(const GoldenCase &c, const Harness &harness)
{
    const auto &[output, expected] = *c.outputs.begin();
    const Tensor &x = c.inputs.at("x");
    const ImageSize size{c.integers("size")[0], c.integers("size")[1]};
    Comparisons comparisons{{output, expected, chosen_rows(c, resized(x, method_of(c), size))}};
    if (c.name.starts_with("picture_"))
        comparisons.push_back({"bytes", expected, chosen_rows(c, harness.resize(picture_of(x), method_of(c), size))});
    return comparisons;
}

Comparisons keep_aspect_sizes(const GoldenCase &c, const Harness &)
{
    const Tensor &sizes = c.inputs.at("sizes");
    Tensor got(sizes.shape(), ElementType::i32);
    const auto *in = reinterpret_cast<const std::int32_t *>(sizes.data());
    auto *out = reinterpret_cast<std::int32_t *>(got.data());
    for (std::int64_t i = 0; i < sizes.count(); i += 2) {
        const ImageSize size = keep_aspect_size({in[i], in[i + 1]}, static_cast<std::int64_t>(c.real("min_dimension")),
                                                static_cast<std::int64_t>(c.real("max_dimension")));
        out[i] = static_cast<std::int32_t>(size.height);
        out[i + 1] = static_cast<std::int32_t>(size.width);
    }
    return {{"new_sizes", c.outputs.at("new_sizes"), got}};
}

Comparisons keep_aspect(const GoldenCase &c, const Harness &harness)
{
    const Picture picture = picture_of(c.inputs.at("image"));
    const ImageSize size = keep_aspect_size({picture.height, picture.width}, static_cast<std::int64_t>(c.real("min_dimension")),
                                            static_cast<std::int64_t>(c.real("max_dimension")));
    return {{"y", c.outputs.at("y"), without_batch(harness.resize(picture, ResizeMethod::bilinear, size))}};
}

Comparisons fixed_shape(const GoldenCase &c, const Harness &harness)
{
    const ImageSize size{static_cast<std::int64_t>(c.real("height")), static_cast<std::int64_t>(c.real("width"))};
    const Tensor y = harness.resize(picture_of(c.inputs.at("image")), ResizeMethod::bilinear, size);
    const OpCase normalize{"normalize", {y}, {{"scale", Reals(3, 2.0 / 255)}, {"mean", Reals(3, 1)}}};
    return {{"resized", c.outputs.at("resized"), without_batch(y)},
            {"preprocessed", c.outputs.at("preprocessed"), without_batch(harness.run(normalize).front())}};
}

Comparisons subtract_mean(const GoldenCase &c, const Harness &harness)
{
    const OpCase op{"normalize", {c.inputs.at("image")}, {{"scale", Reals(3, 1)}, {"mean", c.reals("means")}}};
    return {{"y", c.outputs.at("y"), without_batch(harness.run(op).front())}};
}

} // namespace

void add_picture_runs(Runs &runs)
{
    runs.insert({{"resize_bilinear", resize_bilinear}, {"keep_aspect_ratio_size", keep_aspect_sizes},
                 {"keep_aspect_ratio", keep_aspect}, {"fixed_shape", fixed_shape}, {"subtract_channel_mean", subtract_mean}});
}

} // namespace ops_test
