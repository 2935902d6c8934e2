// SPDX-License-Identifier: Apache-2.0
// Results of eval for programs.
#include "cli/eval/evaluation_text.h"

#include "output/record_text.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace tradewind::cli {
namespace {

using Json = nlohmann::ordered_json;

Json finite(double value) { return std::isfinite(value) ? Json(value) : Json(); }

Json coco_object(const CocoResult &coco)
{
    Json object = Json::object();
    for (const auto &one : coco.numbers) object[one.name] = one.value;
    return object;
}

Json coco_categories(const CocoResult &coco)
{
    Json list = Json::array();
    for (const auto &one : coco.categories)
        list.push_back({{"id", one.id},
                        {"name", one.name},
                        {"objects", one.annotations},
                        {"AP", one.ap},
                        {"AP50", one.ap50},
                        {"AR", one.ar}});
    return list;
}

Json voc_object(const EvaluationResult &result)
{
    Json object = {{"iou", result.choice.voc_options.iou}, {"pixels", result.choice.voc_options.plus_one}};
    if (result.choice.voc07) object["AP2007"] = finite(result.voc->mean_eleven_point);
    if (result.choice.voc10) object["AP2010"] = finite(result.voc->mean_average_precision);
    object["CorLoc"] = finite(result.voc->mean_correct_location);
    object["categories"] = Json::array();
    for (const auto &one : result.voc->categories)
        object["categories"].push_back({{"id", one.id},
                                        {"name", one.name},
                                        {"objects", one.objects},
                                        {"AP2007", finite(one.eleven_point)},
                                        {"AP2010", finite(one.average_precision)},
                                        {"CorLoc", finite(one.correct_location)}});
    return object;
}

Json error_object(const ErrorResult &errors)
{
    Json object = {{"AP50", finite(errors.average_precision)}};
    for (std::size_t type = 0; type < error_types; ++type)
        object[error_name(type)] = {{"count", errors.counts[type]}, {"AP50_lost", finite(errors.gains[type])}};
    object["false positives"] = {{"AP50_lost", finite(errors.false_positives)}};
    object["false negatives"] = {{"AP50_lost", finite(errors.false_negatives)}};
    return object;
}

std::string shortest(double value) { return Json(value).dump(); }

void add_coco_curves(const CocoResult &coco, std::string &text)
{
    const CocoArrays &arrays = coco.arrays;
    for (std::size_t k = 0; k < arrays.categories; ++k)
        for (std::size_t t = 0; t < arrays.iou_thresholds.size(); ++t)
            for (std::size_t r = 0; r < arrays.recall_thresholds.size(); ++r) {
                const std::size_t at = arrays.at(t, r, k, 0, arrays.cuts - 1);
                if (arrays.precision[at] < 0) continue;
                text += "coco," + csv_field(coco.categories[k].name) + "," + shortest(arrays.iou_thresholds[t]) + "," +
                        shortest(arrays.recall_thresholds[r]) + "," + shortest(arrays.precision[at]) + "," +
                        shortest(arrays.scores[at]) + "\r\n";
            }
}

void add_voc_curves(const EvaluationResult &result, std::string &text)
{
    for (const auto &one : result.voc->categories)
        for (std::size_t i = 0; i < one.precision.size(); ++i)
            text += "voc," + csv_field(one.name) + "," + shortest(result.choice.voc_options.iou) + "," +
                    shortest(one.recall[i]) + "," + shortest(one.precision[i]) + ",\r\n";
}

} // namespace

std::string evaluation_json(const EvaluationResult &result)
{
    Json json = {{"schema", "tradewind-evaluation-1"},
                 {"annotations_file", result.annotations},
                 {"pictures", result.pictures},
                 {"annotations", result.objects},
                 {"crowds", result.crowds},
                 {"detections", result.detections}};
    if (result.coco) {
        json["max_detections"] = result.coco->max_detections;
        json["coco"] = coco_object(*result.coco);
        json["ap_by_iou"] = result.coco->ap_by_iou;
        json["categories"] = coco_categories(*result.coco);
    }
    if (result.voc) json["voc"] = voc_object(result);
    json["errors"] = error_object(result.errors);
    json["notes"] = result.notes;
    return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string evaluation_curves(const EvaluationResult &result)
{
    std::string text = "metric,category,iou,recall,precision,score\r\n";
    if (result.coco) add_coco_curves(*result.coco, text);
    if (result.voc) add_voc_curves(result, text);
    return text;
}

} // namespace tradewind::cli
