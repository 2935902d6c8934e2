// SPDX-License-Identifier: Apache-2.0
// Objects first, groups for what is left.
#include "evaluate/voc_matching.h"

#include "evaluate/box_overlap.h"

#include <algorithm>

namespace tradewind {
namespace {

enum class Verdict { right, wrong, neither };

bool is_difficult(const Annotation &object) { return object.difficult || object.crowd; }

struct Nearest {
    std::size_t index = 0;
    double overlap = -1;
};

template <class Overlap> Nearest nearest(const std::vector<const Annotation *> &objects, const Overlap &overlap)
{
    Nearest best;
    for (std::size_t i = 0; i < objects.size(); ++i)
        if (const double now = overlap(objects[i]->box); now > best.overlap) best = {i, now};
    return best;
}

// By descending score.
std::vector<Verdict> match_objects(const std::vector<const Annotation *> &objects,
                                   const std::vector<const ScoredBox *> &detections, const VocOptions &options)
{
    std::vector<Verdict> verdicts(detections.size(), Verdict::wrong);
    std::vector<bool> taken(objects.size());
    for (std::size_t i = 0; i < detections.size(); ++i) {
        const auto [index, overlap] = nearest(objects, [&](const Rectangle &box) {
            return intersection_over_union(detections[i]->box, box, options.plus_one);
        });
        if (overlap < options.iou) continue;
        if (is_difficult(*objects[index])) {
            verdicts[i] = Verdict::neither;
        } else if (!taken[index]) {
            verdicts[i] = Verdict::right;
            taken[index] = true;
        }
    }
    return verdicts;
}

// Takes wrong detections out; the best score in each group, 0 where there is none.
std::vector<double> match_groups(const std::vector<const Annotation *> &groups,
                                 const std::vector<const ScoredBox *> &detections, const VocOptions &options,
                                 std::vector<Verdict> &verdicts)
{
    std::vector<double> best(groups.size(), 0);
    for (std::size_t i = 0; i < detections.size(); ++i) {
        if (verdicts[i] != Verdict::wrong) continue;
        const auto [index, overlap] = nearest(groups, [&](const Rectangle &box) {
            return intersection_over_part(detections[i]->box, box, options.plus_one);
        });
        if (overlap < options.iou) continue;
        verdicts[i] = Verdict::neither;
        best[index] = std::max(best[index], detections[i]->score);
    }
    return best;
}

bool located(const std::vector<const Annotation *> &objects, const ScoredBox &best, const VocOptions &options)
{
    const auto overlap = [&](const Rectangle &box) { return intersection_over_union(best.box, box, options.plus_one); };
    return nearest(objects, overlap).overlap >= options.iou;
}

} // namespace

void match_voc(std::int64_t image_id, const std::vector<const Annotation *> &objects,
               std::vector<const ScoredBox *> detections, const VocOptions &options, VocTally &tally)
{
    if (!options.keep_empty)
        std::erase_if(detections, [&](const ScoredBox *found) {
            return found->box.width + options.plus_one <= 0 || found->box.height + options.plus_one <= 0;
        });
    std::stable_sort(detections.begin(), detections.end(),
                     [](const ScoredBox *a, const ScoredBox *b) { return a->score > b->score; });
    std::vector<const Annotation *> singles = objects, groups = objects;
    std::erase_if(singles, [](const Annotation *object) { return object->group_of; });
    std::erase_if(groups, [](const Annotation *object) { return !object->group_of; });
    tally.objects += static_cast<double>(
        std::count_if(singles.begin(), singles.end(), [](const Annotation *object) { return !is_difficult(*object); }));
    tally.objects += options.group_of_weight * static_cast<double>(groups.size());
    tally.pictures += !objects.empty();
    tally.located += !detections.empty() && located(objects, *detections.front(), options);

    std::vector<Verdict> verdicts = match_objects(singles, detections, options);
    const std::vector<double> group_scores = match_groups(groups, detections, options, verdicts);
    std::uint32_t order = 0;
    for (std::size_t i = 0; i < detections.size(); ++i)
        if (verdicts[i] != Verdict::neither)
            tally.detections.push_back(
                {detections[i]->score, image_id, order++, verdicts[i] == Verdict::right ? 1.0 : 0.0});
    if (options.group_of_weight > 0)
        for (const double score : group_scores)
            if (score > 0) tally.detections.push_back({score, image_id, order++, options.group_of_weight});
}

} // namespace tradewind
