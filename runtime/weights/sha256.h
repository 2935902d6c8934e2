// SPDX-License-Identifier: Apache-2.0
// SHA-256 (FIPS 180-4), so that bundles and records say of which bytes they speak.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace tradewind {

// 64 hexadecimal digits.
std::string sha256(std::span<const std::byte> bytes);

} // namespace tradewind
