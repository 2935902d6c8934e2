// SPDX-License-Identifier: Apache-2.0
// A checksum against damage (not against forgery), fast enough to run at every start.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

namespace tradewind {

// Eight lanes of FNV-1a over little-endian 64-bit words (word i goes to lane i mod 8; the rest, zero-padded, is one
// more word), then FNV-1a over the lanes and the length. 16 hexadecimal digits. Any change of a single word changes it.
// `read`: called now and then with how many of the bytes are not needed any more.
std::string checksum(std::span<const std::byte> bytes, const std::function<void(std::size_t)> &read = {});

} // namespace tradewind
