// SPDX-License-Identifier: Apache-2.0
// From options to models.
#include "model_file.h"

#include "scene.h"

#include "weights/importers/import.h"

#include <sstream>
#include <stdexcept>

using namespace tradewind;

namespace peers {

std::map<std::string, std::string> options_of(int count, char **arguments)
{
    std::map<std::string, std::string> options;
    for (int i = 1; i < count; i += 2) {
        const std::string name = arguments[i];
        if (!name.starts_with("--") || i + 1 >= count)
            throw std::runtime_error("'" + name + "' is no option with a value");
        options[name.substr(2)] = arguments[i + 1];
    }
    return options;
}

std::string option(const std::map<std::string, std::string> &options, const std::string &name,
                   const std::string &fallback)
{
    const auto found = options.find(name);
    return found == options.end() ? fallback : found->second;
}

namespace {

void set_all(Settings &settings, const std::string &list)
{
    std::istringstream stream(list);
    for (std::string one; std::getline(stream, one, ',');) {
        const auto equals = one.find('=');
        if (equals == std::string::npos) throw std::runtime_error("--set needs section.key=value, not '" + one + "'");
        settings.set(one.substr(0, equals), one.substr(equals + 1), "--set");
    }
}

} // namespace

Model model_of(const std::map<std::string, std::string> &options)
{
    Settings settings;
    if (options.count("config")) settings = read_ini(options.at("config"));
    set_all(settings, option(options, "set", ""));
    if (options.count("model")) return make_model(scene::registry(), read_bundle(options.at("model")), settings);
    if (!options.count("weights")) throw std::runtime_error("name --model, or --config and --weights");
    return make_model(scene::registry(), import_weights(options.at("weights")), settings);
}

} // namespace peers
