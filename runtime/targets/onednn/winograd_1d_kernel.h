// SPDX-License-Identifier: Apache-2.0
// The kernel of a layer that is computed by Winograd's algorithm along one axis.
#pragma once

#include "targets/onednn/layer_kernel.h"

namespace tradewind::onednn {

// has_winograd_1d, and oneDNN has the product of matrices for it.
bool has_winograd_1d_kernel(const Layer &layer);

// As make_layer_kernel. Null where there is none.
std::unique_ptr<Kernel> make_winograd_1d_kernel(const Layer &layer, const LayerOperands &operands,
                                                const Context &context, PackedLayer &packed);

} // namespace tradewind::onednn
