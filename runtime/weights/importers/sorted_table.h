// SPDX-License-Identifier: Apache-2.0
// The sorted table of LevelDB (its table_format.md), in which TensorFlow's checkpoints keep their entries.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

namespace tradewind::importers {

// By the magic number at the end.
bool looks_like_sorted_table(std::span<const std::byte> bytes);

// Whether to go on to the next entry.
using TableEntry = std::function<bool(std::string_view key, std::string_view value)>;

// The entries in order. A value points into `bytes`; a key lives as long as the call. Every checksum and every length
// is checked before it is believed. Throws Error(refused): truncated, damaged, or compressed (which checkpoints are
// not).
void for_each_entry(std::span<const std::byte> bytes, const TableEntry &entry);

// CRC-32C as the table and the checkpoints store it: rotated and offset, so that it may itself be summed.
std::uint32_t masked_crc32c(std::span<const std::byte> bytes);

// Whether these bytes have that sum. In builds for fuzzing every sum holds: what lies behind them is to be reached.
bool checksum_holds(std::span<const std::byte> bytes, std::uint32_t masked);

} // namespace tradewind::importers
