// SPDX-License-Identifier: Apache-2.0
// A reader may refuse a file, in one way only.
#pragma once

#include "tensor/error.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

namespace fuzzing {

inline std::span<const std::byte> bytes_of(const std::uint8_t *data, std::size_t size)
{
    return std::as_bytes(std::span(data, size));
}

// Any error of another kind, and any other exception, ends the program.
template <class F> int refused_or_read(tradewind::ErrorCode code, F &&read)
{
    try {
        read();
    } catch (const tradewind::Error &error) {
        if (error.code() != code || error.message().empty()) std::abort();
    }
    return 0;
}

} // namespace fuzzing
