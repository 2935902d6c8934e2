// SPDX-License-Identifier: Apache-2.0
// Choosing a model.
#include "cli/model_choice.h"

#include "cli/run_settings.h"
#include "tensor/error.h"

#include "weights/importers/import.h"
#include "weights/seeded.h"

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

Settings config_settings(const Flags &flags)
{
    Settings settings;
    if (const auto config = flags.value("config")) settings = read_ini(*config);
    if (const auto meta = flags.value("meta")) settings.set("model.meta", *meta, "--meta");
    if (const auto extractor = flags.value("extractor")) settings.set("model.extractor", *extractor, "--extractor");
    return settings;
}

void load_weights(Model &model, const std::string &weights)
{
    if (weights == "seeded" || weights.starts_with("seeded:")) {
        const std::string prefix = weights.size() > 7 ? weights.substr(7) : "";
        model.weights = seeded_weights(describe(model, resized_size(model, {300, 300})), prefix);
        model.metadata["source"] = weights;
        return;
    }
    Bundle bundle = import_weights(weights);
    model.weights = std::move(bundle.weights);
    model.metadata.merge(bundle.metadata);
    if (model.labels.empty()) model.labels = std::move(bundle.labels);
}

Model choose_model(Registry &registry, const Flags &flags, const Settings &overrides)
{
    if (const auto file = flags.value("model")) return make_model(registry, read_bundle(*file), overrides);
    if (!flags.has("config") && !flags.has("extractor")) return make_model(registry, embedded(), overrides);
    Settings settings = config_settings(flags);
    settings.merge(overrides);
    Model model = make_model(registry, settings);
    if (const auto weights = flags.value("weights")) load_weights(model, *weights);
    return model;
}

} // namespace tradewind::cli
