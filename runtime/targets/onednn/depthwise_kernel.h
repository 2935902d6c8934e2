// SPDX-License-Identifier: Apache-2.0
// The kernel of a layer that is computed by a depthwise loop of our own.
#pragma once

#include "targets/onednn/layer_kernel.h"

namespace tradewind::onednn {

// As make_layer_kernel. Null where there is no such loop, or where channels of the source are to be repeated.
std::unique_ptr<Kernel> make_depthwise_kernel(const Layer &layer, const LayerOperands &operands, const Context &context,
                                              PackedLayer &packed);

} // namespace tradewind::onednn
