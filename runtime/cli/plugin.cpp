// SPDX-License-Identifier: Apache-2.0
// tradewind plugin list, tradewind plugin info
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/folders.h"
#include "cli/terminal.h"
#include "host/registry.h"
#include "output/record_text.h"
#include "tensor/error.h"

namespace tradewind::cli {
namespace {

std::string joined(const std::vector<std::string> &items)
{
    std::string text;
    for (const auto &item : items) text += (text.empty() ? "" : ", ") + item;
    return text;
}

std::string list_json(const Registry &registry)
{
    std::string text = "[";
    for (const auto &entry : registry.entries())
        text += std::string(text.size() > 1 ? ",\n" : "\n") + "{\"name\":" + json_string(entry.name) +
                ",\"abi\":" + json_string(entry.abi) + ",\"provides\":" + json_string(joined(entry.provides)) +
                ",\"library\":" + json_string(entry.library) + ",\"refusal\":" + json_string(entry.refusal) + "}";
    return text + "\n]\n";
}

std::string list_text(const Registry &registry)
{
    std::vector<std::vector<std::string>> rows;
    std::string refusals;
    for (const auto &entry : registry.entries()) {
        rows.push_back({entry.name, entry.refusal.empty() ? entry.abi : "refused", joined(entry.provides),
                        printable(entry.library)});
        if (!entry.refusal.empty()) refusals += "refused: " + printable(entry.refusal) + "\n";
    }
    return (rows.empty() ? "no plugins were found\n" : table({"name", "abi", "provides", "library"}, rows, false)) +
           refusals;
}

std::string option_lines(const Component &component)
{
    std::string text;
    for (const auto &option : component.options)
        text += "  " + option.key + " = " + option.fallback +
                (option.range.empty() ? "" : "   (" + option.range + ")") + "\n      " + option.help + "\n";
    return text;
}

// Whether a meta-architecture that needs none makes use of one is known for a network alone.
std::string second_stage(const Component &component)
{
    if (component.kind == TW_KIND_META_ARCHITECTURE)
        return component.needs_tail ? "needed of the feature extractor" : "not needed of the feature extractor";
    return component.has_tail ? "has one" : "none";
}

} // namespace

int plugin_list(const Arguments &arguments)
{
    const Flags flags = parse({{"json"}, {"plugin-dir", "DIR", "", {}, true}}, arguments, 0);
    const Registry registry(plugin_path(flags.all("plugin-dir")));
    print(flags.has("json") ? list_json(registry) : list_text(registry));
    return 0;
}

int plugin_info(const Arguments &arguments)
{
    const Flags flags = parse({{"plugin-dir", "DIR", "", {}, true}}, arguments, 1);
    if (flags.inputs().empty()) throw Error(ErrorCode::usage, "name a plugin: 'tradewind plugin list' shows them");
    Registry registry(plugin_path(flags.all("plugin-dir")));
    const Component &plugin = registry.component(flags.inputs().front());
    print(plugin.id + " " + plugin.version + "\n" + plugin.summary + "\n\nkind          " + plugin.kind +
          "\nlibrary       " + printable(plugin.library) + "\nsecond stage  " + second_stage(plugin) +
          "\n\noptions of section [" + (plugin.kind == TW_KIND_META_ARCHITECTURE ? "meta" : "extractor") + "]\n" +
          option_lines(plugin));
    return 0;
}

} // namespace tradewind::cli
