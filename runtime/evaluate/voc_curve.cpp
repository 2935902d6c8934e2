// SPDX-License-Identifier: Apache-2.0
// Running sums in double, as the published evaluators have them.
#include "evaluate/voc_curve.h"

#include <algorithm>
#include <tuple>

namespace tradewind {
namespace {

constexpr double rounding = 1e-15; // of recall and threshold, where both stand for the same tenth

// The best precision from each point on.
std::vector<double> envelope(const VocCurve &curve)
{
    std::vector<double> best = curve.precision;
    for (std::size_t i = best.size(); i-- > 1;) best[i - 1] = std::max(best[i - 1], best[i]);
    return best;
}

} // namespace

VocCurve voc_curve(std::vector<RankedDetection> detections, double objects)
{
    std::sort(detections.begin(), detections.end(), [](const RankedDetection &a, const RankedDetection &b) {
        return std::tuple(-a.score, a.image_id, a.order) < std::tuple(-b.score, b.image_id, b.order);
    });
    VocCurve curve;
    curve.precision.reserve(detections.size());
    curve.recall.reserve(detections.size());
    double right = 0, wrong = 0;
    for (const RankedDetection &detection : detections) {
        right += detection.right;
        wrong += detection.right <= 0;
        curve.precision.push_back(right / (right + wrong));
        curve.recall.push_back(right / objects);
    }
    return curve;
}

double area_under(const VocCurve &curve)
{
    const std::vector<double> best = envelope(curve);
    double area = 0, before = 0;
    for (std::size_t i = 0; i < best.size(); ++i) {
        area += (curve.recall[i] - before) * best[i];
        before = curve.recall[i];
    }
    return area;
}

double eleven_point_mean(const VocCurve &curve)
{
    const std::vector<double> best = envelope(curve);
    double sum = 0;
    for (int i = 0; i <= 10; ++i) {
        const auto at = std::lower_bound(curve.recall.begin(), curve.recall.end(), i / 10.0 - rounding);
        if (at != curve.recall.end()) sum += best[static_cast<std::size_t>(at - curve.recall.begin())];
    }
    return sum / 11;
}

} // namespace tradewind
