// SPDX-License-Identifier: Apache-2.0
// SSD MobileNet V1 as a graph, built without plugins.
#pragma once

#include "graph/graph.h"

// Square input, `classes` without the background, batch norms folded. With `detect` the outputs are boxes, scores,
// classes and count; else the encodings and the logits. Unbound.
tradewind::Graph ssd_mobilenet(std::int64_t side, std::int64_t classes, bool detect);
