// SPDX-License-Identifier: Apache-2.0
// Which float32 maps are stored in blocks of channels.
#pragma once

#include "targets/onednn/algorithm_choice.h"

namespace tradewind::onednn {

// Those between convolutions that are computed on such blocks, and pools between them: there nothing is reordered.
void choose_layouts(const Graph &graph, AlgorithmChoice &algorithms, std::vector<StoredAs> &storage);

} // namespace tradewind::onednn
