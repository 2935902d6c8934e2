// SPDX-License-Identifier: Apache-2.0
// Boxes of one object are averaged instead of all but one being dropped.
#include "detector/fusion.h"
#include "detector/overlap.h"

#include <algorithm>
#include <numeric>
#include <set>

namespace tradewind {
namespace {

struct Vote {
    Detection detection;
    std::size_t model;
    double weight;                                               // of the model
    double strength() const { return weight * detection.score; } // what its corners count
};

// Sums stay in double, so that a cluster's average does not depend on how often it was taken.
struct Cluster {
    Detection fused; // its score is the weighted mean of the scores
    double weights = 0, strengths = 0, ymin = 0, xmin = 0, ymax = 0, xmax = 0;
    std::set<std::size_t> models;

    void add(const Vote &vote)
    {
        const Box &box = vote.detection.box;
        const double s = vote.strength();
        if (models.empty()) fused = vote.detection;
        models.insert(vote.model);
        weights += vote.weight;
        strengths += s;
        ymin += s * box.ymin, xmin += s * box.xmin, ymax += s * box.ymax, xmax += s * box.xmax;
        if (!(strengths > 0)) return;
        fused.score = static_cast<float>(strengths / weights);
        fused.box = {static_cast<float>(ymin / strengths), static_cast<float>(xmin / strengths),
                     static_cast<float>(ymax / strengths), static_cast<float>(xmax / strengths)};
    }
};

std::vector<Vote> votes_of(const std::vector<DetectionList> &models, const std::vector<double> &weights)
{
    std::vector<Vote> votes;
    for (std::size_t i = 0; i < models.size(); ++i)
        for (const auto &detection : models[i]) votes.push_back({detection, i, weights[i]});
    std::stable_sort(votes.begin(), votes.end(), [](auto &a, auto &b) { return a.strength() > b.strength(); });
    return votes;
}

Cluster *nearest(std::vector<Cluster> &clusters, const Detection &detection, float least)
{
    Cluster *best = nullptr;
    for (auto &cluster : clusters)
        if (const float value = overlap(cluster.fused, detection); value > least) {
            best = &cluster;
            least = value;
        }
    return best;
}

} // namespace

DetectionList weighted_boxes_fusion(const std::vector<DetectionList> &models, const std::vector<float> &weights,
                                    float iou)
{
    std::vector<double> each(weights.begin(), weights.end());
    if (each.empty()) each.assign(models.size(), 1.0);
    std::vector<Cluster> clusters;
    for (const auto &vote : votes_of(models, each)) {
        Cluster *cluster = nearest(clusters, vote.detection, iou);
        (cluster ? *cluster : clusters.emplace_back()).add(vote);
    }
    const double all = std::accumulate(each.begin(), each.end(), 0.0);
    DetectionList fused;
    for (auto &cluster : clusters) {
        double seen = 0;
        for (const auto model : cluster.models) seen += each[model];
        cluster.fused.score = static_cast<float>(cluster.fused.score * seen / all);
        fused.push_back(std::move(cluster.fused));
    }
    std::stable_sort(fused.begin(), fused.end(), [](auto &a, auto &b) { return a.score > b.score; });
    return fused;
}

} // namespace tradewind
