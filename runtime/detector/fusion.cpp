// SPDX-License-Identifier: Apache-2.0
// Suppression, soft suppression, voting, and their choice. Weighted boxes fusion has a file of its own.
#include "detector/fusion.h"

#include "detector/overlap.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tradewind {
namespace {

void sort_by_score(DetectionList &detections)
{
    std::stable_sort(detections.begin(), detections.end(), [](auto &a, auto &b) { return a.score > b.score; });
}

void keep_numbers(DetectionList &detections)
{
    std::erase_if(detections, [](const Detection &d) { return !(d.score == d.score); });
}

// All in one list, their scores scaled by weight / largest weight: equal weights change nothing.
DetectionList pooled(const std::vector<DetectionList> &models, const std::vector<float> &weights)
{
    DetectionList pool;
    const float largest = weights.empty() ? 1.0f : *std::max_element(weights.begin(), weights.end());
    for (std::size_t i = 0; i < models.size(); ++i)
        for (Detection detection : models[i]) {
            if (!weights.empty()) detection.score *= weights[i] / largest;
            pool.push_back(std::move(detection));
        }
    return pool;
}

DetectionList suppressed(const std::vector<DetectionList> &models, const FusionOptions &options)
{
    const DetectionList pool = pooled(models, options.weights);
    const std::size_t most = options.box_voting ? std::size_t(-1) : options.most; // a vote may change the order
    DetectionList found = options.method == FusionMethod::nms
                              ? non_maximum_suppression(pool, options.iou.value_or(nms_iou), most)
                              : soft_non_maximum_suppression(pool, options.sigma, options.score, most);
    return options.box_voting ? box_voting(std::move(found), pool, voting_iou) : found;
}

} // namespace

DetectionList fuse(const std::vector<DetectionList> &models, const FusionOptions &options)
{
    std::vector<DetectionList> given = models;
    for (auto &list : given) keep_numbers(list);
    DetectionList found = options.method == FusionMethod::wbf
                              ? weighted_boxes_fusion(given, options.weights, options.iou.value_or(wbf_iou))
                              : suppressed(given, options);
    std::erase_if(found, [&](const Detection &d) { return !(d.score > options.score); });
    if (found.size() > options.most) found.resize(options.most);
    return found;
}

DetectionList non_maximum_suppression(DetectionList detections, float iou, std::size_t most)
{
    sort_by_score(detections);
    DetectionList kept;
    for (auto &candidate : detections) {
        if (kept.size() == most) break;
        if (std::none_of(kept.begin(), kept.end(),
                         [&](const Detection &better) { return overlap(better, candidate) > iou; }))
            kept.push_back(std::move(candidate));
    }
    return kept;
}

DetectionList soft_non_maximum_suppression(DetectionList detections, float sigma, float score, std::size_t most)
{
    std::vector<std::size_t> left(detections.size()); // in their order, so that the first of equals is the best
    std::iota(left.begin(), left.end(), std::size_t{0});
    DetectionList kept;
    while (!left.empty() && kept.size() < most) {
        const auto best = std::max_element(left.begin(), left.end(), [&](std::size_t a, std::size_t b) {
            return detections[a].score < detections[b].score;
        });
        if (!(detections[*best].score > score)) break;
        kept.push_back(detections[*best]);
        left.erase(best);
        for (const std::size_t other : left)
            if (const float iou = overlap(kept.back(), detections[other]); iou > 0)
                detections[other].score *= std::exp(-iou * iou / sigma);
    }
    return kept;
}

DetectionList box_voting(DetectionList selected, const DetectionList &pool, float iou)
{
    for (auto &winner : selected) {
        double scores = 0, ymin = 0, xmin = 0, ymax = 0, xmax = 0;
        std::size_t voters = 0;
        for (const auto &voter : pool) {
            if (!(overlap(winner, voter) > iou)) continue;
            const double s = voter.score;
            ++voters;
            scores += s;
            ymin += s * voter.box.ymin, xmin += s * voter.box.xmin;
            ymax += s * voter.box.ymax, xmax += s * voter.box.xmax;
        }
        if (!(scores > 0)) continue; // a box without area overlaps nothing, not even itself
        winner.score = static_cast<float>(scores / static_cast<double>(voters));
        winner.box = {static_cast<float>(ymin / scores), static_cast<float>(xmin / scores),
                      static_cast<float>(ymax / scores), static_cast<float>(xmax / scores)};
    }
    sort_by_score(selected);
    return selected;
}

} // namespace tradewind
