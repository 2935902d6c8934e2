// SPDX-License-Identifier: Apache-2.0
// The plainest candidate.
#include "targets/onednn/algorithm_choice.h"

namespace tradewind::onednn {

AlgorithmChoice::AlgorithmChoice(Tuning tuning, int threads, std::string cache_folder)
    : tuning_(tuning), threads_(threads), cache_folder_(std::move(cache_folder))
{
}

LayerChoice AlgorithmChoice::choose(const Layer &layer) { return candidates(layer).front(); }

std::string AlgorithmChoice::name() const { return {}; }

} // namespace tradewind::onednn
