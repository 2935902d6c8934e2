// SPDX-License-Identifier: Apache-2.0
// Results of eval as text.
#pragma once

#include "cli/eval/evaluation.h"

namespace tradewind::cli {

// Tables for people; `categories`: one of all categories too.
std::string evaluation_text(const EvaluationResult &result, bool categories, bool coloured);

// One JSON document, schema "tradewind-evaluation-1". Numbers that do not exist are null, but for COCO's, where -1 says
// so.
std::string evaluation_json(const EvaluationResult &result);

// CSV: of COCO's curves, the precision and the score at every recall, for each category and IoU, over all areas with
// the most detections; of VOC's, precision and recall after each detection.
std::string evaluation_curves(const EvaluationResult &result);

} // namespace tradewind::cli
