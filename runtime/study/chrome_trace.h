// SPDX-License-Identifier: Apache-2.0
// One picture's time line for chrome://tracing and Perfetto.
#pragma once

#include "detector/detector.h"

namespace tradewind {

// The JSON object format ("traceEvents", complete events, microseconds): the picture, in it its stages, in those the
// nodes. Neighbouring nodes of the network, or of post-processing, are one stage. `picture`: what it is called.
std::string chrome_trace(const Timeline &timeline, const std::string &picture);

} // namespace tradewind
