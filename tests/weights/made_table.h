// SPDX-License-Identifier: Apache-2.0
// Sorted tables and protocol buffers made by hand, so that tests can say anything in them with checksums that hold.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace made {

std::string varint(std::uint64_t value);
std::string number(int tag, std::uint64_t value);      // a protobuf field
std::string bytes(int tag, const std::string &value);  // a protobuf field
std::string fixed32(int tag, std::uint32_t value);     // a protobuf field
std::string masked_checksum(const std::string &bytes); // four bytes
std::uint32_t masked_checksum_value(const std::string &bytes);

struct Entry {
    std::string key, value;
};
// One block with these entries, an index of it, and the footer. `type` is the byte that tells of compression; `handle`
// replaces the place of the block in the index where it is not empty.
std::string table(const std::vector<Entry> &entries, char type = 0, const std::string &handle = {});

// Entries of checkpoints of version 2.
std::string header(std::uint64_t shards);
std::string shape(const std::vector<std::uint64_t> &sizes);
std::string entry(int type, const std::string &shape, std::uint64_t shard, std::uint64_t offset, std::uint64_t size,
                  std::uint32_t checksum);

} // namespace made
