// SPDX-License-Identifier: Apache-2.0
// Ops that oneDNN gains nothing on, element by element in the plain kernels' arithmetic.
#include "targets/onednn/activations.h"
#include "targets/onednn/box_loops.h"
#include "targets/onednn/instruction_sets.h"
#include "targets/onednn/kernels.h"
#include "targets/onednn/movement_loops.h"
#include "targets/onednn/stored_loops.h"

#include <algorithm>
#include <map>

namespace tradewind::onednn {
namespace {

using Loop = std::function<void()>;

class LoopKernel final : public Kernel {
public:
    explicit LoopKernel(Loop loop) : loop_(std::move(loop)) {}

    void run() override { loop_(); }
    std::string implementation() const override { return "loop"; }

private:
    Loop loop_;
};

constexpr std::int64_t worth_threads = 1 << 15; // elements

// Calls f(element) for all; f must be free of order.
template <class F> void for_each_element(std::int64_t count, F f)
{
#pragma omp parallel for simd schedule(static) if (parallel : count > worth_threads)
    for (std::int64_t i = 0; i < count; ++i) f(i);
}

Loop activate(const KernelRequest &request)
{
    Loop loop;
    activated(request.node.op->name, [&](auto activation) {
        loop = [=, in = request.inputs[0].floats(), out = request.outputs[0].floats(),
                count = request.inputs[0].count()] {
            for_each_element(count, [=](std::int64_t i) { out[i] = activation(in[i]); });
        };
    });
    return loop;
}

Loop add(const KernelRequest &request)
{
    Loop loop;
    activated(request.attributes().text("activation"), [&](auto activation) {
        loop = [=, a = request.inputs[0].floats(), b = request.inputs[1].floats(), out = request.outputs[0].floats(),
                scale = static_cast<float>(request.attributes().real("scale")), count = request.outputs[0].count()] {
            for_each_element(count, [=](std::int64_t i) { out[i] = activation(a[i] + scale * b[i]); });
        };
    });
    return loop;
}

// Scales and means repeated over a row of pixels, so that the inner loop has no period.
Loop normalize(const KernelRequest &request)
{
    const Shape &shape = request.inputs[0].shape;
    const std::int64_t rows = shape[0] * shape[1], channels = shape[3], length = shape[2] * channels;
    std::vector<float> scale(static_cast<std::size_t>(length)), mean(scale.size());
    for (std::size_t i = 0; i < scale.size(); ++i) {
        scale[i] = static_cast<float>(request.attributes().reals("scale")[i % static_cast<std::size_t>(channels)]);
        mean[i] = static_cast<float>(request.attributes().reals("mean")[i % static_cast<std::size_t>(channels)]);
    }
    const bool reversed = request.attributes().text("channel_order") == "bgr";
    return [=, in = request.inputs[0].floats(), out = request.outputs[0].floats(), scale = std::move(scale),
            mean = std::move(mean)] {
        const float *s = scale.data(), *m = mean.data();
#pragma omp parallel for schedule(static)
        for (std::int64_t row = 0; row < rows; ++row) {
            const float *from = in + row * length;
            float *to = out + row * length;
            if (reversed)
                for (std::int64_t i = 0; i < length; ++i)
                    to[i] = from[i - i % channels + (channels - 1 - i % channels)] * s[i] - m[i];
            else
                for (std::int64_t i = 0; i < length; ++i) to[i] = from[i] * s[i] - m[i];
        }
    };
}

constexpr std::int64_t mean_block = 64; // channels whose sums stay in registers

// The mean of `pixels` rows of `channels` numbers, for the first `width` of them.
FOR_EACH_INSTRUCTION_SET void mean_of_rows(const float *from, std::int64_t pixels, std::int64_t channels,
                                           std::int64_t width, float *to)
{
    double sums[mean_block] = {};
    for (std::int64_t p = 0; p < pixels; ++p, from += channels)
        for (std::int64_t c = 0; c < width; ++c) sums[c] += from[c];
    for (std::int64_t c = 0; c < width; ++c) to[c] = static_cast<float>(sums[c] / static_cast<double>(pixels));
}

Loop spatial_mean(const KernelRequest &request)
{
    return [in = request.inputs[0], out = request.outputs[0].floats()] {
        const std::int64_t pixels = in.shape[1] * in.shape[2], channels = in.shape[3];
#pragma omp parallel for schedule(static)
        for (std::int64_t n = 0; n < in.shape[0]; ++n)
            for (std::int64_t c = 0; c < channels; c += mean_block)
                mean_of_rows(in.floats() + n * pixels * channels + c, pixels, channels,
                             std::min(mean_block, channels - c), out + n * channels + c);
    };
}

} // namespace

std::unique_ptr<Kernel> make_loop(const KernelRequest &request)
{
    static const std::map<std::string, Loop (*)(const KernelRequest &)> loops = {{"add", add},
                                                                                 {"normalize", normalize},
                                                                                 {"relu", activate},
                                                                                 {"relu6", activate},
                                                                                 {"spatial_mean", spatial_mean}};
    const auto found = loops.find(request.node.op->name);
    Loop loop = movement_loop(request);
    if (!loop && !request.is_plain()) loop = stored_loop(request);
    if (!loop && request.is_plain()) loop = box_loop(request);
    if (!loop && request.is_plain() && found != loops.end()) loop = found->second(request);
    return loop ? std::make_unique<LoopKernel>(std::move(loop)) : nullptr;
}

} // namespace tradewind::onednn
