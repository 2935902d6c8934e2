// SPDX-License-Identifier: Apache-2.0
// Where to clip.
#include "quantise/range_choice.h"

#include "tensor/error.h"
#include "tensor/near_names.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace tradewind {
namespace {

constexpr RangeMethod all_methods[] = {RangeMethod::minmax, RangeMethod::entropy, RangeMethod::percentile};
constexpr double part_kept = 0.9999;
constexpr std::size_t entropy_step = 8; // bins: finer steps change a range by less than its own noise

// Steps from zero to the largest number of 8 bits, without and with a sign.
constexpr std::size_t unsigned_levels = 256, signed_levels = 128;

// What `kept` bins are on a grid of so many levels: the counts of each level, spread over those of its bins that have
// any.
std::vector<double> on_grid(const Histogram &histogram, std::size_t kept, std::size_t levels)
{
    std::vector<double> spread(kept, 0.0);
    for (std::size_t level = 0; level < levels; ++level) {
        const std::size_t begin = level * kept / levels, end = (level + 1) * kept / levels;
        double sum = 0;
        std::size_t taken = 0;
        for (std::size_t i = begin; i < end; ++i) {
            sum += static_cast<double>(histogram.counts()[i]);
            taken += histogram.counts()[i] > 0;
        }
        for (std::size_t i = begin; i < end; ++i)
            if (histogram.counts()[i] > 0) spread[i] = sum / static_cast<double>(taken);
    }
    return spread;
}

// Of the numbers clipped behind `kept` bins against the same on the grid, which knows nothing of what was clipped.
double divergence(const Histogram &histogram, std::size_t kept, std::size_t levels, double total, double clipped)
{
    constexpr double never_zero = 1e-9;
    const auto grid = on_grid(histogram, kept, levels);
    double sum = 0;
    for (std::size_t i = 0; i < kept; ++i) {
        const double here = static_cast<double>(histogram.counts()[i]) + (i + 1 == kept ? clipped : 0.0);
        if (here > 0) sum += here / total * std::log(here / total / std::max(grid[i] / (total - clipped), never_zero));
    }
    return sum;
}

std::size_t bins_by_entropy(const Histogram &histogram, std::size_t levels)
{
    const double total = static_cast<double>(histogram.count() - histogram.zeros());
    double least = std::numeric_limits<double>::infinity(), clipped = 0;
    std::size_t best = Histogram::bins;
    for (std::size_t kept = Histogram::bins; kept >= levels && clipped < total; kept -= entropy_step) {
        const double now = divergence(histogram, kept, levels, total, clipped);
        if (now < least) best = kept;
        least = std::min(least, now);
        for (std::size_t i = kept - entropy_step; i < kept; ++i) clipped += static_cast<double>(histogram.counts()[i]);
    }
    return best;
}

std::size_t bins_by_part(const Histogram &histogram, double part)
{
    double reached = static_cast<double>(histogram.zeros());
    for (std::size_t i = 0; i < Histogram::bins; ++i) {
        reached += static_cast<double>(histogram.counts()[i]);
        if (reached >= part * static_cast<double>(histogram.count())) return i + 1;
    }
    return Histogram::bins;
}

} // namespace

const char *to_string(RangeMethod method)
{
    switch (method) {
    case RangeMethod::entropy:
        return "entropy";
    case RangeMethod::percentile:
        return "percentile";
    default:
        return "minmax";
    }
}

RangeMethod range_method(const std::string &name)
{
    std::vector<std::string> names;
    for (const RangeMethod method : all_methods) {
        if (name == to_string(method)) return method;
        names.push_back(to_string(method));
    }
    throw Error(ErrorCode::usage, "there is no calibration method '" + name + "'" + did_you_mean(name, names) +
                                      "; methods are minmax, entropy and percentile");
}

ValueRange choose_range(const Histogram &histogram, RangeMethod method)
{
    const ValueRange seen{histogram.low(), histogram.high()};
    if (method == RangeMethod::minmax || histogram.width() == 0) return seen;
    const std::size_t kept = method == RangeMethod::entropy
                                 ? bins_by_entropy(histogram, histogram.low() < 0 ? signed_levels : unsigned_levels)
                                 : bins_by_part(histogram, part_kept);
    const auto most = static_cast<float>(static_cast<double>(kept) * histogram.width());
    return {std::max(seen.low, -most), std::min(seen.high, most)};
}

} // namespace tradewind
