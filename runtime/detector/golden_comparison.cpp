// SPDX-License-Identifier: Apache-2.0
// Comparing: what is allowed, and which number is off.
#include "detector/golden.h"

#include "detector/golden_samples.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace tradewind {
namespace {

std::string shown(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.9g", value);
    return text;
}

double allowed_for(const NamedPlace &place, const GoldenValue &golden, const GoldenAllowance &allowance)
{
    const double largest = std::max(std::abs(double{golden.least}), std::abs(double{golden.most}));
    if (place.op == "decode_boxes" || place.op == "multiple_grid_anchors" || place.selection == Selection::here)
        return allowance.boxes * std::max(1.0, largest);
    if (place.op == "sigmoid" || place.op == "softmax" || place.op == "convert_scores") return allowance.scores;
    const double part = place.shape.size() <= 2 ? allowance.predictions : allowance.maps;
    return std::max(part * golden.deviation, allowance.resolution * largest);
}

// "2, 17, 5" of row-major element `at`.
std::string coordinates(std::int64_t at, const Shape &shape)
{
    std::string text;
    for (std::size_t axis = shape.size(); axis-- > 0;) {
        text = std::to_string(at % shape[axis]) + (text.empty() ? "" : ", ") + text;
        at /= shape[axis];
    }
    return text;
}

// The number that is furthest off; a difference that is no number is beyond all.
struct Furthest {
    GoldenDifference found;

