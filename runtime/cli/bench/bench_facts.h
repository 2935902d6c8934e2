// SPDX-License-Identifier: Apache-2.0
// What a benchmark is of: everything in a result that is no measurement.
#pragma once

#include "cli/flags.h"
#include "detector/detector.h"
#include "study/result.h"

namespace tradewind::cli {

// What depends on a picture is left empty, and so is the network.
Result bench_facts(const Flags &flags, const Detector &detector, std::size_t streams);

// Describes the network once more, which takes memory: to be called when that of the process is known.
NetworkFacts network_facts(const Model &model, ImageSize picture);

} // namespace tradewind::cli
