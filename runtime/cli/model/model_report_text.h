// SPDX-License-Identifier: Apache-2.0
// What is known of a model, for people and for programs.
#pragma once

#include "detector/peak_memory.h"

#include <optional>

namespace tradewind::cli {

struct PredictedMemory {
    PeakMemory peak;
    std::size_t streams;

    std::size_t total() const { return peak.total(streams); }
};

std::string report_text(const Model &model, const ModelReport &report, ImageSize picture,
                        const std::optional<PredictedMemory> &peak);
std::string report_json(const Model &model, const ModelReport &report, const std::optional<PredictedMemory> &peak);

} // namespace tradewind::cli
