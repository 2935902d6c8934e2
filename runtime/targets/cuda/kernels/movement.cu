// SPDX-License-Identifier: Apache-2.0
// Movement in the largest units, of up to 16 bytes, that divide all lengths and places.
#include "targets/cuda/kernels/movement.h"

#include "targets/cuda/kernels/pack.h"

#include <algorithm>

namespace tradewind::cuda {
namespace {

struct Part {
    MapsIn x;             // its stride in units
    std::uint32_t length; // in units
    std::uint32_t start;  // in the row
};

template <class Unit> struct Concat {
    Part parts[most_parts];
    int count;
    std::uint32_t length;
    MapsOut y;

    TRADEWIND_PORTABLE void operator()(std::uint32_t item, std::int64_t picture) const
    {
        const std::uint32_t row = item / length, at = item - row * length;
        int k = 0;
        while (k + 1 < count && at >= parts[k + 1].start) ++k;
        const std::int64_t from = static_cast<std::int64_t>(row) * parts[k].length + (at - parts[k].start);
        y.of<Unit>(picture)[item] = parts[k].x.of<Unit>(picture)[from];
    }
};

template <class Unit> struct Pad {
    std::uint32_t height, length, top, left, padded_height, padded_length;
    MapsIn x;
    MapsOut y;

    TRADEWIND_PORTABLE void operator()(std::uint32_t item, std::int64_t picture) const
    {
        const std::uint32_t line = item / padded_length, map = line / padded_height;
        // What lies before the first line or element wraps to large numbers.
        const std::uint32_t row = line - map * padded_height - top, at = item - line * padded_length - left;
        Unit unit = {};
        if (row < height && at < length)
            unit = x.of<Unit>(picture)[(static_cast<std::int64_t>(map) * height + row) * length + at];
        y.of<Unit>(picture)[item] = unit;
    }
};

using Unit16 = Pack<std::uint32_t, 4>;

// Calls f with a value of the largest unit whose size divides `bytes`.
template <class F> void with_unit(std::size_t bytes, F &&f)
{
    if (bytes % 16 == 0) return f(Unit16{});
    if (bytes % 8 == 0) return f(std::uint64_t{});
    if (bytes % 4 == 0) return f(std::uint32_t{});
    f(std::uint16_t{});
}

// Collects lengths and places in bytes; what divides them all divides the result.
class Divisor {
public:
    explicit Divisor(Storage storage) : element_(byte_size(storage)) {}

    void add(std::int64_t elements) { bytes_ |= static_cast<std::size_t>(elements) * element_; }
    void add(const void *data, std::int64_t stride)
    {
        bytes_ |= reinterpret_cast<std::uintptr_t>(data);
        add(stride);
    }
    std::size_t bytes() const { return bytes_; }

    // Elements as so many units.
    template <class Unit> std::uint32_t units(std::int64_t elements) const
    {
        return static_cast<std::uint32_t>(static_cast<std::size_t>(elements) * element_ / sizeof(Unit));
    }
    template <class Unit, class Maps> Maps in_units(Maps maps) const
    {
        maps.stride = maps.stride * static_cast<std::int64_t>(element_) / static_cast<std::int64_t>(sizeof(Unit));
        return maps;
    }

private:
    std::size_t element_, bytes_ = 0;
};

} // namespace

void concat(Stream stream, const ConcatArguments &arguments)
{
    Divisor divisor(arguments.batch.storage);
    divisor.add(arguments.y.data, arguments.y.stride);
    for (const auto &part : arguments.parts) {
        divisor.add(part.x.data, part.x.stride);
        divisor.add(part.length);
    }
    with_unit(divisor.bytes(), [&]<class Unit>(Unit) {
        Concat<Unit> kernel{{}, static_cast<int>(arguments.parts.size()), 0, divisor.in_units<Unit>(arguments.y)};
        Part *next = kernel.parts;
        for (const auto &part : arguments.parts) {
            *next++ = {divisor.in_units<Unit>(part.x), divisor.units<Unit>(part.length), kernel.length};
            kernel.length += divisor.units<Unit>(part.length);
        }
        for_items(stream, arguments.rows * kernel.length, arguments.batch.pictures, kernel, "concat");
    });
}

void pad(Stream stream, const PadArguments &arguments)
{
    const PadArguments &a = arguments;
    Divisor divisor(a.batch.storage);
    divisor.add(a.x.data, a.x.stride);
    divisor.add(a.y.data, a.y.stride);
    for (const auto elements : {a.length, a.left, a.right}) divisor.add(elements);
    with_unit(divisor.bytes(), [&]<class Unit>(Unit) {
        const Pad<Unit> kernel{static_cast<std::uint32_t>(a.height),
                               divisor.units<Unit>(a.length),
                               static_cast<std::uint32_t>(a.top),
                               divisor.units<Unit>(a.left),
                               static_cast<std::uint32_t>(a.top + a.height + a.bottom),
                               divisor.units<Unit>(a.left + a.length + a.right),
                               divisor.in_units<Unit>(a.x),
                               divisor.in_units<Unit>(a.y)};
        for_items(stream, a.maps * kernel.padded_height * kernel.padded_length, a.batch.pictures, kernel, "pad");
    });
}

} // namespace tradewind::cuda
