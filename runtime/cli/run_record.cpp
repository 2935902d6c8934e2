// SPDX-License-Identifier: Apache-2.0
// Writing run.json.
#include "cli/run_record.h"

#include "host/manifest.h"
#include "output/record_text.h"
#include "weights/checksum.h"
#include "weights/mapped_file.h"
#include "weights/sha256.h"

#include "build_version.h"

#include <algorithm>
#include <sys/resource.h>

namespace tradewind::cli {
namespace {

// Of the names and values of all tensors, wherever they came from.
std::string weights_checksum(const WeightStore &weights)
{
    std::string lines;
    for (const auto &[name, tensor] : weights.tensors) {
        lines += name + " " + checksum({tensor.data(), tensor.bytes()}) + "\n";
        tensor.release_pages();
    }
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
           member("library", plugin.library) + "," + member("sha256", sha256(MappedFile(plugin.library).bytes())) + "}";
}

// Each once, in the order of the models.
std::string plugin_objects(const Ensemble &ensemble)
{
    std::vector<std::string> objects;
    for (const auto &one : ensemble.members())
        for (const Component *plugin : {one->model().extractor, one->model().meta})
            if (plugin)
                if (const auto object = plugin_object(*plugin);
                    std::find(objects.begin(), objects.end(), object) == objects.end())
                    objects.push_back(object);
    std::string text;
    for (const auto &object : objects) text += (text.empty() ? "" : ",") + object;
    return text;
}

std::string model_object(const Model &model, bool with_settings)
{
    return "{" + member("name", model.name()) + "," + member("weights_checksum", weights_checksum(model.weights)) +
           ",\"provenance\":" + provenance_object(model) +
           (with_settings
                ? "," + member("file", model.weights.origin) + ",\"settings\":" + settings_object(model.settings)
                : "") +
           "}";
}

// "seconds" is the wall's; memory in bytes, at its highest.
std::string costs(double seconds)
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto of = [](const timeval &t) {
        return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
    };
    return "\"seconds\":" + number(static_cast<float>(seconds)) +
           ",\n\"cpu_seconds\":" + number(static_cast<float>(of(usage.ru_utime) + of(usage.ru_stime))) +
           ",\n\"peak_memory_bytes\":" + std::to_string(std::int64_t{usage.ru_maxrss} * 1024);
}

} // namespace

RunRecord::RunRecord(const Ensemble &ensemble, const Settings &run, std::size_t streams)
{
    const Detector &first = *ensemble.members().front();
    head_ = "{" + member("schema", "tradewind-run-1") + ",\n" + member("version", TRADEWIND_VERSION) + ",\n" +
            member("commit", TRADEWIND_COMMIT) + ",\n" + member("plugin_abi", host_abi()) + ",\n";
    head_ += "\"plugins\":[" + plugin_objects(ensemble) + "],\n";
    if (ensemble.members().size() == 1) {
        head_ += "\"model\":" + model_object(first.model(), false) + ",\n";
    } else {
        std::string models;
        for (const auto &one : ensemble.members())
            models += (models.empty() ? "" : ",\n") + model_object(one->model(), true);
        head_ += "\"models\":[" + models + "],\n";
    }
    head_ += "\"target\":{" + member("name", first.target().name()) + "," +
             member("description", first.target().description()) + "},\n";
    const DetectorOptions &used = first.options(); // what "auto" and what a target does not take came to
    computed_ = "\"computed\":{" + member("precision", to_string(used.precision)) +
                ",\"batch\":" + std::to_string(used.batch) + ",\"streams\":" + std::to_string(streams);
    settings_ = "\"run\":" + settings_object(run) + ",\n";
    if (ensemble.members().size() == 1) settings_ += "\"settings\":" + settings_object(first.model().settings) + ",\n";
}

std::string RunRecord::text(const RunCounts &counts, const char *end, const std::set<std::string> &algorithms) const
{
    std::string chosen;
    for (const auto &one : algorithms) chosen += (chosen.empty() ? "" : ",") + json_string(one);
    std::string text = head_ + computed_ + ",\"algorithms\":[" + chosen + "]},\n" + settings_ + member("end", end) +
                       ",\n\"inputs\":" + std::to_string(counts.inputs) +
                       ",\n\"failed\":" + std::to_string(counts.failed) +
                       ",\n\"detections\":" + std::to_string(counts.detections) + ",\n" + costs(counts.seconds);
    return text + "}\n";
}

} // namespace tradewind::cli
