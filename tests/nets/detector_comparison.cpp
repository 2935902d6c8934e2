// SPDX-License-Identifier: Apache-2.0
// Stages of detectors against golden runs.
#include "detector_comparison.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace tradewind;
using json = nlohmann::json;

namespace golden {
namespace {

constexpr double nothing_to_compare = std::numeric_limits<double>::infinity();

// What goldens/two_stage.md allows: maps 2e-4 of a deviation, predictions 1e-4 of one, boxes and scores absolute.
struct Rule {
    const char *stage;
    double tolerance;
    bool relative, selected; // selected: rows in the order in which the first stage selected them
};
const Rule rules[] = {
    {"resized_image", 0, false, false},           {"preprocessed", 0, false, false},
    {"rpn_features", 2e-4, true, false},          {"rpn_conv", 2e-4, true, false},
    {"rpn_box_encodings", 1e-4, true, false},     {"rpn_objectness", 1e-4, true, false},
    {"anchors_unclipped", 1e-4, false, false},    {"anchors", 1e-4, false, false},
    {"proposals_normalized", 1e-5, false, true},  {"proposals_absolute", 1e-2, false, false},
    {"proposal_scores", 2e-5, false, true},       {"crops", 2e-4, true, false},
    {"crops_pooled", 2e-4, true, false},          {"second_stage_features", 2e-4, true, false},
    {"pooled_features", 2e-4, true, false},       {"reduce_depth", 2e-4, true, false},
    {"class_predictions_map", 2e-4, true, false}, {"refined_locations_map", 2e-4, true, false},
    {"refined_box_encodings", 1e-4, true, false}, {"class_logits", 1e-4, true, false},
};

class Comparison {
public:
    Comparison(const std::map<std::string, Tensor> &expected, const json &description,
               const std::map<std::string, Tensor> &found)
        : expected_(expected), description_(description), found_(found)
    {
        const auto proposals = found.find("proposals_normalized");
        if (proposals != found.end()) rows_ = rows_of_proposals(expected.at("proposals_normalized"), proposals->second);
    }

    // Whole where it is stored whole, then the rows that are, else the samples.
    double difference(const Rule &rule) const
    {
        const auto got = found_.find(rule.stage);
        if (got == found_.end()) return nothing_to_compare;
        const std::string name = rule.stage;
        double largest = -1;
        if (const auto whole = expected_.find(name); whole != expected_.end())
            largest = largest_difference(whole->second, rule.selected ? ordered(got->second) : got->second);
        if (const auto some = expected_.find(name + ".some"); some != expected_.end())
            largest = std::max(largest, largest_difference(some->second, chosen(got->second)));
        if (const auto samples = expected_.find(name + ".samples"); samples != expected_.end())
            largest = std::max(largest, sample_difference({samples->second.floats(),
                                                           samples->second.floats() + samples->second.count()},
                                                          got->second));
        return largest < 0 ? nothing_to_compare : largest;
    }

    // The layers of both stages, by their eight samples.
    double layers(std::size_t &count) const
    {
        double worst = 0;
        for (const auto &[name, layer] : description_.at("layers").items()) {
            const std::string half = "/separable_conv2d";
            const auto got =
                found_.find(name.ends_with(half) ? name.substr(0, name.size() - half.size()) + "/depthwise" : name);
            if (got == found_.end()) return nothing_to_compare;
            const double apart = sample_difference(layer.at("samples").get<std::vector<double>>(), got->second);
            worst = std::max(worst, apart / layer.at("std").get<double>());
            ++count;
        }
        return worst;
    }

    double deviation(const std::string &stage) const { return description_.at("stats").at(stage).at("std"); }

private:
    Tensor ordered(const Tensor &tensor) const
    {
        Tensor result(tensor.shape());
        const auto width = static_cast<std::size_t>(tensor.count()) / rows_.size();
        for (std::size_t row = 0; row < rows_.size(); ++row)
            std::copy_n(tensor.floats() + static_cast<std::size_t>(rows_[row]) * width, width,
                        result.floats() + row * width);
        return result;
    }

    Tensor chosen(const Tensor &tensor) const
    {
        const Tensor &some = expected_.at("some_proposals");
        Shape shape = tensor.shape();
        const auto width = static_cast<std::size_t>(tensor.count() / shape[0]);
        shape[0] = some.count();
        Tensor result(shape);
        for (std::size_t i = 0; i < static_cast<std::size_t>(some.count()); ++i) {
            const auto row = static_cast<std::size_t>(reinterpret_cast<const std::int32_t *>(some.data())[i]);
            std::copy_n(tensor.floats() + row * width, width, result.floats() + i * width);
        }
        return result;
    }

    static double sample_difference(const std::vector<double> &samples, const Tensor &got)
    {
        const double apart = largest_sample_difference(got, samples);
        return std::isnan(apart) ? nothing_to_compare : apart;
    }

