// SPDX-License-Identifier: Apache-2.0
// All that eval measures, of one set of pictures.
#pragma once

#include "cli/eval/evaluation_choice.h"

#include <string>
#include <unordered_set>
#include <vector>

namespace tradewind::cli {

struct EvaluationResult {
    EvaluationChoice choice;
    std::string annotations; // their origin
    std::size_t pictures = 0, detections = 0;
    std::size_t objects = 0, crowds = 0; // in these pictures; crowds and difficult ones are not to be found
    std::optional<CocoResult> coco;      // where they were chosen
    std::optional<VocResult> voc;
    ErrorResult errors;
    std::vector<std::string> notes; // what a reader should know

    // Of the metric named first: COCO's AP, or the mean of VOC 2007 or 2010; -1 where there was nothing to find.
    double headline() const;
};

// Pictures go in one by one; what is kept of each is little beside its annotations.
class Evaluation {
public:
    // The annotations must outlive it.
    Evaluation(const Annotations &annotations, const EvaluationChoice &choice);

    void add(std::int64_t image_id, std::span<const ScoredBox> boxes);
    void note(const std::string &sentence) { notes_.push_back(sentence); }
    EvaluationResult result() const;

private:
    const Annotations &annotations_;
    EvaluationChoice choice_;
    CocoEvaluation coco_;
    VocEvaluation voc_;
    ErrorAnalysis errors_;
    std::vector<std::string> notes_;
    std::size_t detections_ = 0;
    std::unordered_set<std::int64_t> pictures_;
};

} // namespace tradewind::cli
