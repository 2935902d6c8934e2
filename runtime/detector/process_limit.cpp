// SPDX-License-Identifier: Apache-2.0
// What the process has, and what a plan adds.
#include "detector/process_limit.h"

#include "detector/process_memory.h"
#include "targets/arena.h"
#include "tensor/error.h"

#include <algorithm>

namespace tradewind {
namespace {

std::size_t beyond(std::size_t whole, std::size_t part) { return whole - std::min(whole, part); }

// Weights that another plan has packed are there already; so is the arena, as far as it reaches.
std::size_t growth(const MemoryNeed &need, const DetectorOptions &options, const SharedWeights *shared)
{
    const std::size_t packed = shared ? shared->bytes() : 0;
    const std::size_t weights = std::max(beyond(need.packing, packed), beyond(need.weights, packed) + need.scratch);
    return beyond(need.activations, options.arena->bytes()) + weights;
}

std::string megabytes(std::size_t bytes) { return std::to_string((bytes + 999'999) / 1'000'000) + " MB"; }

} // namespace

void make_room_in_process(const Model &model, Target &target, const DetectorOptions &options, ImageSize size,
                          const SharedWeights *shared, PlanCache &plans)
{
    const MemoryNeed need = measure(detection_graph(model, size, options), target, options)->memory();
    release_pages(model.weights);
    const auto wanted = [&] { return process_memory().resident + growth(need, options, shared); };
    while (wanted() > options.process_memory && plans.count() > 0) plans.drop_oldest();
    if (const std::size_t least = wanted(); least > options.process_memory)
        throw Error(ErrorCode::resource, "the network resized to " + std::to_string(size.height) + "x" +
                                             std::to_string(size.width) + " needs a process of " + megabytes(least) +
                                             ", and may have " + megabytes(options.process_memory));
}

} // namespace tradewind
