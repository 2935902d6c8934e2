// SPDX-License-Identifier: Apache-2.0
// A detector's stages beside those of a golden run: how far apart each is, in units of what is allowed.
#pragma once

#include "golden.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace golden {

struct StageDifference {
    std::string stage;
    double largest = 0;   // absolute, or in deviations of the golden values where `relative`
    double tolerance = 0; // of `largest`
    bool relative = false;

    bool passes() const { return largest <= tolerance; } // false for NaN
};

// Rows of two-stage results follow the order of proposals, which noise may change: the row of `found` that stands where
// each golden proposal does.
std::vector<std::int64_t> rows_of_proposals(const tradewind::Tensor &expected, const tradewind::Tensor &found);

// `expected`: tensors and description of goldens/faster_rcnn or goldens/rfcn; `found`: what Detector::trace gives.
// Every stored stage and every layer appears once; a stage that `found` lacks is infinitely far apart.
std::vector<StageDifference> two_stage_differences(const std::map<std::string, tradewind::Tensor> &expected,
                                                   const nlohmann::json &description,
                                                   const std::map<std::string, tradewind::Tensor> &found);

// Likewise for goldens/ssd; `prefix` says which picture.
std::vector<StageDifference> single_stage_differences(const std::map<std::string, tradewind::Tensor> &expected,
                                                      const std::string &prefix,
                                                      const std::map<std::string, tradewind::Tensor> &found);

} // namespace golden
