// SPDX-License-Identifier: Apache-2.0
// Which float32 maps are stored in blocks of channels.
#pragma once

#include "targets/onednn/layer.h"

#include <functional>

namespace tradewind::onednn {

// Those between convolutions that are computed on such blocks, and pools between them: there nothing is reordered.
// `choose`: how a layer is computed.
void choose_layouts(const Graph &graph, const std::function<LayerChoice(const Layer &)> &choose,
                    std::vector<StoredAs> &storage);

} // namespace tradewind::onednn
