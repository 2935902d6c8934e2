// SPDX-License-Identifier: Apache-2.0
// Feeding the metrics.
#include "cli/eval/evaluation.h"

namespace tradewind::cli {

Evaluation::Evaluation(const Annotations &annotations, const EvaluationChoice &choice)
    : annotations_(annotations), choice_(choice), coco_(annotations, choice.coco_options),
      voc_(annotations, choice.voc_options), errors_(annotations, choice.error_options), notes_(annotations.notes)
{
}

void Evaluation::add(std::int64_t image_id, std::span<const ScoredBox> boxes)
{
    if (choice_.coco) coco_.add(image_id, boxes);
    if (choice_.voc()) voc_.add(image_id, boxes);
    errors_.add(image_id, boxes);
    pictures_.insert(image_id);
    detections_ += boxes.size();
}

EvaluationResult Evaluation::result() const
{
    EvaluationResult result;
    result.choice = choice_;
    result.annotations = annotations_.origin;
    for (const auto &box : annotations_.boxes)
        if (pictures_.count(box.image_id)) ++(box.is_crowd() ? result.crowds : result.objects);
    result.pictures = pictures_.size();
    result.detections = detections_;
    result.notes = notes_;
    if (choice_.coco) result.coco = coco_.result();
    if (choice_.voc()) result.voc = voc_.result();
    result.errors = errors_.result();
    return result;
}

double EvaluationResult::headline() const
{
    const double value = choice.first == "coco"    ? coco->number("AP")
                         : choice.first == "voc07" ? voc->mean_eleven_point
                                                   : voc->mean_average_precision;
    return value >= 0 ? value : -1; // NaN: nothing to find
}

} // namespace tradewind::cli
