// SPDX-License-Identifier: Apache-2.0
// Depthwise 3x3 convolutions of our own, for AVX-512: on rows of bfloat16 or 8 bits. (In float32
// oneDNN is as fast: there memory is the limit.)
#pragma once

#include "targets/onednn/layer.h"

namespace tradewind::onednn {

// Whether this processor has one for the layer: a 3x3 window of stride 1 or 2, each channel once, input and output of
// bfloat16 or both of 8 bits, and oneDNN slower.
bool has_own_depthwise(const Layer &layer);

// `weights`: 3 x 3 x channels; `bias`: null or a number for each channel; both are read at once. Weights are rounded to
// the type of the maps, to 8 bits with a scale for each channel; sums of these are exact. The loop's results do not
// depend on the number of threads.
std::function<void()> own_depthwise(const Layer &layer, const float *weights, const float *bias,
                                    const std::byte *source, std::byte *destination);

} // namespace tradewind::onednn
