// SPDX-License-Identifier: Apache-2.0
// Writing run.json.
#include "cli/run_record.h"

#include "output/record_text.h"
#include "weights/checksum.h"

#include <tradewind/plugin.h>

namespace tradewind::cli {
namespace {

// Of the names and values of all tensors, wherever they came from.
std::string weights_checksum(const WeightStore &weights)
{
    std::string lines;
    for (const auto &[name, tensor] : weights.tensors)
        lines += name + " " + checksum({reinterpret_cast<const std::byte *>(tensor.data()), tensor.bytes()}) + "\n";
    return checksum(std::as_bytes(std::span(lines)));
}

std::string member(const std::string &name, const std::string &value)
{
    return json_string(name) + ":" + json_string(value);
}

std::string settings_object(const Settings &settings)
{
    std::string text;
    for (const auto &[name, setting] : settings.all()) text += (text.empty() ? "" : ",") + member(name, setting.value);
    return "{" + text + "}";
}

std::string provenance_object(const Model &model)
{
    std::string text;
    for (const auto &[name, value] : model.metadata) text += (text.empty() ? "" : ",") + member(name, value);
    return "{" + text + "}";
}

std::string plugin_object(const Component &plugin)
{
    return "{" + member("id", plugin.id) + "," + member("version", plugin.version) + "," +
           member("library", plugin.library) + "}";
}

} // namespace

std::string run_record(const Detector &detector, const Settings &run, const RunCounts &counts)
{
    const Model &model = detector.model();
    const std::string abi = std::to_string(TW_ABI_MAJOR) + "." + std::to_string(TW_ABI_MINOR);
    std::string text = "{" + member("schema", "tradewind-run-1") + ",\n" + member("version", TRADEWIND_VERSION) +
                       ",\n" + member("plugin_abi", abi) + ",\n";
    text += "\"plugins\":[" + plugin_object(*model.extractor) + (model.meta ? "," + plugin_object(*model.meta) : "") +
            "],\n";
    text += "\"model\":{" + member("name", model.name()) + "," +
            member("weights_checksum", weights_checksum(model.weights)) +
            ",\"provenance\":" + provenance_object(model) + "},\n";
    text += "\"target\":{" + member("name", detector.target().name()) + "," +
            member("description", detector.target().description()) + "},\n";
    text += "\"run\":" + settings_object(run) + ",\n\"settings\":" + settings_object(model.settings) + ",\n";
    text += "\"inputs\":" + std::to_string(counts.inputs) + ",\n\"failed\":" + std::to_string(counts.failed) +
            ",\n\"detections\":" + std::to_string(counts.detections) +
            ",\n\"seconds\":" + number(static_cast<float>(counts.seconds));
    return text + "}\n";
}

} // namespace tradewind::cli
