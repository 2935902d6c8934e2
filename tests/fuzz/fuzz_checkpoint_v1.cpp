// SPDX-License-Identifier: Apache-2.0
// Checkpoints of version 1; checksums hold, whatever they are.
#include "fuzzing.h"

#include "weights/importers/formats.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    return fuzzing::refused_or_read(tradewind::ErrorCode::refused, [&] {
        const auto bytes = fuzzing::bytes_of(data, size);
        tradewind::is_checkpoint_v1(bytes);
        tradewind::read_checkpoint_v1(bytes, "file", tradewind::Reading::values);
    });
}
