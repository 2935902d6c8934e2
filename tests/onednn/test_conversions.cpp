// SPDX-License-Identifier: Apache-2.0
// Numbers as they are stored and back.
#include "running.h"

#include "targets/onednn/conversions.h"
#include "tensor/half_precision.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace tradewind;
using namespace tradewind::onednn;

namespace {

std::vector<float> numbers()
{
    std::vector<float> all = {0.0f,   -0.0f,  1e-40f,  INFINITY, -INFINITY, 1e30f,     -1e30f,
                              0.5f,   1.5f,   2.5f,    -0.5f,    -1.5f,     127.49f,   127.5f,
                              254.5f, 255.5f, -127.5f, -128.5f,  -129.0f,   0x1.01p0f, 0x1.03p0f};
    for (int i = 0; i < 1000; ++i) all.push_back(static_cast<float>(i - 500) * 0.61f);
    return all;
}

template <class Stored> std::vector<Stored> stored(const std::vector<float> &from, const StoredAs &as)
{
    std::vector<Stored> to(from.size());
    write_numbers(from.data(), static_cast<std::int64_t>(from.size()), as, reinterpret_cast<std::byte *>(to.data()));
    return to;
}

template <class Stored> void check_8_bits(ElementType type, float scale)
{
    const auto from = numbers();
    const auto to = stored<Stored>(from, {type, scale});
    for (std::size_t i = 0; i < from.size(); ++i) {
        CAPTURE(from[i]);
        const double number = std::clamp<double>(from[i] * (1.0f / scale), std::numeric_limits<Stored>::min(),
                                                 std::numeric_limits<Stored>::max());
        CHECK(static_cast<double>(to[i]) == std::nearbyint(number));
    }
}

} // namespace

TEST_CASE("bfloat16 is rounded to the nearest, ties to even")
{
    const auto from = numbers();
    const auto to = stored<std::uint16_t>(from, {ElementType::bf16});
    std::vector<float> back(from.size());
    read_numbers(reinterpret_cast<const std::byte *>(to.data()), {ElementType::bf16},
                 static_cast<std::int64_t>(from.size()), back.data());
    for (std::size_t i = 0; i < from.size(); ++i) {
        CHECK(to[i] == to_bf16(from[i]));
        CHECK(back[i] == from_bf16(to[i]));
    }
}

TEST_CASE("8 bits are rounded to the nearest, ties to even, and saturate")
{
    for (const float scale : {1.0f, 0.5f, 3.0f}) {
        check_8_bits<std::uint8_t>(ElementType::u8, scale);
        check_8_bits<std::int8_t>(ElementType::i8, scale);
    }
}

TEST_CASE("blocks of channels are brought to rows and back")
{
    const Tensor rows = random_tensor({2, 3, 5, 48}, 7);
    const StoredAs blocked{ElementType::f32, 1.0f, StoredAs::Layout::blocked};
    Tensor blocks(rows.shape()), back(rows.shape());
    write_map(rows.floats(), rows.count(), blocked, blocks.view());
    // Picture 1, pixel (2, 3), channel 37 of block 2.
    CHECK(blocks.floats()[(((1 * 3 + 2) * 3 + 2) * 5 + 3) * 16 + 5] == rows.floats()[((1 * 3 + 2) * 5 + 3) * 48 + 37]);
    read_map(blocks.view(), blocked, blocks.count(), back.floats());
    CHECK(identical(rows, back));
}
