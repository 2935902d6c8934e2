// SPDX-License-Identifier: Apache-2.0
// The layers that SSD appends to its extractor.
#ifndef TRADEWIND_SSD_EXTRA_LAYERS_H
#define TRADEWIND_SSD_EXTRA_LAYERS_H

#include <tradewind/plugin.hpp>

namespace ssd {

// The base maps, then one map for each depth of option extra_layers: a 1x1 convolution to half the depth, then one of
// stride 2 (option extra_kernels). In generation g1 the input of the latter is padded to even sides first.
std::vector<tradewind::Value> with_extra_layers(tradewind::Graph &g, const std::vector<tradewind::Tap> &base);

} // namespace ssd

#endif // TRADEWIND_SSD_EXTRA_LAYERS_H
