// SPDX-License-Identifier: Apache-2.0
// Published detectors.
#include "cli/published.h"

#include "cli/folders.h"
#include "detector/label_map.h"
#include "tensor/error.h"
#include "weights/importers/import.h"

#include <algorithm>
#include <filesystem>
#include <fnmatch.h>
#include <fstream>

namespace tradewind::cli {
namespace {

namespace fs = std::filesystem;

bool declared(const std::string &name, const std::vector<const Component *> &components)
{
    const auto is = [&](const Option &option) { return option.section + "." + option.key == name; };
    const auto has = [&](const OptionTable &table) { return std::any_of(table.begin(), table.end(), is); };
    return has(host_options()) ||
           std::any_of(components.begin(), components.end(), [&](const Component *c) { return has(c->options); });
}

// Components need no setting for what is usual; for anything else they do.
Settings declared_settings(Registry &registry, const PipelineSettings &pipeline)
{
    const Component &extractor = registry.extractor(pipeline.settings.text("model.extractor")),
                    &meta = registry.meta_architecture(pipeline.settings.text("model.meta"));
    Settings kept;
    for (const auto &[name, setting] : pipeline.settings.all()) {
        const bool known = declared(name, {&extractor, &meta});
        if (!known && !pipeline.usual.count(name))
            throw Error(ErrorCode::refused,
                        "this asks for " + name + " = " + setting.value + ", which " + meta.name + " with " +
                            extractor.name + " does not have",
                        setting.origin);
        if (known) kept.set(name, setting.value, setting.origin);
    }
    return kept;
}

using Names = std::vector<std::string>;

Names names_in(const std::string &folder)
{
    Names names;
    std::error_code error;
    for (fs::directory_iterator item(folder, error), end; !error && item != end; item.increment(error)) {
        std::error_code ignored;
        if (item->is_regular_file(ignored)) names.push_back(item->path().filename().string());
    }
    if (error) throw Error(ErrorCode::refused, "the folder cannot be read: " + error.message(), folder);
    std::sort(names.begin(), names.end());
    return names;
}

Names ending_with(const Names &names, const std::string &ending)
{
    Names found;
    std::copy_if(names.begin(), names.end(), std::back_inserter(found),
                 [&](const std::string &name) { return name.ends_with(ending); });
    return found;
}

// The only one of a kind, or the one called so.
std::string one_of(const Names &names, const std::string &usual, const std::string &what, const std::string &folder)
{
    if (names.empty()) return "";
    if (names.size() == 1 || std::find(names.begin(), names.end(), usual) != names.end())
        return folder + "/" + (names.size() == 1 ? names[0] : usual);
    throw Error(ErrorCode::refused,
                "there are " + std::to_string(names.size()) + " " + what + " in this folder (" + names[0] + ", " +
                    names[1] + (names.size() > 2 ? ", ..." : "") + "): name one of them",
                folder);
}

bool has_data(const Names &names, const std::string &index)
{
    const std::string prefix = fs::path(index).stem().string() + ".data-";
    return std::any_of(names.begin(), names.end(),
                       [&](const auto &name) { return name.starts_with(prefix) && !name.ends_with(".txt"); });
}

std::string weights_in(const Names &names, const std::string &folder, bool only_shapes)
{
    const std::string index = one_of(ending_with(names, ".index"), "model.ckpt.index", "checkpoints", folder),
                      older = one_of(ending_with(names, ".ckpt"), "model.ckpt", "checkpoints", folder),
                      graph = one_of(ending_with(names, ".pb"), "frozen_inference_graph.pb", "graphs", folder),
                      lite = one_of(ending_with(names, ".tflite"), "detect.tflite", "TFLite files", folder);
    if (!index.empty() && (only_shapes || graph.empty() || has_data(names, index))) return index;
    for (const std::string &path : {older, graph, lite})
        if (!path.empty()) return path;
    throw Error(ErrorCode::refused,
                "there are no weights in this folder: a checkpoint (.index with its .data files, or .ckpt), a frozen "
                "graph (.pb) or a TFLite file",
                folder);
}

// Graphs are written with the same ending.
bool begins_as_label_map(const std::string &path)
{
    std::string head(std::size_t{1} << 16, '\0');
    std::ifstream stream(path, std::ios::binary);
    stream.read(head.data(), static_cast<std::streamsize>(head.size()));
    head.resize(static_cast<std::size_t>(stream.gcount()));
    return is_label_map("", head);
}

Names label_maps(const Names &names, const std::string &folder)
{
    if (const Names usual = ending_with(names, "label_map.pbtxt"); !usual.empty()) return usual;
    Names others = ending_with(names, ".pbtxt");
    std::erase_if(others, [&](const auto &name) { return !begins_as_label_map(folder + "/" + name); });
    return others;
}

void find_labels(const Names &names, const std::string &folder, ModelFolder &found)
{
    const Names maps = label_maps(names, folder), texts = ending_with(names, ".pbtxt");
    const std::string usual = "label_map.pbtxt";
    if (maps.size() == 1 || std::count(maps.begin(), maps.end(), usual))
        found.labels = folder + "/" + (maps.size() == 1 ? maps[0] : usual);
    else if (!maps.empty())
        found.without_labels = "there are " + std::to_string(maps.size()) + " (" + maps[0] + ", " + maps[1] +
                               (maps.size() > 2 ? ", ..." : "") + "): name one with --labels";
    else if (!texts.empty())
        found.without_labels = texts[0] + (texts.size() > 1 ? " and other .pbtxt files do" : " does") +
                               " not begin with an item { ... }: name one with --labels";
}

} // namespace

Settings published_data(const std::string &name)
{
    Settings all;
    const auto folders = config_folders();
    for (auto folder = folders.rbegin(); folder != folders.rend(); ++folder) {
        const std::string path = *folder + "/published/" + name;
        std::error_code ignored;
        if (fs::is_regular_file(path, ignored)) all.merge(read_ini(path));
    }
    return all;
}

bool is_pipeline(const std::string &path) { return path.ends_with(".config"); }

PipelineSettings pipeline_settings(Registry &registry, const std::string &path)
{
    const PipelineFormat format{published_data("fields.ini"), published_data("extractors.ini")};
    PipelineSettings pipeline = read_pipeline_config(path, format);
    try {
        pipeline.settings = declared_settings(registry, pipeline);
    } catch (const Error &error) { // what is not there, the file asks for, not the user
        const bool in_file = error.context().starts_with(path);
        throw in_file ? error : Error(ErrorCode::refused, error.message(), error.context()).within(path);
    }
    return pipeline;
}

ModelFolder look_into(const std::string &folder, bool only_shapes)
{
    const Names names = names_in(folder);
    ModelFolder found;
    found.weights = weights_in(names, folder, only_shapes);
    found.pipeline = one_of(ending_with(names, ".config"), "pipeline.config", "pipelines", folder);
    find_labels(names, folder, found);
    const Settings releases = published_data("releases.ini");
    std::error_code ignored;
    const std::string name = fs::weakly_canonical(folder, ignored).filename().string();
    for (const auto &[key, setting] : releases.all()) {
        const auto second = key.rfind('.', key.rfind('.') - 1);
        if (second != std::string::npos && !fnmatch(key.substr(0, second).c_str(), name.c_str(), 0))
            found.release.set(key.substr(second + 1), setting.value, setting.origin);
    }
    return found;
}

} // namespace tradewind::cli
