// SPDX-License-Identifier: Apache-2.0
// Frozen graphs.
#include "fuzzing.h"

#include "weights/importers/formats.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    return fuzzing::refused_or_read(tradewind::ErrorCode::refused,
                                    [&] { tradewind::read_frozen_graph(fuzzing::bytes_of(data, size), "file"); });
}
