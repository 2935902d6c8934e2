// SPDX-License-Identifier: Apache-2.0
// pipeline.config of the TensorFlow Object Detection API: the settings of a published detector.
#pragma once

#include "config/settings.h"

#include <set>
#include <string>
#include <vector>

namespace tradewind {

// What is known of the format. It is data, so that neither fields nor names of networks stand in the program.
struct PipelineFormat {
    Settings fields;     // rules by the path of a field (configs/published/fields.ini)
    Settings extractors; // settings by type of feature extractor (configs/published/extractors.ini)
};

struct PipelineSettings {
    Settings settings;           // origins are "path:line", for values that the file leaves out "path:line (default)"
    std::set<std::string> usual; // settings with the value that the format takes where a field is left out
    std::vector<std::string> passed_over; // messages outside of the network: "train_config", ...
};

inline constexpr const char *pipeline_default = " (default)"; // how the origins of left-out values end

// Throws Error(refused) with "path:line" as context: for malformed text, for a field of the network that is not known,
// and for a network that is not built here (with the reason).
PipelineSettings parse_pipeline_config(const std::string &text, const std::string &path, const PipelineFormat &format);
PipelineSettings read_pipeline_config(const std::string &path, const PipelineFormat &format);

} // namespace tradewind
