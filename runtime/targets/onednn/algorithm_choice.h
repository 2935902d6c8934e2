// SPDX-License-Identifier: Apache-2.0
// Which of its candidates computes a layer: by a fixed table for each family of processors, or by measurement, which is
// remembered in memory and on disk.
#pragma once

#include "targets/onednn/layer.h"

#include <map>
#include <memory>
#include <mutex>

namespace tradewind::onednn {

class MeasuredChoices;
struct Processor;

// For one plan: it answers the same about layers that are alike, and its name is that of the answers it gave. [any]
class AlgorithmChoice {
public:
    // Measures for `threads` where tuning is full.
    AlgorithmChoice(Tuning tuning, int threads, std::string cache_folder);
    // `measured`: where tuning is full, else null. Others may measure into it at the same time.
    AlgorithmChoice(Tuning tuning, std::shared_ptr<const Processor> processor,
                    std::shared_ptr<MeasuredChoices> measured);
    ~AlgorithmChoice();

    LayerChoice choose(const Layer &layer);
    // Of a layer that choose() was asked about: "winograd f32 (2026-11-26: direct f32 1.2 ms, winograd f32 0.71 ms)".
    // Empty: it was not, or there is but one candidate.
    std::string described(const Layer &layer) const;
    std::string name() const; // Executable::algorithms

private:
    struct Answer {
        LayerChoice choice;
        std::string description;
    };
    Answer answer(const Layer &layer) const;

    Tuning tuning_;
    std::shared_ptr<const Processor> processor_;
    std::shared_ptr<MeasuredChoices> measured_;
    mutable std::mutex mutex_;
    std::map<std::string, Answer> answers_; // by Layer::key
};

} // namespace tradewind::onednn
