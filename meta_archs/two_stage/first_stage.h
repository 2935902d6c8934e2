// SPDX-License-Identifier: Apache-2.0
// The region proposal network: Ren et al. 2015, in the form and with the names of the published TensorFlow models.
#ifndef TRADEWIND_TWO_STAGE_FIRST_STAGE_H
#define TRADEWIND_TWO_STAGE_FIRST_STAGE_H

#include <tradewind/plugin.hpp>

namespace two_stage {

// P regions at most, best first; rows beyond the count are zeros.
struct FirstStage {
    tradewind::Value features;   // the map that regions are cut from, 1 x h x w x c
    tradewind::Value normalized; // P x 4, as parts of the picture
    tradewind::Value absolute;   // P x 4, in pixels: normalised and back, which is what the second stage refers to
    tradewind::Value count;      // 1
};

// Describes the trunk, predicts from its feature map, and names the stages of both. Anchors are clipped to the picture
// before boxes are decoded with them. Invalid values after an error.
FirstStage first_stage(tradewind::Graph &g, tradewind::Value image);

} // namespace two_stage

#endif // TRADEWIND_TWO_STAGE_FIRST_STAGE_H
