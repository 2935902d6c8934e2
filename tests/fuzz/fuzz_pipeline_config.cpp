// SPDX-License-Identifier: Apache-2.0
// pipeline.config files, by the rules that are shipped.
#include "fuzzing.h"

#include "weights/importers/pipeline_config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const std::string folder = std::string(std::getenv("TRADEWIND_SOURCE")) + "/configs/published/";
    static const tradewind::PipelineFormat format{tradewind::read_ini(folder + "fields.ini"),
                                                  tradewind::read_ini(folder + "extractors.ini")};
    const std::string text(reinterpret_cast<const char *>(data), size);
    return fuzzing::refused_or_read(tradewind::ErrorCode::refused,
                                    [&] { tradewind::parse_pipeline_config(text, "file", format); });
}
