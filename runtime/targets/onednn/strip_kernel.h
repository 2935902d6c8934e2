// SPDX-License-Identifier: Apache-2.0
// The kernel of a layer whose window is a strip.
#pragma once

#include "targets/onednn/layer_kernel.h"

namespace tradewind::onednn {

// As make_layer_kernel. Null where has_strip_winograd says no.
std::unique_ptr<Kernel> make_strip_kernel(const Layer &layer, const LayerOperands &operands, const Context &context,
                                          PackedLayer &packed);

} // namespace tradewind::onednn
