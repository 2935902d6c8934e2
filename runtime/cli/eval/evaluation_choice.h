// SPDX-License-Identifier: Apache-2.0
// What eval measures.
#pragma once

#include "cli/flags.h"
#include "evaluate/coco_evaluation.h"
#include "evaluate/error_analysis.h"
#include "evaluate/voc_evaluation.h"

#include <optional>

namespace tradewind::cli {

struct EvaluationChoice {
    bool coco = true, voc07 = false, voc10 = false;
    CocoOptions coco_options;
    VocOptions voc_options;
    ErrorOptions error_options;
    std::string first = "coco";  // of the metrics, as the user named them
    std::optional<double> least; // of that one: --min-ap

    bool voc() const { return voc07 || voc10; }
};

// From --metrics, --max-dets, --voc-iou, --voc-pixels and --min-ap. Throws Error(usage).
EvaluationChoice evaluation_choice(const Flags &flags);

AnnotationFormat annotation_format(const Flags &flags); // --format

} // namespace tradewind::cli
