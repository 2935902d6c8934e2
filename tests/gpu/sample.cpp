// SPDX-License-Identifier: Apache-2.0
// A sample: what one target computed for a picture, without the weights, which follow from a formula.
#include "request.h"

#include "detector/golden.h"
#include "tensor/clock.h"

#include <algorithm>

using namespace tradewind;

namespace gpu {
namespace {

nlohmann::json to_json(const std::optional<GoldenDifference> &difference)
{
    if (!difference) return nullptr;
    return {{"value", difference->name},
            {"op", difference->op},
            {"where", difference->where},
            {"off", difference->difference},
            {"allowed", difference->allowed}};
}

// The part of detections that may be others. Where a proposal touches the border of the picture, the last bit of it
// decides whether samples of a region are inside, and all that follows with them; values inside the network, computed
// from recorded proposals, tell errors from that. With less than float32 what is chosen is only counted.
double allowed_lost(const Model &model, Precision precision)
{
    if (precision != Precision::f32) return 1;
    return model.settings.find("meta.proposals") ? 0.4 : 0;
}

nlohmann::json to_json(const GoldenReport &report, double allowed_lost)
{
    const auto others = static_cast<double>(std::max(report.lost, report.surplus));
    return {{"passed", report.differing == 0 && others <= allowed_lost * static_cast<double>(report.detections)},
            {"allowed_lost", allowed_lost},
            {"values", report.values},
            {"differing", report.differing},
            {"left_out", report.left_out},
            {"detections", report.detections},
            {"lost", report.lost},
            {"surplus", report.surplus},
            {"first", to_json(report.first)},
            {"nearest_to_allowed", to_json(report.largest)}};
}

} // namespace

nlohmann::json record(const Request &request)
{
    Model model = request.model();
    Bundle sample;
    sample.settings = model.settings;
    const Picture picture = request.picture();
    Detector detector(std::move(model), request.target(), request.options());
    const Golden golden = record_golden(detector, picture, "picture:" + request.text("picture", "480x640"));
    sample.golden = to_section(golden);
    write_bundle(sample, request.text("sample"), true);
    return {{"passed", !golden.values.empty()},
            {"target", golden.target},
            {"values", golden.values.size()},
            {"detections", golden.detections.size()}};
}

nlohmann::json compare(const Request &request)
{
    const std::string path = request.text("sample");
    const Golden golden = from_section(read_bundle(path).golden, path);
    const DetectorOptions options = request.options();
    auto target = request.target();
    if (const auto why = target->refuses(options.precision, options.batch); !why.empty()) return {{"skipped", why}};
    const double start = milliseconds_now();
    Detector detector(request.model(), std::move(target), options);
    const GoldenReport report = compare_with_golden(detector, golden, allowance_for(options.precision));
    nlohmann::json result = to_json(report, allowed_lost(detector.model(), options.precision));
    result["recorded_on"] = golden.target;
    result["seconds"] = (milliseconds_now() - start) / 1000;
    return result;
}

} // namespace gpu
