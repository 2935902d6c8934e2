// SPDX-License-Identifier: Apache-2.0
// tensor_slice.proto, and where parts go.
#include "weights/importers/tensor_slices.h"

#include "tensor/error.h"

#include <algorithm>
#include <bit>

namespace tradewind::importers {
namespace {

using protozero::pbf_reader;
using wire = protozero::pbf_wire_type;

constexpr std::size_t most_slices = 4096, most_dimensions = 16;

bool overlap(const Slice &a, const Slice &b, const Shape &whole)
{
    const Shape sizes_a = shape_of(a, whole), sizes_b = shape_of(b, whole);
    for (std::size_t i = 0; i < whole.size(); ++i) {
        const std::int64_t start_a = a.empty() ? 0 : a[i].start, start_b = b.empty() ? 0 : b[i].start;
        if (start_a + sizes_a[i] <= start_b || start_b + sizes_b[i] <= start_a) return false;
    }
    return true;
}

// Numbers and texts so that their bytes sort as they do.
void append_number(std::string &key, std::uint64_t value)
{
    const auto length = static_cast<std::size_t>(std::bit_width(value) + 7) / 8;
    key += static_cast<char>(length);
    for (std::size_t i = length; i-- > 0;) key += static_cast<char>(value >> (8 * i));
}

void append_signed(std::string &key, std::int64_t value)
{
    const auto magnitude = static_cast<std::uint64_t>(value < 0 ? ~value : value);
    const auto length = static_cast<std::size_t>(std::bit_width(magnitude)) / 7 + 1;
    std::string bytes(10, value < 0 ? '\xff' : '\0'); // big-endian, the sign continued to ten bytes
    for (std::size_t i = 0; i < 8; ++i)
        bytes[2 + i] = static_cast<char>(static_cast<std::uint64_t>(value) >> (56 - 8 * i));
    bytes.erase(0, 10 - length);
    // As many leading bits as the number has bytes are flipped.
    for (std::size_t bit = 0; bit < length; ++bit) bytes[bit / 8] ^= static_cast<char>(0x80 >> (bit % 8));
    key += bytes;
}

void append_text(std::string &key, const std::string &text)
{
    for (const char c : text) {
        key += c;
        if (c == '\0') key += '\xff';
        if (c == '\xff') key += '\0';
    }
    key += std::string("\0\1", 2);
}

} // namespace

Slice read_slice(pbf_reader message)
{
    Slice slice;
    while (message.next(1, wire::length_delimited)) { // extent
        pbf_reader proto = message.get_message();
        Extent extent;
        while (proto.next()) switch (proto.tag_and_type()) {
            case field(1, wire::varint):
                extent.start = proto.get_int64();
                break;
            case field(2, wire::varint):
                extent.length = proto.get_int64();
                break;
            default:
                proto.skip();
            }
        if (slice.size() == most_dimensions) throw Error(ErrorCode::refused, "a slice has too many dimensions");
        slice.push_back(extent);
    }
    return slice;
}

Shape shape_of(const Slice &slice, const Shape &whole)
{
    if (slice.empty()) return whole;
    Shape shape;
    for (std::size_t i = 0; i < slice.size() && slice.size() == whole.size(); ++i) {
        const auto [start, length] = slice[i];
        const std::int64_t size = length == -1 ? whole[i] : length;
        if (start < 0 || size < 0 || start > whole[i] || size > whole[i] - start) break;
        shape.push_back(size);
    }
    if (shape.size() != whole.size())
        throw Error(ErrorCode::refused, "a slice of it lies outside of its shape " + to_string(whole));
    return shape;
}

void check_cover(const std::vector<Slice> &slices, const Shape &whole)
{
    if (slices.size() > most_slices)
        throw Error(ErrorCode::refused, "is in more than " + std::to_string(most_slices) + " slices");
    std::int64_t covered = 0;
    for (std::size_t i = 0; i < slices.size(); ++i) {
        const std::int64_t count = element_count(shape_of(slices[i], whole));
        if (__builtin_add_overflow(covered, count, &covered)) covered = -1;
        for (std::size_t j = 0; j < i && count > 0; ++j)
            if (overlap(slices[i], slices[j], whole)) throw Error(ErrorCode::refused, "slices of it overlap");
    }
    if (covered != element_count(whole))
        throw Error(ErrorCode::refused, "its slices do not cover its shape " + to_string(whole));
}

void put(Tensor &whole, const Slice &slice, const Tensor &part)
{
    const Shape &sizes = part.shape();
    if (part.count() == 0) return;
    const std::size_t rank = sizes.size(), element = byte_size(part.type());
    const std::size_t row = (rank ? static_cast<std::size_t>(sizes[rank - 1]) : 1) * element;
    Shape at(rank, 0); // of the row within the part
    for (const std::byte *from = part.data(), *end = from + part.bytes(); from < end; from += row) {
        std::int64_t to = 0;
        for (std::size_t i = 0; i < rank; ++i)
            to = to * whole.shape()[i] + at[i] + (slice.empty() ? 0 : slice[i].start);
        std::memcpy(whole.data() + static_cast<std::size_t>(to) * element, from, row);
        for (std::size_t i = rank - 1; rank > 1 && i-- > 0;) {
            if (++at[i] < sizes[i]) break;
            at[i] = 0;
        }
    }
}

std::string slice_key(const std::string &name, const Slice &slice)
{
    std::string key;
    append_number(key, 0);
    append_text(key, name);
    append_number(key, slice.size());
    for (const auto &extent : slice) {
        append_signed(key, extent.start);
        append_signed(key, extent.length);
    }
    return key;
}

} // namespace tradewind::importers
