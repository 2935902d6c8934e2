// SPDX-License-Identifier: Apache-2.0
// The text of configs/README.md.
#include "cli/config_reference.h"

#include "cli/folders.h"
#include "cli/run_settings.h"
#include "detector/model.h"

#include <filesystem>
#include <fstream>

namespace tradewind::cli {
namespace {

constexpr const char *introduction = "# Configs\n\n"
                                     "Written by `tradewind help config`; a test compares the two.\n\n"
                                     "A config says which two plugins make a detector and what they are told. "
                                     "`[model]` and `[image]` belong to the host, `[extractor]` and\n"
                                     "`[meta]` to the plugins that `[model]` names. A key that is absent has its "
                                     "default; an unknown key is an error that names the nearest one.\n"
                                     "`--set section.key=value` changes one key of any config or bundle.\n\n";

std::string cell(const std::string &text)
{
    std::string escaped;
    for (const char c : text) escaped += c == '|' ? "\\|" : std::string(1, c);
    return escaped;
}

std::string code(const std::string &text) { return text.empty() ? "" : "`" + cell(text) + "`"; }

std::string table_of(const OptionTable &options, const std::string &section)
{
    std::string text = "| key | default | allowed | |\n|---|---|---|---|\n";
    for (const auto &option : options)
        if (option.section == section)
            text += "| " + code(option.key) + " | " + code(option.fallback) + " | " + code(option.range) + " | " +
                    cell(option.help) + " |\n";
    return text + "\n";
}

std::string giga(std::int64_t count)
{
    char digits[32];
    std::snprintf(digits, sizeof digits, "%.3f", static_cast<double>(count) / 1e9);
    return digits;
}

std::string grouped(std::int64_t count)
{
    std::string digits = std::to_string(count);
    for (auto place = static_cast<std::ptrdiff_t>(digits.size()) - 3; place > 0; place -= 3)
        digits.insert(static_cast<std::size_t>(place), ",");
    return digits;
}

std::string config_row(Registry &registry, const std::string &path)
{
    const Model model = make_model(registry, read_ini(path));
    const bool keep_aspect = model.settings.text("image.resize") == "keep_aspect";
    const std::int64_t side = keep_aspect ? model.settings.integer("image.min_side") : 300;
    const ModelReport described = report(model, {side, side});
    return "| `" + std::filesystem::path(path).stem().string() + "` | " + cell(config_summary(path)) + " | " +
           std::to_string(described.size.height) + "x" + std::to_string(described.size.width) + " | " +
           grouped(described.parameters) + " | " + giga(described.multiply_adds) + " |\n";
}

std::string shipped_configs(Registry &registry)
{
    if (config_folders().empty()) return "";
    std::string text =
        "Multiply-adds, in thousands of millions, are those of a square picture with as many proposals as "
        "the config allows.\n\n"
        "| config | | picture | parameters | multiply-adds |\n|---|---|---|--:|--:|\n";
    for (const auto &path : files_in({config_folders().front()}, ".ini")) text += config_row(registry, path);
    return text + "\n";
}

std::string plugin_section(const Component &plugin, const std::string &section)
{
    return "## [" + section + "] of " + plugin.name + "\n\n" + cell(plugin.summary) + ".\n\n" +
           table_of(plugin.options, section);
}

} // namespace

std::string config_summary(const std::string &path)
{
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);)
        if (line.starts_with("# ") && line.find("SPDX") == std::string::npos) return line.substr(2);
    return "";
}

std::string config_reference(Registry &registry)
{
    std::string text = introduction + shipped_configs(registry);
    for (const char *section : {"model", "image"})
        text += "## [" + std::string(section) + "]\n\n" + table_of(host_options(), section);
    auto extractors = registry.extractors(), metas = registry.meta_architectures();
    std::sort(extractors.begin(), extractors.end());
    std::sort(metas.begin(), metas.end());
    for (const auto &name : extractors) text += plugin_section(registry.extractor(name), "extractor");
    for (const auto &name : metas) text += plugin_section(registry.meta_architecture(name), "meta");
    text += "## [run]\n\nNot of a model but of a run: in `./tradewind.ini` or `$XDG_CONFIG_HOME/tradewind/config.ini`, "
            "in the environment as `TRADEWIND_KEY`,\n"
            "or as `--key`; the later wins in the order file of the user, file of the folder, environment, option.\n\n";
    text += table_of(run_options(), "run");
    text.pop_back();
    return text;
}

} // namespace tradewind::cli
