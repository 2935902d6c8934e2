// SPDX-License-Identifier: Apache-2.0
// Measure what is small, count what is large.
#include "detector/peak_memory.h"

#include "detector/plan.h"
#include "detector/process_memory.h"

namespace tradewind {

// The picture and what runs exist with the network's values, not while weights are packed.
std::size_t PeakMemory::total() const
{
    const std::size_t run = network.weights + network.scratch + picture + running;
    return base + network.activations + std::max(network.packing, run);
}

PeakMemory predict_peak_memory(const Model &model, Target &target, const DetectorOptions &options, ImageSize picture)
{
    PeakMemory peak;
    const auto executable = measure(detection_graph(model, resized_size(model, picture), options), target, options);
    release_pages(model.weights);
    peak.base = process_memory().resident;
    if (peak.base == 0) return peak;
    peak.network = executable->memory();
    peak.picture = static_cast<std::size_t>(picture.height * picture.width * 3);
    return peak;
}

} // namespace tradewind
