// SPDX-License-Identifier: Apache-2.0
// Configuration, versions, network.
#include "cli/bench/bench_facts.h"

#include "config/list.h"
#include "study/machine.h"

#include "build_version.h"

#include <tradewind/plugin.h>

#include <algorithm>
#include <filesystem>

namespace tradewind::cli {
namespace {

// "configs/ssd.ini" -> "ssd"; names without a known ending stay.
std::string base_name(const std::string &path)
{
    const std::filesystem::path name = std::filesystem::path(path).filename();
    const std::string ending = name.extension().string();
    return ending == ".ini" || ending == ".safetensors" || ending == ".config" ? name.stem().string() : name.string();
}

std::string config_of(const Flags &flags)
{
    if (const auto model = flags.value("model")) return base_name(*model);
    if (const auto config = flags.value("config")) return base_name(*config);
    return flags.has("extractor") ? "" : "embedded";
}

std::string weights_of(const Flags &flags)
{
    if (const auto model = flags.value("model")) return *model;
    return flags.value("weights").value_or("embedded");
}

// Of an option that only some components have.
std::int64_t integer_or_none(const Settings &settings, const std::string &name)
{
    return settings.find(name) ? settings.integer(name) : 0;
}

std::int64_t configured_size(const Settings &settings)
{
    if (settings.text("image.resize") != "fixed") return settings.integer("image.min_side");
    const auto sides = split_list(settings.text("image.size"), 'x');
    std::int64_t least = 0;
    for (const auto &side : sides)
        if (const auto value = to_integer(side)) least = least ? std::min(least, *value) : *value;
    return least;
}

Configuration configuration_of(const Flags &flags, const Model &model)
{
    Configuration configuration;
    configuration.config = config_of(flags);
    configuration.meta = model.settings.text("model.meta");
    configuration.extractor = model.settings.text("model.extractor");
    configuration.weights = weights_of(flags);
    configuration.size = configured_size(model.settings);
    configuration.proposals = integer_or_none(model.settings, "meta.proposals");
    configuration.output_stride = integer_or_none(model.settings, "extractor.output_stride");
    for (const auto &[name, setting] : model.settings.all()) configuration.settings[name] = setting.value;
    return configuration;
}

} // namespace

Result bench_facts(const Flags &flags, const Detector &detector, std::int64_t threads, std::int64_t streams)
{
    const Model &model = detector.model();
    Result result;
    result.configuration = configuration_of(flags, model);
    result.configuration.target = detector.target().name();
    result.configuration.threads = detector.target().name() == "reference" ? 1 : threads; // plain loops have one
    result.configuration.streams = streams;
    result.machine = machine_facts();
    result.versions = {{"tradewind", TRADEWIND_VERSION},
                       {"commit", TRADEWIND_COMMIT},
                       {"target", detector.target().description()},
                       {"plugin_abi", std::to_string(TW_ABI_MAJOR) + "." + std::to_string(TW_ABI_MINOR)}};
    result.accuracy_note = "not measured: bench looks at time alone";
    return result;
}

NetworkFacts network_facts(const Model &model, ImageSize picture)
{
    const ModelReport network = report(model, picture);
    return {network.name, network.parameters, network.optimised_multiply_adds,
            static_cast<std::int64_t>(network.optimised_nodes)};
}

} // namespace tradewind::cli
