// SPDX-License-Identifier: Apache-2.0
// Tries what is fastest first.
#include "cli/memory_fit.h"

#include "cli/terminal.h"
#include "detector/peak_memory.h"
#include "tensor/error.h"

#include <algorithm>

namespace tradewind::cli {
namespace {

constexpr ImageSize usual{480, 640}; // as for `model info`

// What is told may be less than what a process has by some parts in a hundred.
std::size_t with_margin(std::size_t predicted) { return predicted + predicted / 20; }

// Of a stream, beside the usual one: a picture of 1280x960, a copy of it to draw on, and what that is encoded to.
constexpr std::size_t larger_pictures = std::size_t{3} * 1280 * 960 * 3;

std::size_t surely(const PeakMemory &peak, std::size_t streams)
{
    return with_margin(peak.total(streams)) + streams * larger_pictures;
}

// In units that --max-memory takes.
std::string as_size(std::size_t bytes) { return std::to_string(((bytes - 1) >> 20) + 1) + "M"; }

PeakMemory predicted(const std::vector<Model> &models, Target &target, const DetectorOptions &options)
{
    PeakMemory all;
    for (const auto &model : models) all = together(all, predict_peak_memory(model, target, options, usual));
    return all;
}

std::size_t streams_within(const PeakMemory &peak, const MemoryWish &wish)
{
    std::size_t streams = wish.streams;
    while (streams > 0 && surely(peak, streams) > wish.most) streams = wish.fewer_streams ? streams - 1 : 0;
    return streams;
}

std::size_t left_for_pictures(PeakMemory peak, std::size_t streams, std::size_t most)
{
    peak.picture = 0;
    const std::size_t rest = with_margin(peak.total(streams));
    return std::max<std::size_t>(1, (most - std::min(most, rest)) / streams);
}

std::string compromise(const MemoryWish &wish, const MemoryFit &fit, Tuning wanted)
{
    std::string text;
    if (fit.streams < wish.streams)
        text = counted(fit.streams, "stream", "streams") + " instead of " + std::to_string(wish.streams);
    if (fit.tuning != wanted) text += std::string(text.empty() ? "" : ", and ") + "algorithms as with --tune off";
    return text.empty() ? "" : "to stay within --max-memory: " + text;
}

[[noreturn]] void refuse(const PeakMemory &least, const MemoryWish &wish)
{
    const std::size_t streams = wish.fewer_streams ? 1 : wish.streams, needed = surely(least, streams);
    throw Error(ErrorCode::resource, "to detect in pictures of up to 1280x960 with " +
                                         counted(streams, "stream", "streams") + " takes " + as_size(needed) +
                                         ", and --max-memory is " + as_size(wish.most) + ": give --max-memory " +
                                         as_size(needed + needed / 100) + (streams > 1 ? ", fewer --streams" : "") +
                                         " or a smaller network");
}

} // namespace

MemoryFit fit_memory(const std::vector<Model> &models, Target &target, const DetectorOptions &options,
                     const MemoryWish &wish)
{
    PeakMemory least;
    for (const Tuning tuning : {options.tuning, Tuning::off}) {
        DetectorOptions tried = options;
        tried.tuning = tuning;
        const PeakMemory peak = predicted(models, target, tried);
        if (peak.base == 0) return {wish.streams, options.tuning, 0, ""}; // the system does not tell
        MemoryFit fit{streams_within(peak, wish), tuning, 0, ""};
        fit.compromise = compromise(wish, fit, options.tuning);
        if (fit.streams > 0) {
            fit.picture_bytes = left_for_pictures(peak, fit.streams, wish.most);
            return fit;
        }
        if (least.base == 0 || peak.total(1) < least.total(1)) least = peak;
    }
    refuse(least, wish);
}

} // namespace tradewind::cli
