// SPDX-License-Identifier: Apache-2.0
// Choosing a model.
#include "cli/model_choice.h"

#include "cli/folders.h"
#include "cli/published.h"
#include "cli/run_settings.h"
#include "cli/signals.h"
#include "tensor/error.h"
#include "tensor/near_names.h"
#include "weights/importers/import.h"
#include "weights/mapped_file.h"
#include "weights/seeded.h"

#include <filesystem>

extern "C" {
extern const unsigned char tradewind_default_model[];
extern const std::size_t tradewind_default_model_size;
}

namespace tradewind::cli {
namespace {

Bundle embedded()
{
    return read_bundle(std::as_bytes(std::span(tradewind_default_model, tradewind_default_model_size)),
                       "the embedded model");
}

[[noreturn]] void refuse_folder(const std::string &path)
{
    throw Error(ErrorCode::refused,
                "this is a folder: make a bundle of what is in it with 'tradewind model convert " + path +
                    " -o OUT.safetensors'",
                path);
}

void refuse_configs(const std::string &path)
{
    std::error_code ignored;
    const bool exists = std::filesystem::exists(path, ignored);
    if (exists ? path.ends_with(".ini") || is_pipeline(path) : !shipped_config(path).empty())
        throw Error(ErrorCode::usage, "that is a config, which has no weights: use --config " + path, path);
}

// What is no bundle is named for what it is.
Bundle bundle_in(const std::string &path)
{
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) refuse_folder(path);
    const WeightFormat format = probe(MappedFile(path).bytes(), path);
    if (format == WeightFormat::safetensors) return read_bundle(path);
    throw Error(ErrorCode::refused,
                std::string("this is a file of format ") + to_string(format) +
                    ", not a bundle: make one with 'tradewind model convert " + path + " -o OUT.safetensors'",
                path);
}

// Unless the user changes it, a network that cannot be described is the file's fault, not the user's.
Model model_in(Registry &registry, const std::string &path, const Settings &overrides)
try {
    Model model = make_model(registry, bundle_in(path), overrides);
    describe(model, resized_size(model, {480, 640}));
    return model;
} catch (const Error &error) {
    const bool of_file =
        error.code() == ErrorCode::usage && only_thresholds(overrides) && !error.context().starts_with("--");
    throw of_file ? Error(ErrorCode::refused, error.message(), error.context()).within(path) : error;
}

void take_weights(Model &model, Bundle bundle)
{
    model.weights = std::move(bundle.weights);
    model.quantisation = std::move(bundle.quantisation);
    model.metadata.merge(bundle.metadata);
    if (model.labels.empty()) model.labels = std::move(bundle.labels);
}

} // namespace

std::vector<Flag> model_flags()
{
    return {{"model", "FILE", "m"},
            {"config", "FILE"},
            {"weights", "FILE"},
            {"meta", "NAME"},
            {"extractor", "NAME"},
            {"set", "SECTION.KEY=VALUE", "", {}, true},
            {"plugin-dir", "DIR", "", {}, true}};
}

void check_model_flags(const Flags &flags)
{
    for (const char *name : {"model", "config", "weights", "meta", "extractor"})
        if (const auto value = flags.value(name); value && value->empty())
            throw Error(ErrorCode::usage, "--" + std::string(name) + " is empty");
    const bool by_config = flags.has("config"), by_name = flags.has("extractor") || flags.has("meta");
    if (flags.has("model") && (by_config || by_name || flags.has("weights")))
        throw Error(ErrorCode::usage, "--model names a bundle with its own config: it goes with neither --config, "
                                      "--weights, --meta nor --extractor; use --set to change it");
    if (by_config && by_name)
        throw Error(ErrorCode::usage, "--config and --meta/--extractor both name the network: give one of them");
    if (flags.has("meta") && !flags.has("extractor"))
        throw Error(ErrorCode::usage, "--meta needs a feature extractor: give --extractor too");
    if (flags.has("weights") && !by_config && !by_name)
        throw Error(ErrorCode::usage, "--weights needs a network: give --config, or --meta and --extractor");
}

Settings read_model_config(Registry &registry, const std::string &path)
{
    if (is_pipeline(path)) return pipeline_settings(registry, path).settings;
    Settings settings;
    const Settings all = read_ini(config_path(path));
    for (const auto &[name, setting] : all.all())
        if (!name.starts_with("run.")) settings.set(name, setting.value, setting.origin);
    return settings;
}

Settings config_settings(Registry &registry, const Flags &flags)
{
    Settings settings;
    if (const auto config = flags.value("config")) settings = read_model_config(registry, *config);
    if (const auto meta = flags.value("meta")) settings.set("model.meta", *meta, "--meta");
    if (const auto extractor = flags.value("extractor")) settings.set("model.extractor", *extractor, "--extractor");
    return settings;
}

void load_weights(Model &model, const Flags &flags)
{
    const std::string weights = flags.value("weights").value_or("");
    if (weights.empty()) return;
    if (weights == "seeded" || weights.starts_with("seeded:")) {
        const std::string prefix = weights.size() > 7 ? weights.substr(7) : "";
        model.weights = seeded_weights(describe(model, resized_size(model, {300, 300})), prefix);
        model.metadata["source"] = weights;
        return;
    }
    std::error_code ignored;
    if (std::filesystem::is_directory(weights, ignored)) refuse_folder(weights);
    if (std::filesystem::exists(weights, ignored) ||
        near_names(weights.substr(0, weights.find(':')), {"seeded"}).empty())
        return take_weights(model, import_weights(weights));
    throw Error(ErrorCode::refused, "there is no such file (did you mean seeded?)", weights);
}

Model choose_model(Registry &registry, const Flags &flags, const Settings &overrides)
{
    if (const auto file = flags.value("model")) {
        refuse_configs(*file);
        return model_in(registry, *file, overrides);
    }
    if (!flags.has("config") && !flags.has("extractor")) return make_model(registry, embedded(), overrides);
    Settings settings = config_settings(registry, flags);
    settings.merge(overrides);
    return make_model(registry, settings);
}

void require_weights(const Model &model)
{
    if (model.weights.tensors.empty())
        throw Error(
            ErrorCode::usage,
            "this network has no weights: give --weights FILE, or --weights seeded to try it without trained ones");
}

std::string output_file(const Flags &flags, const std::string &example)
{
    const std::string path = flags.value("output").value_or("");
    if (path.empty() || path == "-") throw Error(ErrorCode::usage, "say which file is written: -o " + example);
    std::error_code ignored;
    if (!flags.has("overwrite") && std::filesystem::exists(path, ignored))
        throw Error(ErrorCode::failed, "the file exists already; give --overwrite to replace it", path);
    if (const auto folder = std::filesystem::absolute(path).parent_path();
        !std::filesystem::is_directory(folder, ignored))
        throw Error(ErrorCode::failed, "the folder that it is to be written to does not exist: make it first", path);
    return path;
}

void write_made(Bundle bundle, const std::string &path, bool overwrite)
{
    bundle.settings.set("model.labels", "", "bundle"); // the bundle has them beside its config
    bundle.metadata["created_by"] = "tradewind " TRADEWIND_VERSION;
    stop_if_asked();
    write_bundle(bundle, path, overwrite);
}

} // namespace tradewind::cli
