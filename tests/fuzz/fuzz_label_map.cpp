// SPDX-License-Identifier: Apache-2.0
// Label maps.
#include "fuzzing.h"

#include "detector/label_map.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string text(reinterpret_cast<const char *>(data), size);
    return fuzzing::refused_or_read(tradewind::ErrorCode::usage, [&] {
        tradewind::is_label_map("file", text);
        tradewind::parse_label_map(text, "file");
    });
}
