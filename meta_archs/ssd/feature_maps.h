// SPDX-License-Identifier: Apache-2.0
// Which taps of the extractor SSD predicts from.
#ifndef TRADEWIND_SSD_FEATURE_MAPS_H
#define TRADEWIND_SSD_FEATURE_MAPS_H

#include <tradewind/plugin.hpp>

namespace ssd {

// The taps that option feature_maps names. "auto": the last tap of stride 16 and the last of stride 32; where there are
// none, the last tap of each of the two coarsest strides. Those that option l2_normalised names are normalised. Empty
// after an error.
std::vector<tradewind::Tap> base_maps(tradewind::Graph &g);

} // namespace ssd

#endif // TRADEWIND_SSD_FEATURE_MAPS_H
