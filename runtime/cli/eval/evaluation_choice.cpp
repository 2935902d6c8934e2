// SPDX-License-Identifier: Apache-2.0
// Flags of eval.
#include "cli/eval/evaluation_choice.h"

#include "config/list.h"
#include "tensor/error.h"
#include "tensor/near_names.h"

#include <algorithm>

namespace tradewind::cli {
namespace {

constexpr int most_detections = 10'000;

void choose_metrics(const std::string &list, EvaluationChoice &choice)
{
    const auto names = split_list(list, ',');
    if (names.empty()) throw Error(ErrorCode::usage, "--metrics names none; it may be any of coco, voc07, voc10");
    choice.coco = false;
    choice.first = names.front();
    for (const auto &name : names) {
        bool *wanted = name == "coco"    ? &choice.coco
                       : name == "voc07" ? &choice.voc07
                       : name == "voc10" ? &choice.voc10
                                         : nullptr;
        if (!wanted)
            throw Error(ErrorCode::usage, "--metrics knows no '" + name + "'" +
                                              did_you_mean(name, {"coco", "voc07", "voc10"}) +
                                              "; it may be any of coco, voc07, voc10");
        *wanted = true;
    }
}

std::vector<int> detection_limits(const std::string &list)
{
    std::vector<int> limits;
    for (const auto &number : split_list(list, ','))
        limits.push_back(static_cast<int>(integer_between("--max-dets", number, 1, most_detections)));
    const bool ascending = std::adjacent_find(limits.begin(), limits.end(), std::greater_equal<>()) == limits.end();
    if (limits.empty() || !ascending)
        throw Error(ErrorCode::usage, "--max-dets is '" + list + "', but must be ascending numbers, such as 1,10,100");
    return limits;
}

} // namespace

EvaluationChoice evaluation_choice(const Flags &flags)
{
    EvaluationChoice choice;
    if (const auto metrics = flags.value("metrics")) choose_metrics(*metrics, choice);
    if (const auto limits = flags.value("max-dets")) choice.coco_options.max_detections = detection_limits(*limits);
    choice.error_options.max_detections = choice.coco_options.max_detections.back();
    if (const auto iou = flags.value("voc-iou")) choice.voc_options.iou = real_between("--voc-iou", *iou, 0, 1);
    choice.voc_options.plus_one = choice.voc_options.keep_empty = flags.has("voc-pixels");
    if (const auto least = flags.value("min-ap")) choice.least = real_between("--min-ap", *least, 0, 1);
    return choice;
}

AnnotationFormat annotation_format(const Flags &flags)
{
    const std::string name = flags.value("format").value_or("auto");
    if (name == "auto") return AnnotationFormat::automatic;
    if (name == "coco") return AnnotationFormat::coco;
    if (name == "voc") return AnnotationFormat::voc;
    throw Error(ErrorCode::usage, "--format is '" + name + "', but may be auto, coco or voc");
}

} // namespace tradewind::cli
