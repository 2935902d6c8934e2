// SPDX-License-Identifier: Apache-2.0
// Which of its candidates computes a layer: by a fixed table for each family of processors, or by measurement, which is
// remembered in memory and on disk.
#pragma once

#include "targets/onednn/layer.h"

namespace tradewind::onednn {

// [any]
class AlgorithmChoice {
public:
    // Measures for `threads` where tuning is full.
    AlgorithmChoice(Tuning tuning, int threads, std::string cache_folder);

    LayerChoice choose(const Layer &layer);
    std::string name() const; // Executable::algorithms

private:
    Tuning tuning_;
    int threads_;
    std::string cache_folder_;
};

} // namespace tradewind::onednn
