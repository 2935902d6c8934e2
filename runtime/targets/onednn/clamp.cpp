// SPDX-License-Identifier: Apache-2.0
// min(x, 6).
#include "targets/onednn/clamp.h"

#include "targets/onednn/instruction_sets.h"

#include <algorithm>

namespace tradewind::onednn {
namespace {

using Type = dnnl::memory::data_type;
using Tag = dnnl::memory::format_tag;

constexpr float upper = 6.0f;
constexpr std::int64_t block = 16;

FOR_EACH_INSTRUCTION_SET void clamp_some(float *values, std::int64_t count)
{
    for (std::int64_t i = 0; i < count; ++i) values[i] = std::min(values[i], upper);
}

// One row of pixels; `plane`: the floats of one block of channels.
FOR_EACH_INSTRUCTION_SET void move_row(const float *from, float *to, std::int64_t width, std::int64_t channels,
                                       std::int64_t plane)
{
    for (std::int64_t first = 0; first < channels; first += block, from += plane) {
        const std::int64_t count = std::min(block, channels - first);
        if (count == block)
            for (std::int64_t x = 0; x < width; ++x)
                for (std::int64_t i = 0; i < block; ++i)
                    to[x * channels + first + i] = std::min(from[x * block + i], upper);
        else
            for (std::int64_t x = 0; x < width; ++x)
                for (std::int64_t i = 0; i < count; ++i)
                    to[x * channels + first + i] = std::min(from[x * block + i], upper);
    }
}

Description plain(const Dims &dims, Tag tag) { return {dims, Type::f32, tag}; }

} // namespace

void clamp(const dnnl::memory &map)
{
    constexpr std::int64_t piece = 4096;
    auto *const values = static_cast<float *>(map.get_data_handle());
    const auto count = static_cast<std::int64_t>(map.get_desc().get_size() / sizeof(float));
#pragma omp parallel for schedule(static)
    for (std::int64_t first = 0; first < count; first += piece)
        clamp_some(values + first, std::min(piece, count - first));
}

bool can_move_clamped(const dnnl::memory &from, const dnnl::memory &to)
{
    const Dims dims = to.get_desc().dims();
    return from.get_desc() == plain(dims, Tag::nChw16c) && to.get_desc() == plain(dims, Tag::nhwc);
}

void move_clamped(const dnnl::memory &from, const dnnl::memory &to)
{
    const Dims dims = to.get_desc().dims();
    const std::int64_t channels = dims[1], height = dims[2], width = dims[3];
    const std::int64_t plane = height * width * block, planes = (channels + block - 1) / block;
    const auto *const source = static_cast<const float *>(from.get_data_handle());
    auto *const destination = static_cast<float *>(to.get_data_handle());
#pragma omp parallel for schedule(static)
    for (std::int64_t row = 0; row < dims[0] * height; ++row)
        move_row(source + row / height * planes * plane + row % height * width * block,
                 destination + row * width * channels, width, channels, plane);
}

} // namespace tradewind::onednn
