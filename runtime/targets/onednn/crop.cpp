// SPDX-License-Identifier: Apache-2.0
// crop_and_resize: proposals shared among the threads, channels vectorised. The operations on each value and their
// order are the plain kernel's.
#include "targets/onednn/instruction_sets.h"
#include "targets/onednn/kernels.h"

#include "ops/crop_sampling.h"
#include "ops/region_attributes.h"

#include <algorithm>

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
        float *to = out_.floats() + p * height * width * channels;
        for (std::int64_t i = 0; i < height; ++i) {
            const CropSample y = crop_sample(box[0], box[2], map_.shape[1], height, i);
            for (std::int64_t j = 0; j < width; ++j, to += channels) {
                const CropSample x = crop_sample(box[1], box[3], map_.shape[2], width, j);
                if (y.inside && x.inside)
                    interpolate({pixel(y.lower, x.lower), pixel(y.lower, x.upper), pixel(y.upper, x.lower),
                                 pixel(y.upper, x.upper)},
                                x.fraction, y.fraction, to, channels);
                else
                    std::fill_n(to, channels, extrapolation_);
            }
        }
    }

    const float *pixel(std::int64_t y, std::int64_t x) const
    {
        return map_.floats() + (y * map_.shape[2] + x) * map_.shape[3];
    }

    TensorView map_, boxes_, count_, out_;
    float extrapolation_;
};

} // namespace

std::unique_ptr<Kernel> make_crop(const KernelRequest &request)
{
    return request.node.op->name == "crop_and_resize" ? std::make_unique<CropKernel>(request) : nullptr;
}

} // namespace tradewind::onednn
