// SPDX-License-Identifier: Apache-2.0
// Configuration, versions, network.
#include "cli/bench/bench_facts.h"

#include "host/manifest.h"
#include "study/configuration.h"
#include "study/machine.h"

#include "build_version.h"

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

Configuration named(const Flags &flags, const Model &model)
{
    Configuration configuration = configuration_of(model.settings);
    configuration.config = config_of(flags);
    configuration.weights = weights_of(flags);
    return configuration;
}

} // namespace

Result bench_facts(const Flags &flags, const Detector &detector, std::size_t streams)
{
    const Model &model = detector.model();
    Result result;
    result.configuration = named(flags, model);
    result.configuration.target = detector.target().name();
    const DetectorOptions &options = detector.options();
    result.configuration.threads = detector.target().name() == "cpu" ? options.threads : 1; // others have one
    result.configuration.streams = static_cast<std::int64_t>(streams);
    result.configuration.precision = to_string(options.precision);
    result.configuration.batch = static_cast<std::int64_t>(options.batch);
    result.machine = machine_facts();
    result.versions = {{"tradewind", TRADEWIND_VERSION},
                       {"commit", TRADEWIND_COMMIT},
                       {"target", detector.target().description()},
                       {"plugin_abi", host_abi()}};
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
