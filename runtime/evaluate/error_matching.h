// SPDX-License-Identifier: Apache-2.0
// One picture: what is right, and which error everything else is. The rules stand in evaluate/error_analysis.h.
#pragma once

#include "evaluate/annotations.h"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace tradewind {

enum class ErrorType { classification, localisation, both, duplicate, background, missed };
constexpr std::size_t error_types = 6;
const char *error_name(std::size_t type); // "classification", ...; `type`: an ErrorType

struct ErrorOptions {
    double foreground = 0.5; // IoU from which on a box is found
    double background = 0.1; // IoU up to which there is nothing
    int max_detections = 100;
};

struct JudgedDetection {
    double score = 0;
    std::int64_t image_id = 0;
    std::int64_t category_id = 0;
    std::int64_t mended_category_id = 0;
    std::uint32_t rank = 0;         // in its picture
    std::optional<ErrorType> error; // none: it is right
    bool ranked = true;
    bool becomes_right = false; // when mended
};

struct ObjectCounts {
    std::size_t objects = 0, unfound = 0, missed = 0;
};

// Adds one picture to both; `detections` are all of known categories.
void judge(std::int64_t image_id, const std::vector<const Annotation *> &annotated,
           std::vector<const ScoredBox *> detections, const ErrorOptions &options, std::vector<JudgedDetection> &judged,
           std::map<std::int64_t, ObjectCounts> &counts);

} // namespace tradewind