    void take(const std::string &what, double is, double was)
    {
        const double off = is == was ? 0 : std::abs(is - was);
        if (!(off <= found.difference) || found.where.empty()) {
            found.difference = off == off ? off : HUGE_VAL;
            found.where = what + " is " + shown(is) + ", was " + shown(was);
        }
    }
};

bool within(const GoldenDifference &difference) { return difference.difference <= difference.allowed; }

GoldenDifference difference_of(const NamedPlace &place, const Tensor &value, const GoldenValue &golden,
                               const GoldenAllowance &allowance)
{
    Furthest furthest{{place.name, place.node, place.op, "", 0, allowed_for(place, golden, allowance)}};
    if (value.shape() != golden.shape || value.type() != ElementType::f32) {
        furthest.found.where = "its shape is " + to_string(value.shape()) + ", was " + to_string(golden.shape);
        furthest.found.difference = HUGE_VAL;
        return furthest.found;
    }
    const GoldenValue now = facts_of(place.name, value, golden.samples.size());
    for (std::size_t k = 0; k < now.samples.size(); ++k)
        furthest.take("element " + coordinates(sample_index(k, now.samples.size(), value.count()), value.shape()),
                      now.samples[k], golden.samples[k]);
    furthest.take("the mean", now.mean, golden.mean);
    furthest.take("the standard deviation", now.deviation, golden.deviation);
    furthest.take("the least element", now.least, golden.least);
    furthest.take("the largest element", now.most, golden.most);
    return furthest.found;
}

// One more of what `count` counts, where it is beyond what is allowed.
void note(GoldenReport &report, const GoldenDifference &difference, std::size_t &count)
{
    const auto part = [](const GoldenDifference &d) { return d.allowed > 0 ? d.difference / d.allowed : d.difference; };
    if (!report.largest || part(difference) > part(*report.largest)) report.largest = difference;
    if (within(difference)) return;
    ++count;
    if (!report.first) report.first = difference;
}

// Values that a suppression chose and that were recorded whole: what follows is compared on these rows, so that near
// ties, and crops that end a hair's breadth inside or outside of a map, are no differences.
std::map<std::string, Tensor> recorded_selections(const Golden &golden, const std::map<std::string, NamedPlace> &places)
{
    std::map<std::string, Tensor> given;
    for (const auto &value : golden.values) {
        const auto place = places.find(value.name);
        if (place == places.end() || place->second.selection != Selection::here || place->second.shape != value.shape ||
            static_cast<std::int64_t>(value.samples.size()) != element_count(value.shape))
            continue;
        Tensor tensor(value.shape);
        std::copy(value.samples.begin(), value.samples.end(), tensor.floats());
        given[value.name] = std::move(tensor);
    }
    return given;
}

void compare_values(Detector &detector, const Golden &golden, const GoldenAllowance &allowance, GoldenReport &report)
{
    std::map<std::string, NamedPlace> places;
    for (auto &place : detector.execution_order({golden.picture.height, golden.picture.width}))
        places[place.name] = place;
    const auto given = recorded_selections(golden, places);
    const auto values = detector.trace(golden.picture, {}, given);
    for (const auto &was : golden.values) {
        const auto place = places.find(was.name);
        if (place == places.end()) {
            ++report.values;
            note(report, {was.name, "", "", "the network has no such value any more", HUGE_VAL, 0}, report.differing);
            continue;
        }
        const auto difference = difference_of(place->second, values.at(was.name), was, allowance);
        const bool reordered = given.count(was.name) && !within(difference);
        ++(reordered ? report.left_out : report.values);
        if (!reordered) note(report, difference, report.differing);
    }
}

// How far apart, as parts of the picture and as scores; of other classes: not comparable.
double distance(const Detection &a, const Detection &b, const Picture &picture)
{
    if (a.class_id != b.class_id) return HUGE_VAL;
    const double h = static_cast<double>(picture.height), w = static_cast<double>(picture.width);
    return std::max({std::abs(a.box.ymin - b.box.ymin) / h, std::abs(a.box.xmin - b.box.xmin) / w,
                     std::abs(a.box.ymax - b.box.ymax) / h, std::abs(a.box.xmax - b.box.xmax) / w,
                     std::abs(double{a.score} - double{b.score})});
}

// Up to this score, which detections there are is a matter of the last digits: at the threshold and, where the total
// is used up, at the last one.
double edge_of(const std::vector<Detection> &detections, const Settings &settings, double of_scores)
{
    const bool has_threshold = settings.find("meta.score_threshold"), has_total = settings.find("meta.max_total");
    double edge = has_threshold ? settings.real("meta.score_threshold") : 0;
    if (has_total && !detections.empty() &&
        detections.size() >= static_cast<std::size_t>(settings.integer("meta.max_total")))
        edge = std::max(edge, double{std::min_element(detections.begin(), detections.end(), [](auto &a, auto &b) {
                                         return a.score < b.score;
                                     })->score});
    return edge + 2 * of_scores;
}

std::string shown(const Detection &detection)
{
    return detection.label + " with score " + shown(detection.score) + " at y " + shown(detection.box.ymin) + " to " +
           shown(detection.box.ymax) + ", x " + shown(detection.box.xmin) + " to " + shown(detection.box.xmax);
}

// The detections of `from` that `to` lacks, each of `to` matched once.
void compare_detections(const std::vector<Detection> &from, std::vector<Detection> to, const Picture &picture,
                        double edge, double of_scores, const char *what, GoldenReport &report, std::size_t &count)
{
    for (const auto &detection : from) {
        const auto nearest = std::min_element(to.begin(), to.end(), [&](auto &a, auto &b) {
            return distance(a, detection, picture) < distance(b, detection, picture);
        });
        const double off = nearest == to.end() ? HUGE_VAL : distance(*nearest, detection, picture);
        if (off > of_scores && detection.score <= edge) continue;
        if (report.detections_decide)
            note(report, {"detections", "", "", std::string(what) + ": " + shown(detection), off, of_scores}, count);
        else
            count += off > of_scores;
        if (off <= of_scores) to.erase(nearest);
    }
}

} // namespace

GoldenAllowance allowance_for(Precision precision)
{
    if (precision == Precision::f32) return {};
    const double of_rounding = precision == Precision::bf16 ? 0x1p-8 : 0x1p-11;
    return {64 * of_rounding, 64 * of_rounding, 16 * of_rounding, 16 * of_rounding, 8 * of_rounding, false};
}

GoldenReport compare_with_golden(Detector &detector, const Golden &golden, const GoldenAllowance &allowance)
{
    GoldenReport report;
    report.detections_decide = allowance.detections;
    compare_values(detector, golden, allowance, report);
    if (!detector.model().meta) return report;
    const auto found = detector.detect(golden.picture);
    report.detections = golden.detections.size();
    const Settings &settings = detector.model().settings;
    const double apart = allowance.scores;
    compare_detections(golden.detections, found, golden.picture, edge_of(golden.detections, settings, apart), apart,
                       "not found", report, report.lost);
    compare_detections(found, golden.detections, golden.picture, edge_of(found, settings, apart), apart,
                       "found, but not recorded", report, report.surplus);
    return report;
}

} // namespace tradewind
