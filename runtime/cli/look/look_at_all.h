// SPDX-License-Identifier: Apache-2.0
// Many pictures, looked at in one or several streams; the results are those of one stream that takes one at a time.
#pragma once

#include "cli/look/look.h"

#include <set>

namespace tradewind::cli {

struct Stream {
    Ensemble ensemble;
    std::vector<int> processors;   // that its threads are pinned to; empty: they run where they may
    std::size_t picture_bytes = 0; // its share of those that decoded pictures on their way may have; 0: nobody says
};

// Detector::algorithms of all.
std::set<std::string> algorithms_of(const std::vector<Stream> &streams);

struct LookingRequest {
    std::vector<Stream> &streams; // at least one, all the same
    bool checksums = false;       // Record::sha256
    // The pictures; none at the end. Called in a thread of its own where there are several streams, batches or a GPU;
    // that of take() is always the caller's.
    std::function<std::optional<Task>()> next;
    std::function<void(Looked)> take; // in the order of the pictures
};

// Warns of what went wrong with a picture just before it is taken. What ends the run, as a signal does, is thrown when
// all pictures before it have been taken. Several streams on processors decode their pictures themselves, each on its
// own processors; for batches and for a GPU, pictures are decoded by as many threads as the process may use. Only a
// bounded number of pictures is in memory at once.
void look_at_all(const LookingRequest &request);

} // namespace tradewind::cli
