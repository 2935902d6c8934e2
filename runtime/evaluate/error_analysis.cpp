// SPDX-License-Identifier: Apache-2.0
// Average precision again and again, each time with one kind of error mended.
#include "evaluate/error_analysis.h"

#include "tensor/error.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace tradewind {
namespace {

// COCO's at one IoU: the mean over 101 recalls of the best precision from there on. `right`: best first.
double average_precision(const std::vector<bool> &right, std::size_t objects)
{
    if (objects == 0) return 0;
    std::vector<double> precision(right.size()), recall(right.size());
    std::size_t found = 0;
    for (std::size_t i = 0; i < right.size(); ++i) {
        found += right[i];
        precision[i] = static_cast<double>(found) / static_cast<double>(i + 1);
        recall[i] = static_cast<double>(found) / static_cast<double>(objects);
    }
    for (std::size_t i = precision.size(); i-- > 1;) precision[i - 1] = std::max(precision[i - 1], precision[i]);
    double sum = 0;
    for (int i = 0; i <= 100; ++i) {
        const auto at = std::lower_bound(recall.begin(), recall.end(), i / 100.0);
        if (at != recall.end()) sum += precision[static_cast<std::size_t>(at - recall.begin())];
    }
    return sum / 101;
}

// Of all categories; detections must come best first.
class Ranking {
public:
    explicit Ranking(const std::map<std::int64_t, ObjectCounts> &objects)
    {
        for (const auto &[id, counts] : objects) categories_[id].objects = counts.objects;
    }

    void add(std::int64_t category_id, bool right) { categories_[category_id].right.push_back(right); }

    void want_fewer(std::int64_t category_id, std::size_t objects) { categories_[category_id].objects -= objects; }

    void put_right_ones_first()
    {
        for (auto &[id, category] : categories_)
            std::stable_partition(category.right.begin(), category.right.end(), [](bool right) { return right; });
    }

    double mean() const
    {
        double sum = 0, count = 0;
        for (const auto &[id, category] : categories_) {
            if (category.objects == 0 && category.right.empty()) continue;
            sum += average_precision(category.right, category.objects);
            ++count;
        }
        return count > 0 ? sum / count : std::numeric_limits<double>::quiet_NaN();
    }

private:
    struct OfCategory {
        std::size_t objects = 0;
        std::vector<bool> right;
    };

    std::map<std::int64_t, OfCategory> categories_;
};

// With errors of one type mended, or none.
Ranking ranking(const std::vector<JudgedDetection> &detections, const std::map<std::int64_t, ObjectCounts> &objects,
                std::optional<ErrorType> mended)
{
    Ranking ranking(objects);
    for (const JudgedDetection &detection : detections) {
        if (mended && detection.error == mended) {
            if (detection.becomes_right) ranking.add(detection.mended_category_id, true);
        } else if (detection.ranked) {
            ranking.add(detection.category_id, !detection.error);
        }
    }
    if (mended == ErrorType::missed)
        for (const auto &[id, counts] : objects) ranking.want_fewer(id, counts.missed);
    return ranking;
}

} // namespace

ErrorAnalysis::ErrorAnalysis(const Annotations &annotations, ErrorOptions options)
    : options_(options), boxes_(annotations)
{
    if (!(options.background > 0 && options.background <= options.foreground && options.foreground > 0 &&
          options.foreground <= 1))
        throw Error(ErrorCode::usage, "the IoUs of error types must be 0 < background <= foreground <= 1");
    if (options.max_detections <= 0)
        throw Error(ErrorCode::usage, "the number of detections in a picture must be above 0");
    for (const Category &category : annotations.categories) objects_[category.id];
}

void ErrorAnalysis::add(std::int64_t image_id, std::span<const ScoredBox> boxes)
{
    check_finite(image_id, boxes);
    const std::vector<const Annotation *> annotated = boxes_.take(image_id);
    std::vector<const ScoredBox *> known;
    for (const ScoredBox &box : boxes)
        if (objects_.contains(box.category_id)) known.push_back(&box);
    judge(image_id, annotated, std::move(known), options_, detections_, objects_);
}

ErrorResult ErrorAnalysis::result() const
{
    std::vector<JudgedDetection> detections = detections_;
    std::sort(detections.begin(), detections.end(), [](const JudgedDetection &a, const JudgedDetection &b) {
        return std::tuple(-a.score, a.image_id, a.rank) < std::tuple(-b.score, b.image_id, b.rank);
    });
    ErrorResult result;
    Ranking plain = ranking(detections, objects_, {});
    result.average_precision = plain.mean();
    for (const JudgedDetection &detection : detections)
        if (detection.error) ++result.counts[static_cast<std::size_t>(*detection.error)];
    for (const auto &[id, counts] : objects_)
        result.counts[static_cast<std::size_t>(ErrorType::missed)] += counts.missed;
    for (std::size_t type = 0; type < error_types; ++type) {
        const double mended = ranking(detections, objects_, static_cast<ErrorType>(type)).mean();
        result.gains[type] = std::max(0.0, mended - result.average_precision);
    }
    Ranking complete = plain;
    for (const auto &[id, counts] : objects_) complete.want_fewer(id, counts.unfound);
    result.false_negatives = complete.mean() - result.average_precision;
    plain.put_right_ones_first();
    result.false_positives = plain.mean() - result.average_precision;
    return result;
}

} // namespace tradewind
