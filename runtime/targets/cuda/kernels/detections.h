// SPDX-License-Identifier: Apache-2.0
// The results of detection ops: the best of what is kept of all sets, and how many these are.
#pragma once

#include "targets/cuda/kernels/suppress.h"

namespace tradewind::cuda {

// Entries beyond the count are 0, their classes 1, their rows -1.
struct DetectionArguments {
    Candidates candidates;
    Kept kept;
    int most = 0;                 // entries of the results
    MapsOut boxes, scores, count; // most x 4, most, 1
    MapsOut classes, rows;        // most, from 1; most; data null: not wanted
};

// Descending scores; equal ones by ascending class, then in the order in which they were kept.
void write_detections(Stream stream, const DetectionArguments &arguments);

} // namespace tradewind::cuda
