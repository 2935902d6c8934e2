// SPDX-License-Identifier: Apache-2.0
// From curves to numbers.
#pragma once

#include "evaluate/coco_evaluation.h"

namespace tradewind {

// COCOeval.summarize: fills numbers, ap_by_iou and the numbers of each category from the arrays.
void summarise_coco(CocoResult &result);

} // namespace tradewind
