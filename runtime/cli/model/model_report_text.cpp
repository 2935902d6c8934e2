// SPDX-License-Identifier: Apache-2.0
// What is known of a model.
#include "cli/model/model_report_text.h"

#include "cli/terminal.h"
#include "detector/labels.h"
#include "output/record_text.h"

#include <cstdio>

namespace tradewind::cli {
namespace {

std::string scaled(double value, double unit, const char *suffix)
{
    char text[48];
    std::snprintf(text, sizeof text, "%.3f %s", value / unit, suffix);
    return text;
}

std::string preprocessing_text(const Model &model)
{
    const auto text = [&](const char *key) { return model.settings.text(std::string("image.") + key); };
    return text("channel_order") + ", x * (" + text("scale") + ") - (" + text("mean") + ")";
}

std::string size_text(ImageSize size) { return std::to_string(size.height) + "x" + std::to_string(size.width); }

// What size a network with sides of any length has depends on the picture.
std::string image_text(const Model &model, ImageSize size, ImageSize picture)
{
    const std::string resize = model.settings.text("image.resize");
    return resize == "fixed" ? resize + ", resized to " + size_text(size)
                             : resize + ", for a picture of " + size_text(picture) + ": " + size_text(size);
}

std::string peak_text(const PredictedMemory &predicted)
{
    const PeakMemory &peak = predicted.peak;
    const auto mega = [](std::size_t bytes) { return scaled(static_cast<double>(bytes), 1e6, "MB"); };
    const MemoryNeed &network = peak.network;
    return mega(predicted.total()) + " to detect in a picture of this size with the cpu target" +
           (predicted.streams > 1 ? " and " + std::to_string(predicted.streams) + " streams: " : ": ") +
           mega(peak.base) + " of program and code, " + mega(network.weights) + " of weights (" +
           mega(network.packing) + " while they are packed), " + (predicted.streams > 1 ? "for each stream " : "") +
           mega(network.activations) + " of activations, " + mega(network.scratch) + " of scratch, " +
           mega(peak.picture) + " of picture, " + mega(peak.running) + " of threads and results";
}

std::string peak_json(const PredictedMemory &predicted)
{
    const PeakMemory &peak = predicted.peak;
    std::string text = "{\"total\":" + std::to_string(predicted.total());
    for (const auto &[key, bytes] :
         {std::pair("streams", predicted.streams), std::pair("base", peak.base),
          std::pair("weights", peak.network.weights), std::pair("packing", peak.network.packing),
          std::pair("activations", peak.network.activations), std::pair("scratch", peak.network.scratch),
          std::pair("picture", peak.picture), std::pair("running", peak.running)})
        text += std::string(",\"") + key + "\":" + std::to_string(bytes);
    return text + "}";
}

// "56 ranges (entropy, 98 pictures), 2 layers kept out; AP 0.2098 in f32, 0.2061 in int8".
std::string int8_text(const Quantisation &quantisation)
{
    const auto fact = [&](const char *key) {
        const auto found = quantisation.made.find(key);
        return found == quantisation.made.end() ? std::string() : found->second;
    };
    std::string text = counted(quantisation.ranges.size(), "range", "ranges") + " (" + fact("method") +
                       (fact("pictures").empty() ? "" : ", pictures: " + fact("pictures")) + ")";
    if (!quantisation.kept.empty()) text += ", " + counted(quantisation.kept.size(), "layer", "layers") + " kept out";
    if (!fact("measure").empty())
        text += "; " + fact("measure") + " " + fact("f32") + " in f32, " + fact("int8") +
                " in int8, on pictures: " + fact("held_out");
    return text;
}

} // namespace

std::string report_text(const Model &model, const ModelReport &report, ImageSize picture,
                        const std::optional<PredictedMemory> &peak)
{
    std::string text = report.name + "\n\n";
    const auto line = [&](const std::string &key, const std::string &value) {
        text += "  " + key + std::string(key.size() < 18 ? 18 - key.size() : 1, ' ') + printable(value) + "\n";
    };
    line("image", image_text(model, report.size, picture));
    line("preprocessing", preprocessing_text(model));
    line("classes", std::to_string(model.settings.integer("model.classes")) + " (" +
                        std::to_string(model.labels.size()) + " named)");
    if (!model.labels.empty()) line("labels", to_list(model.labels));
    line("parameters", std::to_string(report.parameters) + " (" +
                           scaled(static_cast<double>(report.parameter_bytes), 1e6, "MB") + ")");
    const auto giga = [](std::int64_t count) { return scaled(static_cast<double>(count), 1e9, "G"); };
    line("multiply-adds",
         giga(report.multiply_adds) + (report.optimised_multiply_adds == report.multiply_adds
                                           ? ""
                                           : ", after the passes " + giga(report.optimised_multiply_adds)));
    if (!model.quantisation.empty()) line("int8", int8_text(model.quantisation));
    line("activations", scaled(static_cast<double>(report.activation_bytes), 1e6, "MB") + " (planned, with reuse)");
    if (peak) line("peak memory", peak_text(*peak));
    line("nodes",
         std::to_string(report.nodes) + " described, " + std::to_string(report.optimised_nodes) + " after the passes");
    text += "\ntaps\n";
    std::vector<std::vector<std::string>> rows;
    for (const auto &tap : report.taps)
        rows.push_back({tap.name, std::to_string(tap.stride), std::to_string(tap.channels)});
    text += table({"name", "stride", "channels"}, rows, false);
    text += "\nconfig\n" + to_ini(model.settings, model.options, false, false);
    if (!model.metadata.empty()) text += "\nprovenance\n";
    for (const auto &[key, value] : model.metadata) line(key, value);
    return text;
}

std::string report_json(const Model &model, const ModelReport &report, const std::optional<PredictedMemory> &peak)
{
    std::string text =
        "{\"name\":" + json_string(report.name) + ",\"height\":" + std::to_string(report.size.height) +
        ",\"width\":" + std::to_string(report.size.width) + ",\"parameters\":" + std::to_string(report.parameters) +
        ",\"parameter_bytes\":" + std::to_string(report.parameter_bytes) +
        ",\"multiply_adds\":" + std::to_string(report.multiply_adds) +
        ",\"optimised_multiply_adds\":" + std::to_string(report.optimised_multiply_adds) +
        ",\"activation_bytes\":" + std::to_string(report.activation_bytes) +
        (peak ? ",\"peak_memory\":" + peak_json(*peak) : "") + ",\"nodes\":" + std::to_string(report.nodes) +
        ",\"optimised_nodes\":" + std::to_string(report.optimised_nodes) + ",\"taps\":[";
    for (std::size_t i = 0; i < report.taps.size(); ++i)
        text += std::string(i ? "," : "") + "{\"name\":" + json_string(report.taps[i].name) +
                ",\"stride\":" + std::to_string(report.taps[i].stride) +
                ",\"channels\":" + std::to_string(report.taps[i].channels) + "}";
    const auto object = [&](const char *name, const auto &map, auto &&key_of, auto &&value_of) {
        text += std::string("\"") + name + "\":{";
        bool first = true;
        for (const auto &[key, value] : map) {
            text += (first ? "" : ",") + json_string(key_of(key)) + ":" + json_string(value_of(value));
            first = false;
        }
        text += "}";
    };
    const auto same = [](const std::string &value) { return value; };
    text += "],";
    object("options", model.settings.all(), same, [](const Setting &setting) { return setting.value; });
    text += ",";
    object(
        "labels", model.labels, [](int id) { return std::to_string(id); }, same);
    text += ",";
    object("provenance", model.metadata, same, same);
    if (!model.quantisation.empty()) text += ",\"quantisation\":" + to_json(model.quantisation);
    return text + "}\n";
}

} // namespace tradewind::cli
