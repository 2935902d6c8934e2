// SPDX-License-Identifier: Apache-2.0
// Numbers pass through float32 in blocks that stay in the first cache; what is only moved keeps its bits.
#include "targets/onednn/stored_loops.h"

#include "targets/onednn/activations.h"
#include "targets/onednn/conversions.h"
#include "targets/onednn/instruction_sets.h"

#include <algorithm>
#include <map>

namespace tradewind::onednn {
namespace {

using Loop = std::function<void()>;

constexpr std::int64_t block = 1024; // numbers

struct Stored {
    TensorView view;
    StoredAs stored;

    std::int64_t size() const { return static_cast<std::int64_t>(byte_size(stored.type)); }
    void read(std::int64_t first, std::int64_t count, float *to) const
    {
        read_numbers(view.data + first * size(), stored, count, to);
    }
    void write(const float *from, std::int64_t first, std::int64_t count) const
    {
        write_numbers(from, count, stored, view.data + first * size());
    }
};

Stored input(const KernelRequest &request, std::size_t i) { return {request.inputs[i], request.stored_inputs[i]}; }
Stored output(const KernelRequest &request) { return {request.outputs[0], request.stored_outputs[0]}; }

template <class F> void in_blocks(std::int64_t count, F f)
{
#pragma omp parallel for schedule(static) if (count > 16 * block)
    for (std::int64_t first = 0; first < count; first += block) f(first, std::min(block, count - first));
}

FOR_EACH_INSTRUCTION_SET void add_scaled(float *to, const float *from, float scale, std::int64_t count)
{
    for (std::int64_t i = 0; i < count; ++i) to[i] = to[i] + scale * from[i];
}

Loop activate(const KernelRequest &request)
{
    Loop loop;
    activated(request.node.op->name, [&](auto activation) {
        loop = [=, in = input(request, 0), out = output(request)] {
            in_blocks(out.view.count(), [&](std::int64_t first, std::int64_t count) {
                float numbers[block];
                in.read(first, count, numbers);
                for (std::int64_t i = 0; i < count; ++i) numbers[i] = activation(numbers[i]);
                out.write(numbers, first, count);
            });
        };
    });
    return loop;
}

Loop add(const KernelRequest &request)
{
    Loop loop;
    activated(request.attributes().text("activation"), [&](auto activation) {
        loop = [=, a = input(request, 0), b = input(request, 1), out = output(request),
                scale = static_cast<float>(request.attributes().real("scale"))] {
            in_blocks(out.view.count(), [&](std::int64_t first, std::int64_t count) {
                float sums[block], addends[block];
                a.read(first, count, sums);
                b.read(first, count, addends);
                add_scaled(sums, addends, scale, count);
                for (std::int64_t i = 0; i < count; ++i) sums[i] = activation(sums[i]);
                out.write(sums, first, count);
            });
        };
    });
    return loop;
}

FOR_EACH_INSTRUCTION_SET void scale_and_shift(float *numbers, const float *scale, const float *mean, std::int64_t count)
{
    for (std::int64_t i = 0; i < count; ++i) numbers[i] = numbers[i] * scale[i] - mean[i];
}

// Scales and means of as many pixels as are computed at a time.
struct Normalization {
    explicit Normalization(const KernelRequest &request)
        : channels(request.inputs[0].shape[3]), length(block / channels * channels),
          reversed(request.attributes().text("channel_order") == "bgr")
    {
        for (std::int64_t i = 0; i < length; ++i) {
            const auto channel = static_cast<std::size_t>(i % channels);
            scale.push_back(static_cast<float>(request.attributes().reals("scale")[channel]));
            mean.push_back(static_cast<float>(request.attributes().reals("mean")[channel]));
        }
    }

    void apply(float *numbers, std::int64_t count) const
    {
        if (reversed)
            for (std::int64_t p = 0; p < count; p += channels) std::reverse(numbers + p, numbers + p + channels);
        scale_and_shift(numbers, scale.data(), mean.data(), count);
    }

    std::int64_t channels, length;
    bool reversed;
    std::vector<float> scale, mean;
};

Loop normalize(const KernelRequest &request)
{
    if (request.inputs[0].shape[3] > block) return nullptr;
    return [in = input(request, 0), out = output(request), normalization = Normalization(request)] {
        const std::int64_t count = out.view.count(), length = normalization.length;
#pragma omp parallel for schedule(static)
        for (std::int64_t first = 0; first < count; first += length) {
            float numbers[block];
            const std::int64_t here = std::min(length, count - first);
            in.read(first, here, numbers);
            normalization.apply(numbers, here);
            out.write(numbers, first, here);
        }
    };
}

FOR_EACH_INSTRUCTION_SET void accumulate(double *sums, const float *from, std::int64_t count)
{
    for (std::int64_t i = 0; i < count; ++i) sums[i] += from[i];
}

constexpr std::int64_t mean_block = 64; // channels

void mean_of_channels(const Stored &in, std::int64_t n, std::int64_t channel, const Stored &out)
{
    const std::int64_t pixels = in.view.shape[1] * in.view.shape[2], channels = in.view.shape[3];
    const std::int64_t width = std::min(mean_block, channels - channel);
    double sums[mean_block] = {};
    float numbers[mean_block];
    for (std::int64_t p = 0; p < pixels; ++p) {
        in.read((n * pixels + p) * channels + channel, width, numbers);
        accumulate(sums, numbers, width);
    }
    for (std::int64_t c = 0; c < width; ++c) numbers[c] = static_cast<float>(sums[c] / static_cast<double>(pixels));
    out.write(numbers, n * channels + channel, width);
}

Loop spatial_mean(const KernelRequest &request)
{
    return [in = input(request, 0), out = output(request)] {
        const std::int64_t blocks = (in.view.shape[3] + mean_block - 1) / mean_block;
#pragma omp parallel for schedule(static)
        for (std::int64_t i = 0; i < in.view.shape[0] * blocks; ++i)
            mean_of_channels(in, i / blocks, i % blocks * mean_block, out);
    };
}

bool of_rows(const std::vector<StoredAs> &stored)
{
    return std::all_of(stored.begin(), stored.end(),
                       [](const StoredAs &as) { return as.layout == StoredAs::Layout::rows; });
}

} // namespace

std::function<void()> stored_loop(const KernelRequest &request)
{
    static const std::map<std::string, Loop (*)(const KernelRequest &)> loops = {{"add", add},
                                                                                 {"normalize", normalize},
                                                                                 {"relu", activate},
                                                                                 {"relu6", activate},
                                                                                 {"spatial_mean", spatial_mean}};
    const auto found = loops.find(request.node.op->name);
    if (found == loops.end() || !of_rows(request.stored_inputs) || !of_rows(request.stored_outputs)) return nullptr;
    return found->second(request);
}

} // namespace tradewind::onednn
