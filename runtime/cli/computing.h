// SPDX-License-Identifier: Apache-2.0
// Where and how a run computes: targets, streams, batches, precision, memory.
#pragma once

#include "cli/flags.h"
#include "config/settings.h"
#include "detector/detector.h"

namespace tradewind::cli {

// The targets of one run, spread over its streams in turn.
class Computing {
public:
    // As section [run] says. A target is opened at once where that may go wrong: a GPU, a precision. Throws
    // Error(usage) for settings that do not go together, and what open_target() throws.
    explicit Computing(const Settings &run);

    std::size_t streams() const { return streams_; }

    // What "auto" of a precision is for these models, on a processor int8 where all have ranges for it; says so where
    // it is no float32. [before fit()]
    void suit(const std::vector<Model> &models);

    // Within --max-memory of the process: fewer streams, unless somebody said how many, then algorithms that need less
    // memory; says so. Throws Error(resource), with what is needed, where nothing fits. Nothing happens without that
    // option, and where a GPU computes. [before detectors()]
    void fit(const std::vector<Model> &models);

    // One for each stream; those of one stream, which run one after the other, share the memory of their values. All
    // streams compute alike. `models`: how many a stream has, which share its part of a GPU's memory.
    std::vector<std::unique_ptr<Detector>> detectors(const Model &model, const std::set<int> &classes,
                                                     std::size_t models = 1);

    // The threads of this stream are to be pinned to these; empty: to none. Streams are pinned for throughput where
    // they fill the processors that the process may use, and none of these is shared out by a quota.
    std::vector<int> processors(std::size_t stream) const;

    // Of decoded pictures on their way, each stream's share within --max-memory; 0: nobody says. [after fit()]
    std::size_t picture_bytes() const { return picture_bytes_; }

    const DetectorOptions &options() const { return options_; } // of all detectors

    // A new target for this stream. What is worth knowing is said once.
    std::unique_ptr<Target> open(std::size_t stream);

private:
    bool on_gpu() const { return devices_.front().starts_with("cuda"); }
    Precision chosen_precision(bool have_ranges) const; // throws Error(usage)
    DetectorOptions options_of(std::size_t stream, std::size_t models) const;

    std::vector<std::string> devices_; // by name
    std::size_t streams_ = 1;
    bool streams_asked_, pins_ = false;
    std::size_t most_memory_; // of the process or of each GPU; 0: as much as there is
    Setting precision_;
    std::size_t picture_bytes_ = 0;
    DetectorOptions options_;
    std::vector<std::shared_ptr<Arena>> arenas_; // by stream
    std::unique_ptr<Target> opened_;             // for whoever asks first
};

// Flags for the keys of [run] that this reads.
std::vector<Flag> computing_flags();

} // namespace tradewind::cli
