// SPDX-License-Identifier: Apache-2.0
// Precision changes for the better only where a detection is right, so only these points of a curve are kept.
#include "evaluate/coco_accumulation.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace tradewind {
namespace {

std::array<std::uint8_t, 5> packed(std::uint64_t bits)
{
    std::array<std::uint8_t, 5> bytes;
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(bits >> (8 * i));
    return bytes;
}

bool has(const std::array<std::uint8_t, 5> &bytes, std::size_t bit) { return bytes[bit / 8] >> (bit % 8) & 1; }

// The points of one curve where a detection is right.
struct Curve {
    std::vector<double> precision, scores;

    void trace(const std::vector<CocoRecord> &sorted, std::size_t cut, std::size_t bit);
    void raise_to_best_behind();
};

void Curve::trace(const std::vector<CocoRecord> &sorted, std::size_t cut, std::size_t bit)
{
    precision.clear();
    scores.clear();
    double wrong = 0;
    for (const CocoRecord &record : sorted) {
        if (record.rank >= cut) continue;
        if (has(record.wrong, bit)) ++wrong;
        if (!has(record.right, bit)) continue;
        const double right = static_cast<double>(precision.size() + 1);
        precision.push_back(right / (wrong + right + std::numeric_limits<double>::epsilon()));
        scores.push_back(record.score);
    }
}

void Curve::raise_to_best_behind()
{
    for (std::size_t i = precision.size(); i-- > 1;) precision[i - 1] = std::max(precision[i - 1], precision[i]);
}

// Where one curve goes to.
struct Place {
    std::size_t iou, category, area, cut;
};

// `first` is the best record within the cut, or null. Recall 0 is reached there, right or not.
void fill(const Curve &curve, const CocoRecord *first, std::size_t wanted, const Place &place, CocoArrays &arrays)
{
    const double count = static_cast<double>(wanted);
    std::size_t point = 0;
    for (std::size_t r = 0; r < coco_recalls; ++r) {
        const double recall = arrays.recall_thresholds[r];
        while (point < curve.precision.size() && static_cast<double>(point + 1) / count < recall) ++point;
        const std::size_t at = arrays.at(place.iou, r, place.category, place.area, place.cut);
        const bool reached = point < curve.precision.size();
        arrays.precision[at] = reached ? curve.precision[point] : 0;
        arrays.scores[at] = recall == 0 && first ? first->score : reached ? curve.scores[point] : 0;
    }
    arrays.recall[arrays.at(place.iou, place.category, place.area, place.cut)] =
        static_cast<double>(curve.precision.size()) / count;
}

} // namespace

CocoRecord coco_record(double score, std::uint32_t picture, std::size_t rank, const CocoOutcome &outcome)
{
    return {score, picture, static_cast<std::uint16_t>(rank), packed(outcome.right), packed(outcome.wrong)};
}

void sort_coco_records(std::vector<CocoRecord> &records)
{
    std::sort(records.begin(), records.end(), [](const CocoRecord &a, const CocoRecord &b) {
        return a.score != b.score ? a.score > b.score : std::tie(a.picture, a.rank) < std::tie(b.picture, b.rank);
    });
}

CocoArrays empty_coco_arrays(std::size_t categories, std::size_t cuts)
{
    CocoArrays arrays{coco_iou_thresholds(), coco_recall_thresholds(), categories, coco_areas, cuts, {}, {}, {}};
    arrays.recall.assign(coco_thresholds * categories * coco_areas * cuts, -1);
    arrays.precision.assign(arrays.recall.size() * coco_recalls, -1);
    arrays.scores = arrays.precision;
    return arrays;
}

void accumulate_coco(const std::vector<CocoRecord> &sorted, const CocoWanted &wanted,
                     const std::vector<int> &max_detections, std::size_t category, CocoArrays &arrays)
{
    Curve curve;
    for (std::size_t cut = 0; cut < max_detections.size(); ++cut) {
        const std::size_t most = static_cast<std::size_t>(max_detections[cut]);
        const auto first = std::find_if(sorted.begin(), sorted.end(), [&](auto &record) { return record.rank < most; });
        for (std::size_t area = 0; area < coco_areas; ++area)
            for (std::size_t iou = 0; wanted[area] && iou < coco_thresholds; ++iou) {
                curve.trace(sorted, most, coco_areas * iou + area);
                curve.raise_to_best_behind();
                fill(curve, first == sorted.end() ? nullptr : &*first, wanted[area], {iou, category, area, cut},
                     arrays);
            }
    }
}

} // namespace tradewind
