// SPDX-License-Identifier: Apache-2.0
// Plugins, models and targets for tests.
#include "scene.h"

#include "image/decode.h"
#include "weights/importers/import.h"
#include "weights/seeded.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

using namespace tradewind;

namespace scene {
namespace {

std::vector<std::string> folders(const char *variable)
{
    std::vector<std::string> parts;
    const char *value = std::getenv(variable);
    std::istringstream stream(value ? value : "");
    for (std::string part; std::getline(stream, part, ':');) parts.push_back(part);
    return parts;
}

} // namespace

Registry &registry()
{
    static Registry registry([] {
        SearchPath path;
        for (const auto &folder : folders("TRADEWIND_PLUGIN_PATH")) path.push_back({folder, "TRADEWIND_PLUGIN_PATH"});
        return path;
    }());
    return registry;
}

std::vector<std::string> module_folders() { return folders("TRADEWIND_MODULE_PATH"); }

std::vector<std::string> targets()
{
    for (const auto &folder : module_folders())
        if (std::filesystem::exists(folder + "/tradewind-target-onednn.so")) return {"reference", "cpu"};
    return {"reference"};
}

Model seeded_model(const std::string &ini, const std::string &prefix)
{
    return seeded_model(parse_ini(ini, "test"), prefix);
}

Model seeded_model(const Settings &settings, const std::string &prefix)
{
    Model model = make_model(registry(), settings);
    model.weights = seeded_weights(describe(model, resized_size(model, {300, 300})), prefix);
    return model;
}

Model model_of(const std::string &ini, const std::string &weight_file)
{
    return make_model(registry(), import_weights(weight_file), parse_ini(ini, "test"));
}

// As the environment says, so that golden networks can be computed by all algorithms.
Tuning tuning()
{
    const char *const name = std::getenv("TRADEWIND_TEST_TUNING");
    const std::string how = name ? name : "";
    return how == "full" ? Tuning::full : how == "off" ? Tuning::off : Tuning::fast;
}

Detector detector(Model model, const std::string &target, int threads)
{
    DetectorOptions options;
    options.target = target;
    options.threads = threads;
    options.tuning = tuning();
    if (options.tuning == Tuning::full)
        options.cache_folder = std::string(std::getenv("TRADEWIND_BUILD")) + "/tests/tuned";
    return Detector(std::move(model), open_target(target, module_folders(), {}), options);
}

std::string read_text(const std::string &path)
{
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

Picture picture(const std::string &path)
{
    const std::string bytes = read_text(path);
    return decode(std::as_bytes(std::span(bytes)), path);
}

} // namespace scene
