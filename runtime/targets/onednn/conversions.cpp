// SPDX-License-Identifier: Apache-2.0
// One loop for each type, compiled for each instruction set.
#include "targets/onednn/conversions.h"

#include "targets/onednn/instruction_sets.h"
#include "targets/onednn/narrowing.h"
#include "tensor/half_precision.h"

#include <algorithm>

namespace tradewind::onednn {
namespace {

FOR_EACH_INSTRUCTION_SET void read_bf16(const std::uint16_t *from, std::int64_t count, float *to)
{
    for (std::int64_t i = 0; i < count; ++i) to[i] = from_bf16(from[i]);
}

FOR_EACH_INSTRUCTION_SET void loop_to_bf16(const float *from, std::int64_t count, std::uint16_t *to)
{
    for (std::int64_t i = 0; i < count; ++i) to[i] = to_bf16(from[i]);
}

FOR_EACH_INSTRUCTION_SET void read_u8(const std::uint8_t *from, std::int64_t count, float scale, float *to)
{
    for (std::int64_t i = 0; i < count; ++i) to[i] = static_cast<float>(from[i]) * scale;
}

FOR_EACH_INSTRUCTION_SET void read_i8(const std::int8_t *from, std::int64_t count, float scale, float *to)
{
    for (std::int64_t i = 0; i < count; ++i) to[i] = static_cast<float>(from[i]) * scale;
}

// Adding 1.5 x 2^23 leaves no bits behind the point, rounded to even.
constexpr float rounder = 12582912.0f;

FOR_EACH_INSTRUCTION_SET void loop_to_u8(const float *from, std::int64_t count, float inverse, std::uint8_t *to)
{
    for (std::int64_t i = 0; i < count; ++i) {
        const float number = from[i] * inverse, above = number > 0.0f ? number : 0.0f;
        to[i] =
            static_cast<std::uint8_t>(static_cast<std::int32_t>((above < 255.0f ? above : 255.0f) + rounder - rounder));
    }
}

FOR_EACH_INSTRUCTION_SET void loop_to_i8(const float *from, std::int64_t count, float inverse, std::int8_t *to)
{
    for (std::int64_t i = 0; i < count; ++i) {
        const float number = from[i] * inverse, above = number > -128.0f ? number : -128.0f;
        to[i] =
            static_cast<std::int8_t>(static_cast<std::int32_t>((above < 127.0f ? above : 127.0f) + rounder - rounder));
    }
}

constexpr std::int64_t piece = 1 << 14; // numbers that a thread converts at a time
constexpr std::int64_t block = 16;      // channels

template <class Convert> void in_pieces(std::int64_t count, Convert convert)
{
#pragma omp parallel for schedule(static) if (count > piece)
    for (std::int64_t first = 0; first < count; first += piece) convert(first, std::min(piece, count - first));
}

// Calls move(offset of a block of channels among rows, its offset among blocks).
template <class Move> void for_each_block(const Shape &shape, Move move)
{
    const std::int64_t pixels = shape[1] * shape[2], channels = shape[3], blocks = channels / block;
#pragma omp parallel for collapse(2) schedule(static)
    for (std::int64_t n = 0; n < shape[0]; ++n)
        for (std::int64_t p = 0; p < pixels; ++p)
            for (std::int64_t b = 0; b < blocks; ++b)
                move((n * pixels + p) * channels + b * block, ((n * blocks + b) * pixels + p) * block);
}

} // namespace

void read_numbers(const std::byte *from, const StoredAs &stored, std::int64_t count, float *to)
{
    switch (stored.type) {
    case ElementType::bf16:
        return read_bf16(reinterpret_cast<const std::uint16_t *>(from), count, to);
    case ElementType::u8:
        return read_u8(reinterpret_cast<const std::uint8_t *>(from), count, stored.scale, to);
    case ElementType::i8:
        return read_i8(reinterpret_cast<const std::int8_t *>(from), count, stored.scale, to);
    default:
        std::copy_n(reinterpret_cast<const float *>(from), count, to);
    }
}

void write_numbers(const float *from, std::int64_t count, const StoredAs &stored, std::byte *to)
{
    const bool wide = narrows_by_instructions();
    const auto to_bf16_numbers = wide ? narrow_to_bf16 : loop_to_bf16;
    const auto to_u8 = wide ? narrow_to_u8 : loop_to_u8;
    const auto to_i8 = wide ? narrow_to_i8 : loop_to_i8;
    switch (stored.type) {
    case ElementType::bf16:
        return to_bf16_numbers(from, count, reinterpret_cast<std::uint16_t *>(to));
    case ElementType::u8:
        return to_u8(from, count, 1.0f / stored.scale, reinterpret_cast<std::uint8_t *>(to));
    case ElementType::i8:
        return to_i8(from, count, 1.0f / stored.scale, reinterpret_cast<std::int8_t *>(to));
    default:
        std::copy_n(from, count, reinterpret_cast<float *>(to));
    }
}

void read_map(const TensorView &map, const StoredAs &stored, std::int64_t count, float *floats)
{
    if (stored.layout == StoredAs::Layout::blocked)
        return for_each_block(map.shape,
                              [&, size = static_cast<std::int64_t>(byte_size(stored.type))](auto row, auto at) {
                                  read_numbers(map.data + at * size, stored, block, floats + row);
                              });
    in_pieces(count, [&, size = static_cast<std::int64_t>(byte_size(stored.type))](auto first, auto numbers) {
        read_numbers(map.data + first * size, stored, numbers, floats + first);
    });
}

void write_map(const float *floats, std::int64_t count, const StoredAs &stored, const TensorView &map)
{
    if (stored.layout == StoredAs::Layout::blocked)
        return for_each_block(map.shape,
                              [&, size = static_cast<std::int64_t>(byte_size(stored.type))](auto row, auto at) {
                                  write_numbers(floats + row, block, stored, map.data + at * size);
                              });
    in_pieces(count, [&, size = static_cast<std::int64_t>(byte_size(stored.type))](auto first, auto numbers) {
        write_numbers(floats + first, numbers, stored, map.data + first * size);
    });
}

} // namespace tradewind::onednn
