// SPDX-License-Identifier: Apache-2.0
// Made tables.
#include "made_table.h"

#include "weights/importers/sorted_table.h"

#include <cstring>
#include <span>

namespace made {
namespace {

std::string word(std::uint32_t value)
{
    std::string text(4, '\0');
    std::memcpy(text.data(), &value, 4);
    return text;
}

std::string block(const std::string &entries, char type)
{
    std::string text = entries + word(0) + word(1);
    return text + type + masked_checksum(text + type);
}

std::string record(const Entry &entry)
{
    return varint(0) + varint(entry.key.size()) + varint(entry.value.size()) + entry.key + entry.value;
}

} // namespace

std::string varint(std::uint64_t value)
{
    std::string text;
    for (; value > 127; value >>= 7) text += static_cast<char>(value | 128);
    return text + static_cast<char>(value);
}

std::string number(int tag, std::uint64_t value)
{
    return varint(static_cast<std::uint64_t>(tag) << 3) + varint(value);
}

std::string bytes(int tag, const std::string &value)
{
    return varint(static_cast<std::uint64_t>(tag) << 3 | 2) + varint(value.size()) + value;
}

std::string fixed32(int tag, std::uint32_t value)
{
    return varint(static_cast<std::uint64_t>(tag) << 3 | 5) + word(value);
}

std::uint32_t masked_checksum_value(const std::string &text)
{
    return tradewind::importers::masked_crc32c(std::as_bytes(std::span(text)));
}

std::string masked_checksum(const std::string &text) { return word(masked_checksum_value(text)); }

std::string table(const std::vector<Entry> &entries, char type, const std::string &handle)
{
    std::string records;
    for (const auto &entry : entries) records += record(entry);
    std::string text = block(records, type);
    const std::string place = handle.empty() ? varint(0) + varint(text.size() - 5) : handle;
    const std::size_t index = text.size();
    text += block(record({"\xff", place}), 0);
    std::string footer = varint(0) + varint(0) + varint(index) + varint(text.size() - index - 5);
    footer.resize(40);
    const std::uint64_t magic = 0xdb4775248b80fb57;
    return text + footer + std::string(reinterpret_cast<const char *>(&magic), 8);
}

std::string header(std::uint64_t shards) { return number(1, shards) + bytes(3, number(1, 1)); }

std::string shape(const std::vector<std::uint64_t> &sizes)
{
    std::string text;
    for (const auto size : sizes) text += bytes(2, number(1, size));
    return text;
}

std::string entry(int type, const std::string &shape, std::uint64_t shard, std::uint64_t offset, std::uint64_t size,
                  std::uint32_t checksum)
{
    return number(1, static_cast<std::uint64_t>(type)) + bytes(2, shape) + number(3, shard) + number(4, offset) +
           number(5, size) + fixed32(6, checksum);
}

} // namespace made
