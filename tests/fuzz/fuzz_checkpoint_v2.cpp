// SPDX-License-Identifier: Apache-2.0
// Indexes of checkpoints of version 2, over data files of 4 KiB; checksums hold, whatever they are.
#include "fuzzing.h"

#include "weights/importers/formats.h"

#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const auto file = std::make_shared<const std::vector<std::byte>>(4096, std::byte{0x3f});
    const tradewind::OpenShard open = [](std::size_t, std::size_t) { return tradewind::Shard{*file, file}; };
    return fuzzing::refused_or_read(tradewind::ErrorCode::refused, [&] {
        const auto bytes = fuzzing::bytes_of(data, size);
        tradewind::read_checkpoint_v2(bytes, open, "file", tradewind::Reading::shapes);
        tradewind::read_checkpoint_v2(bytes, open, "file", tradewind::Reading::values);
    });
}
