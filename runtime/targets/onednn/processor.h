// SPDX-License-Identifier: Apache-2.0
// What algorithms are chosen for, and how they are timed.
#pragma once

#include "targets/onednn/choice_table.h"

#include <functional>

namespace tradewind::onednn {

// Members are replaced where something else than this machine is to be looked at.
struct Processor {
    Processor(); // this one

    ProcessorFamily family;
    std::string name; // with all that a time depends on: "Intel(R) Xeon(R) Processor, oneDNN 2.6.3, avx512_core_amx"
    std::function<std::vector<LayerChoice>(const Layer &)> candidates;
    std::function<double(const Layer &, const LayerChoice &)> milliseconds;
};

} // namespace tradewind::onednn
