// SPDX-License-Identifier: Apache-2.0
// Between the C ABI and the graph: lets components describe a network.
#pragma once

#include "config/settings.h"
#include "host/registry.h"

namespace tradewind {

// Adds what the components describe to `graph`, after `image` (the preprocessed value). Without a meta-architecture the
// trunk is added with an empty scope and its taps become outputs. With one, the meta-architecture drives, and its
// outputs and stages become outputs of the graph; detection_boxes, _scores, _classes and num_detections must be
// among them. Options come from settings "extractor.*" and "meta.*", which must be resolved.
// A failure inside a plugin becomes Error(usage) (its own message) or Error(refused) (it broke the contract), with the
// component and the chain of node names as context. Returns the taps of the trunk. [setup]
std::vector<TapInfo> describe(const Component *meta, const Component &extractor, const Settings &settings, int classes,
                              Graph &graph, Value image);

} // namespace tradewind
