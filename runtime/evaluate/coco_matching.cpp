// SPDX-License-Identifier: Apache-2.0
// Greedy matching, best score first.
#include "evaluate/coco_matching.h"

#include "evaluate/box_overlap.h"

#include <algorithm>
#include <numeric>

namespace tradewind {
namespace {

constexpr std::size_t none = static_cast<std::size_t>(-1);

std::vector<double> linspace(double first, double last, std::size_t count)
{
    std::vector<double> values(count);
    const double step = (last - first) / static_cast<double>(count - 1);
    for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<double>(i) * step + first;
    values.back() = last;
    return values;
}

} // namespace

std::vector<double> coco_iou_thresholds() { return linspace(.5, .95, coco_thresholds); }
std::vector<double> coco_recall_thresholds() { return linspace(0, 1, coco_recalls); }

bool in_coco_area(double area, std::size_t area_index)
{
    constexpr double bounds[coco_areas][2] = {{0, 1e10}, {0, 32 * 32}, {32 * 32, 96 * 96}, {96 * 96, 1e10}};
    return !(area < bounds[area_index][0] || area > bounds[area_index][1]);
}

double coco_overlap(const Rectangle &found, const Rectangle &truth, bool crowd)
{
    return crowd ? intersection_over_part(found, truth) : intersection_over_union(found, truth);
}

void CocoMatcher::sort_truths(std::span<const CocoTruth> truths, std::size_t area)
{
    for (std::size_t i = 0; i < truths.size(); ++i)
        ignored_[i] = truths[i].crowd || !in_coco_area(truths[i].area, area);
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::stable_partition(order_.begin(), order_.end(), [this](std::size_t i) { return !ignored_[i]; });
}

std::size_t CocoMatcher::best_match(std::size_t found, double threshold, std::span<const CocoTruth> truths) const
{
    const double *overlaps = overlaps_.data() + found * truths.size();
    double best = std::min(threshold, 1 - 1e-10);
    std::size_t match = none;
    for (const std::size_t i : order_) {
        if (taken_[i] && !truths[i].crowd) continue;
        if (match != none && !ignored_[match] && ignored_[i]) break;
        if (overlaps[i] < best) continue; // of equal ones the last
        best = overlaps[i];
        match = i;
    }
    return match;
}

void CocoMatcher::match_at(std::size_t threshold, std::size_t area, std::span<const Rectangle> found,
                           std::span<const CocoTruth> truths)
{
    const std::uint64_t bit = std::uint64_t{1} << (coco_areas * threshold + area);
    std::fill(taken_.begin(), taken_.end(), 0);
    for (std::size_t i = 0; i < found.size(); ++i) {
        const std::size_t match = best_match(i, thresholds_[threshold], truths);
        const bool matched = match != none && truths[match].counts;
        if (match != none) taken_[match] = 1;
        if (match != none && ignored_[match]) continue;
        if (!matched && !in_coco_area(found[i].width * found[i].height, area)) continue;
        (matched ? outcomes_[i].right : outcomes_[i].wrong) |= bit;
    }
}

std::span<const CocoOutcome> CocoMatcher::match(std::span<const Rectangle> found, std::span<const CocoTruth> truths)
{
    outcomes_.assign(found.size(), {});
    overlaps_.resize(found.size() * truths.size());
    for (std::vector<unsigned char> *flags : {&ignored_, &taken_}) flags->resize(truths.size());
    order_.resize(truths.size());
    for (std::size_t i = 0; i < found.size(); ++i)
        for (std::size_t j = 0; j < truths.size(); ++j)
            overlaps_[i * truths.size() + j] = coco_overlap(found[i], truths[j].box, truths[j].crowd);
    for (std::size_t area = 0; area < coco_areas; ++area) {
        sort_truths(truths, area);
        for (std::size_t threshold = 0; threshold < coco_thresholds; ++threshold)
            match_at(threshold, area, found, truths);
    }
    return outcomes_;
}

} // namespace tradewind
