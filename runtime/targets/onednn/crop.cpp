// SPDX-License-Identifier: Apache-2.0
// crop_and_resize: proposals shared among the threads, channels vectorised; maps and crops of rows of any type. The
// operations on each value and their order are the plain kernel's.
#include "targets/onednn/conversions.h"
#include "targets/onednn/instruction_sets.h"
#include "targets/onednn/kernels.h"

#include "ops/crop_sampling.h"
#include "ops/region_attributes.h"

#include <algorithm>
#include <vector>

namespace tradewind::onednn {
namespace {

// The pixels around a sample.
struct Corners {
    const float *top_left, *top_right, *bottom_left, *bottom_right;
};

FOR_EACH_INSTRUCTION_SET void interpolate(const Corners &from, float x, float y, float *to, std::int64_t channels)
{
    for (std::int64_t c = 0; c < channels; ++c) {
        const float top = from.top_left[c] + (from.top_right[c] - from.top_left[c]) * x;
        const float bottom = from.bottom_left[c] + (from.bottom_right[c] - from.bottom_left[c]) * x;
        to[c] = top + (bottom - top) * y;
    }
}

class CropKernel final : public Kernel {
public:
    explicit CropKernel(const KernelRequest &request)
        : map_(request.inputs[0]), boxes_(request.inputs[1]), count_(request.inputs[2]), out_(request.outputs[0]),
          map_as_(request.stored_inputs[0]), out_as_(request.stored_outputs[0]),
          extrapolation_(static_cast<float>(request.attributes().real("extrapolation")))
    {
    }

    void run() override
    {
        const std::int64_t live = live_rows(count_, boxes_.shape[0]);
#pragma omp parallel for schedule(dynamic)
        for (std::int64_t p = 0; p < live; ++p) crop(p);
    }

    std::string implementation() const override { return "loop"; }

private:
    void crop(std::int64_t p) const
    {
        const float *box = boxes_.floats() + 4 * p;
        const std::int64_t height = out_.shape[1], width = out_.shape[2], channels = out_.shape[3];
        std::vector<float> numbers(map_as_.is_plain() && out_as_.is_plain() ? 0
                                                                            : 5 * static_cast<std::size_t>(channels));
        std::int64_t at = p * height * width * channels;
        for (std::int64_t i = 0; i < height; ++i) {
            const CropSample y = crop_sample(box[0], box[2], map_.shape[1], height, i);
            for (std::int64_t j = 0; j < width; ++j, at += channels)
                sample(y, crop_sample(box[1], box[3], map_.shape[2], width, j), at, numbers.data());
        }
    }

    // One pixel of a crop, which begins at number `at`. `numbers`: room for five pixels where values are not plain.
    void sample(const CropSample &y, const CropSample &x, std::int64_t at, float *numbers) const
    {
        const std::int64_t channels = out_.shape[3];
        float *to = out_as_.is_plain() ? out_.floats() + at : numbers + 4 * channels;
        if (y.inside && x.inside)
            interpolate({pixel(y.lower, x.lower, numbers), pixel(y.lower, x.upper, numbers + channels),
                         pixel(y.upper, x.lower, numbers + 2 * channels),
                         pixel(y.upper, x.upper, numbers + 3 * channels)},
                        x.fraction, y.fraction, to, channels);
        else
            std::fill_n(to, channels, extrapolation_);
        if (!out_as_.is_plain())
            write_numbers(to, channels, out_as_, out_.data + static_cast<std::size_t>(at) * byte_size(out_as_.type));
    }

    const float *pixel(std::int64_t y, std::int64_t x, float *numbers) const
    {
        const std::int64_t channels = map_.shape[3], at = (y * map_.shape[2] + x) * channels;
        if (map_as_.is_plain()) return map_.floats() + at;
        read_numbers(map_.data + static_cast<std::size_t>(at) * byte_size(map_as_.type), map_as_, channels, numbers);
        return numbers;
    }

    TensorView map_, boxes_, count_, out_;
    StoredAs map_as_, out_as_;
    float extrapolation_;
};

} // namespace

std::unique_ptr<Kernel> make_crop(const KernelRequest &request)
{
    const auto rows = [](const StoredAs &stored) { return stored.layout == StoredAs::Layout::rows; };
    const bool takes = request.node.op->name == "crop_and_resize" && rows(request.stored_inputs[0]) &&
                       rows(request.stored_outputs[0]) && request.stored_inputs[1].is_plain();
    return takes ? std::make_unique<CropKernel>(request) : nullptr;
}

} // namespace tradewind::onednn
