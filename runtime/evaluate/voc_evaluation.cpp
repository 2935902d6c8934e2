// SPDX-License-Identifier: Apache-2.0
// Sorts a picture's boxes by category, and sums up.
#include "evaluate/voc_evaluation.h"

#include "tensor/error.h"

#include <cmath>
#include <limits>
#include <map>

namespace tradewind {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

VocCategory summary(const Category &category, const VocTally &tally)
{
    VocCategory summed{category.id, category.name, tally.objects, nothing, nothing, nothing, {}, {}};
    if (tally.pictures)
        summed.correct_location = static_cast<double>(tally.located) / static_cast<double>(tally.pictures);
    if (tally.objects > 0) {
        VocCurve curve = voc_curve(tally.detections, tally.objects);
        summed.average_precision = area_under(curve);
        summed.eleven_point = eleven_point_mean(curve);
        summed.precision = std::move(curve.precision);
        summed.recall = std::move(curve.recall);
    }
    return summed;
}

double mean(const std::vector<VocCategory> &categories, double VocCategory::*number)
{
    double sum = 0, count = 0;
    for (const VocCategory &category : categories)
        if (!std::isnan(category.*number)) {
            sum += category.*number;
            ++count;
        }
    return count > 0 ? sum / count : nothing;
}

} // namespace

VocEvaluation::VocEvaluation(const Annotations &annotations, VocOptions options)
    : annotations_(annotations), options_(options), boxes_(annotations), tallies_(annotations.categories.size())
{
    if (!(options.iou > 0 && options.iou <= 1))
        throw Error(ErrorCode::usage, "the IoU of VOC's metrics must lie above 0 and be at most 1");
    if (!(options.group_of_weight >= 0 && options.group_of_weight <= 1))
        throw Error(ErrorCode::usage, "the weight of groups must lie from 0 to 1");
    for (std::size_t i = 0; i < annotations.categories.size(); ++i) places_[annotations.categories[i].id] = i;
}

void VocEvaluation::add(std::int64_t image_id, std::span<const ScoredBox> boxes)
{
    struct Both {
        std::vector<const Annotation *> objects;
        std::vector<const ScoredBox *> detections;
    };
    check_finite(image_id, boxes);
    std::map<std::size_t, Both> by_category;
    for (const Annotation *object : boxes_.take(image_id))
        by_category[places_.at(object->category_id)].objects.push_back(object);
    for (const ScoredBox &box : boxes)
        if (const auto place = places_.find(box.category_id); place != places_.end())
            by_category[place->second].detections.push_back(&box);
    for (const auto &[place, both] : by_category)
        match_voc(image_id, both.objects, both.detections, options_, tallies_[place]);
}

VocResult VocEvaluation::result() const
{
    VocResult all;
    for (std::size_t i = 0; i < tallies_.size(); ++i)
        all.categories.push_back(summary(annotations_.categories[i], tallies_[i]));
    all.mean_average_precision = mean(all.categories, &VocCategory::average_precision);
    all.mean_eleven_point = mean(all.categories, &VocCategory::eleven_point);
    all.mean_correct_location = mean(all.categories, &VocCategory::correct_location);
    return all;
}

} // namespace tradewind
