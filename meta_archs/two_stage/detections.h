// SPDX-License-Identifier: Apache-2.0
// From what the second stage says of each proposal to detections.
#ifndef TRADEWIND_TWO_STAGE_DETECTIONS_H
#define TRADEWIND_TWO_STAGE_DETECTIONS_H

#include "first_stage.h"

namespace two_stage {

// Codes of each class (P rows of K x 4 numbers, class by class) and logits (P rows of K + 1, the first being the
// background); any shape with P first. Boxes are decoded with the proposals in pixels, and suppressed class by class.
void detect(tradewind::Graph &g, tradewind::Value image, const FirstStage &first, tradewind::Value encodings,
            tradewind::Value logits);

} // namespace two_stage

#endif // TRADEWIND_TWO_STAGE_DETECTIONS_H
