// SPDX-License-Identifier: Apache-2.0
// What is wrong with a text that is no JSON, for people.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace tradewind {

// `position`: how many bytes were read when the error showed; `id`: nlohmann's number of the error.
std::string describe_json_error(std::span<const std::byte> bytes, std::size_t position, int id, const std::string &what,
                                const std::string &form);

} // namespace tradewind