    const std::map<std::string, Tensor> &expected_;
    const json &description_;
    const std::map<std::string, Tensor> &found_;
    std::vector<std::int64_t> rows_;
};

// Detections of random weights lie close together, so they are compared as a set; how far apart the worst pair is.
StageDifference detections(const Detections &expected, const Detections &found)
{
    for (const double tolerance : {1e-6, 1e-5, 1e-4, 1e-3})
        if (disagreement(expected, found, 0.0f, tolerance > 1e-5 ? 0.98f : 0.9999f, static_cast<float>(tolerance))
                .empty())
            return {"detections", tolerance, 1e-5};
    return {"detections", nothing_to_compare, 1e-5};
}

bool stored(const std::map<std::string, Tensor> &expected, const std::string &stage)
{
    return expected.count(stage) || expected.count(stage + ".samples") || expected.count(stage + ".some");
}

Tensor plus_one(const Tensor &classes)
{
    Tensor result(classes.shape());
    for (std::int64_t i = 0; i < classes.count(); ++i) result.floats()[i] = classes.floats()[i] + 1;
    return result;
}

double standard_deviation(const Tensor &tensor) { return statistics(tensor).deviation; }

} // namespace

std::vector<std::int64_t> rows_of_proposals(const Tensor &expected, const Tensor &found)
{
    const std::int64_t count = expected.shape()[0];
    std::vector<std::int64_t> rows(static_cast<std::size_t>(count));
    const auto apart = [&](std::int64_t a, std::int64_t b) {
        float largest = 0;
        for (int i = 0; i < 4; ++i)
            largest = std::max(largest, std::abs(expected.floats()[4 * a + i] - found.floats()[4 * b + i]));
        return largest;
    };
    for (std::int64_t row = 0; row < count; ++row) {
        std::int64_t best = std::min(row, found.shape()[0] - 1);
        for (std::int64_t other = 0; other < found.shape()[0]; ++other)
            if (apart(row, other) < apart(row, best)) best = other;
        rows[static_cast<std::size_t>(row)] = best;
    }
    return rows;
}

StageDifference end_to_end(const std::map<std::string, Tensor> &expected, const std::map<std::string, Tensor> &found)
{
    const Tensor &boxes = expected.at("proposals_normalized"), &ours = found.at("proposals_normalized");
    const auto rows = rows_of_proposals(boxes, ours);
    const auto on_border = [&](std::size_t row) {
        const float *box = boxes.floats() + 4 * row, *other = ours.floats() + 4 * rows[row];
        return (box[2] >= 1 - 0x1p-22f || box[3] >= 1 - 0x1p-22f) && !std::equal(box, box + 4, other);
    };
    const auto *proposals = reinterpret_cast<const std::int32_t *>(expected.at("detection_proposal_index").data());
    const Detections theirs{expected.at("detection_boxes"), expected.at("detection_scores"),
                            plus_one(expected.at("detection_classes"))};
    const Detections here{found.at("detection_boxes"), found.at("detection_scores"), found.at("detection_classes")};
    std::size_t missing = 0, left_out = 0;
    for (const std::int64_t i : unmatched_rows(theirs, here, 0.98f, 1e-3f)) {
        const bool excused = on_border(static_cast<std::size_t>(proposals[i]));
        left_out += excused;
        missing += !excused;
    }
    return {"end to end" + (left_out ? ", " + std::to_string(left_out) + " on the border left out" : std::string()),
            static_cast<double>(missing), 0};
}

std::vector<StageDifference> two_stage_differences(const std::map<std::string, Tensor> &expected,
                                                   const json &description, const std::map<std::string, Tensor> &found)
{
    const Comparison comparison(expected, description, found);
    std::vector<StageDifference> differences;
    for (const Rule &rule : rules) {
        if (!stored(expected, rule.stage)) continue;
        const double scale = rule.relative ? comparison.deviation(rule.stage) : 1;
        differences.push_back({rule.stage, comparison.difference(rule) / scale, rule.tolerance, rule.relative});
    }
    std::size_t count = 0;
    const double worst = comparison.layers(count);
    differences.push_back({std::to_string(count) + " layers", worst, 2e-4, true});
    differences.push_back(detections(
        {expected.at("detection_boxes"), expected.at("detection_scores"), plus_one(expected.at("detection_classes"))},
        {found.at("detection_boxes"), found.at("detection_scores"), found.at("detection_classes")}));
    return differences;
}

std::vector<StageDifference> single_stage_differences(const std::map<std::string, Tensor> &expected,
                                                      const std::string &prefix,
                                                      const std::map<std::string, Tensor> &found)
{
    const auto at = [&](const std::string &name) -> const Tensor & { return expected.at(prefix + name); };
    std::vector<StageDifference> differences;
    differences.push_back({"anchors", largest_difference(expected.at("anchors"), found.at("anchors")), 2e-7});
    const auto compare = [&](const char *stage, const Tensor &here) {
        differences.push_back({stage, largest_difference(at(stage), here) / standard_deviation(at(stage)), 1e-4, true});
    };
    compare("box_encodings", found.at("box_encodings"));
    if (expected.count(prefix + "class_logits")) {
        compare("class_logits", found.at("class_logits"));
    } else { // large runs keep the largest logit of each anchor, and its class
        const Largest largest = largest_of(found.at("class_logits"));
        compare("max_logit", largest.logits);
        differences.push_back({"argmax_class", largest_difference(largest.classes, floats_of(at("argmax_class"))), 0});
    }
    differences.push_back({"decoded_boxes", largest_difference(at("decoded_boxes"), found.at("decoded_boxes")), 1e-5});
    differences.push_back(
        detections({at("detection_boxes"), at("detection_scores"), at("detection_classes")},
                   {found.at("detection_boxes"), found.at("detection_scores"), found.at("detection_classes")}));
    return differences;
}

} // namespace golden
