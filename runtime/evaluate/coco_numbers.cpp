// SPDX-License-Identifier: Apache-2.0
// Each number is the mean over a part of an array, in its order, of what is not -1.
#include "evaluate/coco_numbers.h"

#include "evaluate/coco_matching.h"
#include "evaluate/numpy_summation.h"

namespace tradewind {
namespace {

// Indices from `first` up to `last`.
struct Range {
    std::size_t first, last;
};

Range only(std::size_t index) { return {index, index + 1}; }

double mean_of_valid(std::vector<double> &values)
{
    std::erase_if(values, [](double value) { return !(value > -1); });
    return values.empty() ? -1 : numpy_mean(values);
}

double mean_precision(const CocoArrays &arrays, Range ious, Range categories, std::size_t area)
{
    std::vector<double> values;
    for (std::size_t t = ious.first; t < ious.last; ++t)
        for (std::size_t r = 0; r < arrays.recall_thresholds.size(); ++r)
            for (std::size_t k = categories.first; k < categories.last; ++k)
                values.push_back(arrays.precision[arrays.at(t, r, k, area, arrays.cuts - 1)]);
    return mean_of_valid(values);
}

double mean_recall(const CocoArrays &arrays, Range categories, std::size_t area, std::size_t cut)
{
    std::vector<double> values;
    for (std::size_t t = 0; t < arrays.iou_thresholds.size(); ++t)
        for (std::size_t k = categories.first; k < categories.last; ++k)
            values.push_back(arrays.recall[arrays.at(t, k, area, cut)]);
    return mean_of_valid(values);
}

enum Area : std::size_t { all, small, medium, large };

constexpr std::size_t iou_50 = 0, iou_75 = 5;

} // namespace

void summarise_coco(CocoResult &result)
{
    const CocoArrays &arrays = result.arrays;
    const Range every{0, arrays.categories}, ious{0, arrays.iou_thresholds.size()};
    const std::size_t last = arrays.cuts - 1;
    result.numbers = {{"AP", mean_precision(arrays, ious, every, all)},
                      {"AP50", mean_precision(arrays, only(iou_50), every, all)},
                      {"AP75", mean_precision(arrays, only(iou_75), every, all)},
                      {"APs", mean_precision(arrays, ious, every, small)},
                      {"APm", mean_precision(arrays, ious, every, medium)},
                      {"APl", mean_precision(arrays, ious, every, large)}};
    for (std::size_t cut = 0; cut < arrays.cuts; ++cut)
        result.numbers.push_back(
            {"AR" + std::to_string(result.max_detections[cut]), mean_recall(arrays, every, all, cut)});
    result.numbers.push_back({"ARs", mean_recall(arrays, every, small, last)});
    result.numbers.push_back({"ARm", mean_recall(arrays, every, medium, last)});
    result.numbers.push_back({"ARl", mean_recall(arrays, every, large, last)});
    for (std::size_t t = 0; t < ious.last; ++t) result.ap_by_iou.push_back(mean_precision(arrays, only(t), every, all));
    for (std::size_t k = 0; k < arrays.categories; ++k) {
        CocoCategory &category = result.categories[k];
        category.ap = mean_precision(arrays, ious, only(k), all);
        category.ap50 = mean_precision(arrays, only(iou_50), only(k), all);
        category.ar = mean_recall(arrays, only(k), all, last);
    }
}

} // namespace tradewind
