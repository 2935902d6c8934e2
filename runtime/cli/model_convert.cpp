// SPDX-License-Identifier: Apache-2.0
// tradewind model convert: weights of any known format, with a config, become a bundle.
#include "cli/commands.h"
#include "cli/folders.h"
#include "cli/golden_recording.h"
#include "cli/model_choice.h"
#include "cli/run_settings.h"
#include "cli/terminal.h"
#include "detector/labels.h"
#include "tensor/error.h"
#include "weights/binding.h"
#include "weights/importers/import.h"

#include <algorithm>

namespace tradewind::cli {
namespace {

struct Fit {
    std::string config;
    BindingReport report;
    bool perfect() const { return report.complete() && report.unused.empty(); }
};

BindingReport fit_of(const Model &model, const WeightStore &weights)
{
    return compare(describe(model, resized_size(model, {480, 640})), weights);
}

std::vector<Fit> fits_of_shipped(Registry &registry, const Bundle &source)
{
    std::vector<Fit> fits;
    for (const auto &path : files_in(config_folders(), ".ini"))
        fits.push_back({path, fit_of(make_model(registry, read_ini(path)), source.weights)});
    return fits;
}

// The shipped configs whose tensors are exactly those of the file. Files that say how they were quantised prefer
// configs that were made for that.
std::vector<std::string> perfect(const std::vector<Fit> &fits, const Bundle &source)
{
    std::vector<std::string> configs;
    for (const auto &fit : fits)
        if (fit.perfect()) configs.push_back(fit.config);
    const bool quantised = source.metadata.count("source_format") && source.metadata.at("source_format") == "TFLite";
    std::stable_sort(configs.begin(), configs.end(), [&](auto &a, auto &b) {
        const auto matches = [&](const std::string &path) {
            return (path.find("quantised") != std::string::npos) == quantised;
        };
        return matches(a) > matches(b);
    });
    return configs;
}

std::string fitting_config(Registry &registry, const Bundle &source)
{
    const auto fits = fits_of_shipped(registry, source);
    if (const auto configs = perfect(fits, source); !configs.empty()) return configs.front();
    const auto nearest = std::max_element(fits.begin(), fits.end(),
                                          [](auto &a, auto &b) { return a.report.matched < b.report.matched; });
    throw Error(
        ErrorCode::refused,
        "no shipped config fits these weights; give --config" +
            (nearest == fits.end() ? "" : " (the nearest is " + nearest->config + ": " + nearest->report.text() + ")"),
        source.weights.origin);
}

[[noreturn]] void refuse(Registry &registry, const Bundle &source, const BindingReport &report)
{
    const auto configs = perfect(fits_of_shipped(registry, source), source);
    throw Error(ErrorCode::refused,
                "the weights do not fit the config" +
                    (configs.empty() ? "" : " (but they fit " + configs.front() + ")") + ": " + report.text(),
                source.weights.origin);
}

// Only what the network asks for goes into the bundle.
WeightStore needed(const Model &model, const WeightStore &all)
{
    WeightStore store{{}, all.origin};
    const Graph graph = describe(model, resized_size(model, {480, 640}));
    for (const auto &parameter : graph.parameters)
        if (!parameter.name.empty()) store.tensors[parameter.name] = all.tensors.at(parameter.name);
    return store;
}

std::string one_source(const Flags &flags)
{
    if (flags.inputs().size() != 1)
        throw Error(ErrorCode::usage,
                    "name the weight file to convert: tradewind model convert SOURCE -o OUT.safetensors");
    return flags.inputs().front();
}

} // namespace

int model_convert(const Arguments &arguments)
{
    const Flags flags = parse({{"config", "FILE"},
                               {"labels", "FILE"},
                               {"licence", "TEXT", "", {"license"}},
                               {"set", "SECTION.KEY=VALUE", "", {}, true},
                               {"plugin-dir", "DIR", "", {}, true},
                               {"record-golden", "PICTURE"},
                               {"target", "NAME", "", {"device"}},
                               {"output", "FILE", "o"},
                               {"overwrite"}},
                              arguments, 1);
    const std::string path = one_source(flags), output = output_file(flags);
    const Settings overrides = made_overrides(flags);
    const auto recording = golden_recording(flags);
    const auto labels = flags.has("labels") ? read_labels(*flags.value("labels")) : std::map<int, std::string>();
    Settings settings;
    if (const auto config = flags.value("config")) settings = read_model_config(*config);
    Registry registry(plugin_path(flags.all("plugin-dir")));
    Bundle source = import_weights(path);
    std::string fitting;
    if (settings.all().empty()) settings = source.settings;
    if (settings.all().empty()) settings = read_ini(fitting = fitting_config(registry, source));
    settings.merge(overrides);
    Model model = make_model(registry, settings);
    const BindingReport report = fit_of(model, source.weights);
    if (!report.complete()) refuse(registry, source, report);
    Bundle bundle{needed(model, source.weights), model.settings, model.labels, source.metadata, {}};
    if (!labels.empty())
        bundle.labels = labels;
    else if (bundle.labels.empty())
        bundle.labels = source.labels;
    check_labels(bundle.labels, model, "--labels");
    if (const auto licence = flags.value("licence")) bundle.metadata["licence"] = *licence;
    if (recording) record(*recording, registry, bundle);
    const std::size_t named = bundle.labels.size();
    const std::string golden = recording                           ? "; recorded " + recording->picture_name
                               : source.golden.description.empty() ? ""
                                                                   : "; without the golden activations of the source "
                                                                     "(--record-golden records new ones)";
    write_made(std::move(bundle), output, flags.has("overwrite"));
    if (!fitting.empty()) print("used " + printable(fitting) + ", which fits\n");
    print("wrote " + printable(output) + ": " + report.text() + "; " + std::to_string(named) + " of " +
          model.settings.text("model.classes") + " classes have names" + printable(golden) + "\n");
    return 0;
}

} // namespace tradewind::cli
