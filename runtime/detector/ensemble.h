// SPDX-License-Identifier: Apache-2.0
// Several models, several parts of a picture, one result. What is fused are final detections: each member sees each
// crop on its own. (The paper's ensemble, after He et al. 2016, appendix A, shares the proposals of all members and
// averages their classifiers, which only members with a second stage can do; that is another scheme.)
#pragma once

#include "detector/crops.h"
#include "detector/detector.h"
#include "detector/fusion.h"

namespace tradewind {

struct EnsembleOptions {
    FusionOptions fusion;
    CropPlan crops;        // empty: the whole picture, once
    std::set<int> classes; // only these are wanted; empty: all
};

// Not thread-safe, as its members are not. The result depends on neither threads nor the order of computation.
class Ensemble {
public:
    // At least one member. Throws Error(usage) when two members call a class by different names, and when there are
    // weights, but not one for each member.
    Ensemble(std::vector<std::unique_ptr<Detector>> members, EnsembleOptions options);

    const std::vector<std::unique_ptr<Detector>> &members() const { return members_; }
    const EnsembleOptions &options() const { return options_; }
    const std::map<int, std::string> &labels() const { return labels_; } // of all members together

    // As Detector::detect; times are sums, fusion is post-processing. One member that sees the whole picture: its
    // result as it is, without fusion.
    DetectionList detect(const Picture &picture, StageTimes *times = nullptr);
    std::vector<DetectionList> detect(std::span<const Picture *const> pictures,
                                      std::vector<StageTimes> *times = nullptr);

    // What pictures of this size are resized to, part by part and member by member: those for which it is the same
    // share all runs.
    std::vector<std::int64_t> resized_sides(ImageSize picture) const;
    std::size_t batch() const; // the most that a member computes at once

private:
    std::vector<DetectionList> found_by(Detector &member, std::span<const Picture *const> pictures,
                                        std::vector<StageTimes> &times) const;
    DetectionList fused(std::vector<DetectionList> found) const;

    std::vector<std::unique_ptr<Detector>> members_;
    EnsembleOptions options_;
    std::map<int, std::string> labels_;
};

// The names of classes of all models, by id. Throws Error(usage) naming both models where two names differ.
std::map<int, std::string> joint_labels(const std::vector<const Model *> &models);

} // namespace tradewind
