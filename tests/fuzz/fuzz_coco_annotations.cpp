// SPDX-License-Identifier: Apache-2.0
// COCO's annotations.
#include "fuzzing.h"

#include "evaluate/coco_annotations.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    return fuzzing::refused_or_read(tradewind::ErrorCode::usage,
                                    [&] { tradewind::parse_coco_annotations(fuzzing::bytes_of(data, size), "file"); });
}
