// SPDX-License-Identifier: Apache-2.0
// Matching as pictures come, curves at the end.
#include "evaluate/coco_evaluation.h"

#include "evaluate/coco_accumulation.h"
#include "evaluate/coco_numbers.h"
#include "evaluate/coco_truths.h"
#include "tensor/error.h"

#include <algorithm>
#include <cmath>
#include <deque>

namespace tradewind {
namespace {

void check(const CocoOptions &options)
{
    int before = 0;
    for (const int most : options.max_detections) {
        if (most <= before || most > 10000)
            throw Error(ErrorCode::usage, "numbers of detections to count ascend, from 1 to 10000; " +
                                              std::to_string(most) + " follows " + std::to_string(before));
        before = most;
    }
    if (before == 0) throw Error(ErrorCode::usage, "no number of detections to count is given");
}

struct FoundBox {
    std::uint32_t category, index; // the category's place; where in what was found
    double score;
};

} // namespace

struct CocoEvaluation::State {
    State(const Annotations &annotations, CocoOptions chosen);

    std::vector<FoundBox> by_category(std::int64_t image_id, std::span<const ScoredBox> found) const;
    void count_wanted(std::span<const CocoTruth> of_picture);
    void match(std::size_t picture, std::span<const FoundBox> group, std::span<const ScoredBox> found);

    CocoOptions options;
    CocoTruths truths;
    std::vector<bool> added;                     // by picture
    std::vector<CocoWanted> wanted;              // by category
    std::vector<std::deque<CocoRecord>> records; // by category; deques, as growing vectors hold twice what they need
    CocoMatcher matcher;
    std::vector<Rectangle> boxes; // of the group being matched
};

CocoEvaluation::State::State(const Annotations &annotations, CocoOptions chosen)
    : options(std::move(chosen)), truths(annotations), added(truths.images().size()),
      wanted(truths.categories().size()), records(truths.categories().size())
{
    check(options);
}

std::vector<FoundBox> CocoEvaluation::State::by_category(std::int64_t image_id, std::span<const ScoredBox> found) const
{
    std::vector<FoundBox> order;
    for (std::size_t i = 0; i < found.size(); ++i) {
        const std::size_t category = truths.categories().place(found[i].category_id);
        if (category == truths.categories().size())
            throw Error(ErrorCode::failed, "category " + std::to_string(found[i].category_id) +
                                               " of a detection in picture " + std::to_string(image_id) +
                                               " is not among the annotations");
        if (std::isnan(found[i].score))
            throw Error(ErrorCode::failed,
                        "the score of a detection in picture " + std::to_string(image_id) + " is not a number");
        order.push_back({static_cast<std::uint32_t>(category), static_cast<std::uint32_t>(i), found[i].score});
    }
    std::sort(order.begin(), order.end(), [](const FoundBox &a, const FoundBox &b) {
        if (a.category != b.category) return a.category < b.category;
        return a.score != b.score ? a.score > b.score : a.index < b.index;
    });
    return order;
}

void CocoEvaluation::State::count_wanted(std::span<const CocoTruth> of_picture)
{
    for (const CocoTruth &truth : of_picture)
        for (std::size_t area = 0; area < coco_areas; ++area)
            wanted[truth.category][area] += !truth.crowd && in_coco_area(truth.area, area);
}

void CocoEvaluation::State::match(std::size_t picture, std::span<const FoundBox> group,
                                  std::span<const ScoredBox> found)
{
    const std::uint32_t category = group.front().category;
    boxes.clear();
    for (const FoundBox &one : group) boxes.push_back(found[one.index].box);
    const std::span<const CocoOutcome> outcomes = matcher.match(boxes, truths.of(picture, category));
    for (std::size_t rank = 0; rank < group.size(); ++rank)
        records[category].push_back(
            coco_record(group[rank].score, static_cast<std::uint32_t>(picture), rank, outcomes[rank]));
}

CocoEvaluation::CocoEvaluation(const Annotations &annotations, CocoOptions options)
    : state_(std::make_unique<State>(annotations, std::move(options)))
{
}

CocoEvaluation::~CocoEvaluation() = default;
CocoEvaluation::CocoEvaluation(CocoEvaluation &&) noexcept = default;
CocoEvaluation &CocoEvaluation::operator=(CocoEvaluation &&) noexcept = default;

void CocoEvaluation::add(std::int64_t image_id, std::span<const ScoredBox> found)
{
    State &state = *state_;
    const std::size_t picture = state.truths.images().place(image_id);
    if (picture == state.truths.images().size())
        throw Error(ErrorCode::failed, "picture " + std::to_string(image_id) + " is not among the annotations");
    if (state.added[picture])
        throw Error(ErrorCode::failed, "picture " + std::to_string(image_id) + " was evaluated before");
    const std::vector<FoundBox> order = state.by_category(image_id, found);
    state.added[picture] = true;
    state.count_wanted(state.truths.of(picture));
    const std::size_t most = static_cast<std::size_t>(state.options.max_detections.back());
    for (std::size_t first = 0, last = 0; first < order.size(); first = last) {
        while (last < order.size() && order[last].category == order[first].category) ++last;
        state.match(picture, std::span(order).subspan(first, std::min(last - first, most)), found);
    }
}

CocoResult CocoEvaluation::result() const
{
    const State &state = *state_;
    const IdTable &categories = state.truths.categories();
    CocoResult result;
    result.max_detections = state.options.max_detections;
    result.arrays = empty_coco_arrays(categories.size(), result.max_detections.size());
    for (std::size_t k = 0; k < categories.size(); ++k) {
        std::vector<CocoRecord> records(state.records[k].begin(), state.records[k].end());
        sort_coco_records(records);
        accumulate_coco(records, state.wanted[k], result.max_detections, k, result.arrays);
        result.categories.push_back({categories[k], state.truths.category_name(k), state.wanted[k][0]});
        result.annotations += state.wanted[k][0];
    }
    result.pictures = static_cast<std::size_t>(std::count(state.added.begin(), state.added.end(), true));
    summarise_coco(result);
    return result;
}

double CocoResult::number(const std::string &name) const
{
    for (const CocoNumber &one : numbers)
        if (one.name == name) return one.value;
    throw Error(ErrorCode::failed, "COCO's metrics have no number " + name);
}

} // namespace tradewind
