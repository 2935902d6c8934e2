// SPDX-License-Identifier: Apache-2.0
// Ops that oneDNN gains nothing on: element by element and movement, in the plain kernels' arithmetic.
#include "targets/onednn/box_loops.h"
#include "targets/onednn/instruction_sets.h"
#include "targets/onednn/kernels.h"

#include <algorithm>
#include <limits>
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

constexpr float least_normal = std::numeric_limits<float>::min();

// As the plain kernels do it: "none" leaves a NaN as it is; ReLU and ReLU6 make NaN and denormal numbers 0.
template <class F> void activated(const std::string &activation, F &&make)
{
    if (activation == "relu")
        make([](float x) { return x >= least_normal ? x : 0.0f; });
    else if (activation == "relu6")
        make([](float x) { return std::min(x >= least_normal ? x : 0.0f, 6.0f); });
    else
        make([](float x) { return x; });
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

Loop concat(const KernelRequest &request)
{
    const Shape &shape = request.outputs[0].shape;
    std::int64_t axis = request.attributes().integer("axis");
    axis += axis < 0 ? static_cast<std::int64_t>(shape.size()) : 0;
    const std::int64_t outer = element_count(Shape(shape.begin(), shape.begin() + axis));
    return [inputs = request.inputs, output = request.outputs[0], outer] {
        const std::size_t stride = output.bytes() / static_cast<std::size_t>(outer);
#pragma omp parallel for schedule(static)
        for (std::int64_t i = 0; i < outer; ++i) {
            std::byte *to = output.data + static_cast<std::size_t>(i) * stride;
            for (const TensorView &input : inputs) {
                const std::size_t bytes = input.bytes() / static_cast<std::size_t>(outer);
                std::memcpy(to, input.data + static_cast<std::size_t>(i) * bytes, bytes);
                to += bytes;
            }
        }
    };
}

Loop pad(const KernelRequest &request)
{
    const auto &pads = request.attributes().integers("pads");
    const TensorView in = request.inputs[0], out = request.outputs[0];
    const std::int64_t top = pads[0], left = pads[2] * out.shape[3], height = in.shape[1];
    const std::int64_t from_row = in.shape[2] * in.shape[3], to_row = out.shape[2] * out.shape[3];
    return [=] {
        const std::int64_t rows = out.shape[0] * out.shape[1];
#pragma omp parallel for schedule(static)
        for (std::int64_t row = 0; row < rows; ++row) {
            float *to = out.floats() + row * to_row;
            std::fill_n(to, to_row, 0.0f);
            const std::int64_t image = row / out.shape[1], y = row % out.shape[1] - top;
            if (y >= 0 && y < height) std::copy_n(in.floats() + (image * height + y) * from_row, from_row, to + left);
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

Loop reshape(const KernelRequest &request)
{
    return [in = request.inputs[0], out = request.outputs[0]] {
        if (in.data != out.data) std::memcpy(out.data, in.data, in.bytes());
    };
}

} // namespace

std::unique_ptr<Kernel> make_loop(const KernelRequest &request)
{
    static const std::map<std::string, Loop (*)(const KernelRequest &)> loops = {
        {"add", add},       {"concat", concat},  {"normalize", normalize}, {"pad", pad},
        {"relu", activate}, {"relu6", activate}, {"reshape", reshape},     {"spatial_mean", spatial_mean}};
    const auto found = loops.find(request.node.op->name);
    if (Loop loop = box_loop(request)) return std::make_unique<LoopKernel>(std::move(loop));
    return found == loops.end() ? nullptr : std::make_unique<LoopKernel>(found->second(request));
}

} // namespace tradewind::onednn
