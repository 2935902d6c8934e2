// SPDX-License-Identifier: Apache-2.0
// A sample: what one target computed for a picture, without the weights, which follow from a formula.
#include "request.h"

#include "detector/golden.h"
#include "tensor/clock.h"

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

nlohmann::json to_json(const GoldenReport &report)
{
    return {{"passed", report.agrees()},
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
    nlohmann::json result = to_json(compare_with_golden(detector, golden, allowance_for(options.precision)));
    result["recorded_on"] = golden.target;
    result["seconds"] = (milliseconds_now() - start) / 1000;
    return result;
}

} // namespace gpu
