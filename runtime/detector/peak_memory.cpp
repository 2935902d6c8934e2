// SPDX-License-Identifier: Apache-2.0
// Measure what is small, count what is large.
#include "detector/peak_memory.h"

#include "detector/plan.h"
#include "detector/process_memory.h"

namespace tradewind {
namespace {

// What is in memory after a run beyond all that is counted: parts of the libraries that only a run uses, stacks of
// threads, candidates of suppression, text of results. The shipped detectors had 2 to 3 MB, whatever their size.
constexpr std::size_t of_running = 2'500'000;

// On their way at once, where streams run beside each other: those that are computed, and those that wait for the
// result before theirs.
constexpr std::size_t pictures_of_a_stream = 2;

} // namespace

// The picture and what runs exist with the network's values, not while weights are packed.
std::size_t PeakMemory::total(std::size_t streams) const
{
    const std::size_t pictures = streams > 1 ? streams * pictures_of_a_stream : 1;
    const std::size_t run = network.weights + streams * (network.scratch + running) + pictures * picture;
    return base + streams * network.activations + std::max(network.packing, run);
}

PeakMemory together(const PeakMemory &earlier, const PeakMemory &later)
{
    PeakMemory both = later;
    both.network.activations = std::max(earlier.network.activations, later.network.activations);
    both.network.packing = std::max(earlier.network.packing, earlier.network.weights + later.network.packing);
    both.network.weights += earlier.network.weights;
    both.network.scratch += earlier.network.scratch;
    return both;
}

PeakMemory predict_peak_memory(const Model &model, Target &target, const DetectorOptions &options, ImageSize picture)
{
    PeakMemory peak;
    const auto executable = measure(detection_graph(model, resized_size(model, picture), options), target, options);
    release_pages(model.weights);
    peak.base = process_memory().resident;
    if (peak.base == 0) return peak;
    peak.network = executable->memory();
    peak.running = of_running;
    peak.picture = static_cast<std::size_t>(picture.height * picture.width * 3);
    return peak;
}

} // namespace tradewind
