// SPDX-License-Identifier: Apache-2.0
// Reading sorted tables.
#include "weights/importers/sorted_table.h"

#include "tensor/error.h"

#include <boost/crc.hpp>

#include <cstring>
#include <string>

namespace tradewind::importers {
namespace {

using Bytes = std::span<const std::byte>;

constexpr std::size_t footer_size = 48, trailer_size = 5; // type and checksum behind each block
constexpr std::uint64_t magic = 0xdb4775248b80fb57;

[[noreturn]] void refuse(const std::string &why) { throw Error(ErrorCode::refused, "the table of entries is " + why); }

std::uint32_t word_at(Bytes bytes, std::size_t at)
{
    std::uint32_t word;
    std::memcpy(&word, bytes.data() + at, sizeof word);
    return word;
}

// Takes numbers and bytes from the front.
class Cursor {
public:
    explicit Cursor(Bytes bytes) : bytes_(bytes) {}

    bool done() const { return bytes_.empty(); }

    std::uint64_t varint()
    {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            const auto byte = static_cast<std::uint64_t>(take(1)[0]);
            value |= (byte & 127) << shift;
            if (byte < 128) return value;
        }
        refuse("damaged: a number in it is too long");
    }

    Bytes take(std::uint64_t count)
    {
        if (count > bytes_.size()) refuse("damaged: an entry ends outside its block");
        const Bytes taken = bytes_.first(count);
        bytes_ = bytes_.subspan(count);
        return taken;
    }

private:
    Bytes bytes_;
};

std::string_view text(Bytes bytes) { return {reinterpret_cast<const char *>(bytes.data()), bytes.size()}; }

// A block by its handle: place and size.
Bytes block_at(Bytes file, Cursor &handle)
{
    const std::uint64_t at = handle.varint(), size = handle.varint();
    if (at > file.size() || size > file.size() - at || file.size() - at - size < trailer_size)
        refuse("truncated or damaged: a block at byte " + std::to_string(at) + " of " + std::to_string(size) +
               " bytes lies outside of the file");
    const Bytes block = file.subspan(at, size + 1);
    if (!checksum_holds(block, word_at(file, at + size + 1)))
        refuse("damaged: the checksum of the block at byte " + std::to_string(at) + " is wrong");
    if (block.back() != std::byte{0})
        refuse("compressed (type " + std::to_string(std::to_integer<int>(block.back())) +
               "), which those of checkpoints are not");
    return block.first(size);
}

// Entries share the beginnings of their keys with the one before; behind them stands where keys are whole, for
// searching, and how often that is.
bool entries_of(Bytes block, const TableEntry &entry)
{
    if (block.size() < 4) refuse("damaged: a block has no end");
    const std::uint64_t restarts = word_at(block, block.size() - 4), tail = 4 * (restarts + 1);
    if (tail > block.size()) refuse("damaged: a block has no entries");
    std::string key;
    for (Cursor cursor(block.first(block.size() - tail)); !cursor.done();) {
        const std::uint64_t shared = cursor.varint(), own = cursor.varint(), value = cursor.varint();
        if (shared > key.size()) refuse("damaged: a key shares more than the one before it has");
        key.resize(shared);
        key += text(cursor.take(own));
        if (!entry(key, text(cursor.take(value)))) return false;
    }
    return true;
}

} // namespace

std::uint32_t masked_crc32c(Bytes bytes)
{
    boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> sum;
    sum.process_bytes(bytes.data(), bytes.size());
    const std::uint32_t crc = sum.checksum();
    return ((crc >> 15) | (crc << 17)) + 0xa282ead8u;
}

bool checksum_holds(Bytes bytes, std::uint32_t masked)
{
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
    static_cast<void>(bytes), static_cast<void>(masked);
    return true;
#else
    return masked_crc32c(bytes) == masked;
#endif
}

bool looks_like_sorted_table(Bytes bytes)
{
    return bytes.size() >= footer_size &&
           !std::memcmp(bytes.data() + bytes.size() - sizeof magic, &magic, sizeof magic);
}

void for_each_entry(Bytes bytes, const TableEntry &entry)
{
    if (!looks_like_sorted_table(bytes)) refuse("truncated, or the file is none: its end is missing");
    Cursor footer(bytes.last(footer_size));
    footer.varint(); // place and size of a block about blocks, which has no entries
    footer.varint();
    const Bytes body = bytes.first(bytes.size() - footer_size);
    entries_of(block_at(body, footer), [&](std::string_view, std::string_view handle) {
        Cursor cursor(std::as_bytes(std::span(handle)));
        return entries_of(block_at(body, cursor), entry);
    });
}

} // namespace tradewind::importers
