// SPDX-License-Identifier: Apache-2.0
// COCO's results.
#include "fuzzing.h"

#include "evaluate/coco_detections.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    tradewind::Annotations annotations;
    annotations.images = {{1, "a.jpg", 64, 48}, {2, "b.jpg", 64, 48}};
    annotations.categories = {{1, "a"}, {2, "b"}};
    return fuzzing::refused_or_read(tradewind::ErrorCode::usage, [&] {
        if (tradewind::parse_coco_detections(fuzzing::bytes_of(data, size), "file", annotations).size() != 2)
            std::abort();
    });
}
