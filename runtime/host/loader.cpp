// SPDX-License-Identifier: Apache-2.0
// Opening plugins and modules through Boost.DLL.
#include "host/loader.h"

#include "host/module.h"
#include "tensor/error.h"

#include <vector> // Boost 1.74 forgets it

#include <boost/dll/library_info.hpp>
#include <boost/dll/shared_library.hpp>

#include <algorithm>
#include <filesystem>
#include <list>
#include <set>

namespace tradewind {
namespace {

namespace dll = boost::dll;

[[noreturn]] void refuse(const std::string &path, const std::string &why) { throw Error(ErrorCode::refused, why, path); }

void require_mark(const std::string &path)
{
    std::vector<std::string> sections;
    try {
        sections = dll::library_info(path).sections();
    } catch (const std::exception &) {
        refuse(path, "is no shared object that this system can read; rebuild the plugin");
    }
    if (!std::count(sections.begin(), sections.end(), "twabi0"))
        refuse(path, "is a shared object, but no Tradewind plugin of ABI " + std::to_string(TW_ABI_MAJOR) +
                         " (it has no section twabi0); was it built with TRADEWIND_PLUGIN?");
}

// Libraries stay open for the life of the process, its end included: plugins may hold state that outlives any owner of ours,
// and threads of a module may still be waiting in its code. So the list is never destroyed.
dll::shared_library &open(const std::string &path)
{
    static auto &opened = *new std::list<dll::shared_library>;
    try {
        opened.emplace_back(path, dll::load_mode::rtld_now | dll::load_mode::rtld_local);
    } catch (const std::exception &error) {
        refuse(path, std::string("cannot be loaded: ") + error.what());
    }
    return opened.back();
}

void check_component(const std::string &path, const tw_component *component)
{
    if (!component || component->struct_size < offsetof(tw_component, iface) + sizeof(void *) || !component->id || !component->kind ||
        !component->iface)
        refuse(path, "a component of the plugin is incomplete; rebuild it with this SDK");
    if (component->min_host_minor > TW_ABI_MINOR)
        refuse(path, std::string(component->id) + " needs a host of ABI 0." + std::to_string(component->min_host_minor) + ", this is 0." +
                         std::to_string(TW_ABI_MINOR) + ": install a newer Tradewind, or an older plugin");
}

std::string manifest_name(const tw_component &component)
{
    const std::string kind = component.kind;
    const auto dot = kind.find('.'), slash = kind.find('/');
    return (dot == std::string::npos ? kind : kind.substr(dot + 1, slash - dot - 1)) + ":" + component.id;
}

void compare_with_manifest(const PluginEntry &entry, const tw_plugin &plugin)
{
    const std::set<std::string> promised(entry.provides.begin(), entry.provides.end());
    std::set<std::string> found;
    for (std::uint32_t i = 0; i < plugin.component_count; ++i) found.insert(manifest_name(*plugin.components[i]));
    if (promised == found) return;
    const auto list = [](const std::set<std::string> &names) {
        std::string text;
        for (const auto &name : names) text += (text.empty() ? "" : ", ") + name;
        return text;
    };
    refuse(entry.library, "provides " + list(found) + ", but its manifest " + entry.manifest + " says " + list(promised) + ": make both anew");
}

} // namespace

const tw_plugin &load_plugin(const PluginEntry &entry)
{
    require_mark(entry.library);
    auto &library = open(entry.library);
    const std::string symbol = "tradewind_plugin_v" + std::to_string(TW_ABI_MAJOR);
    if (!library.has(symbol)) {
        for (const char *other : {"tradewind_plugin_v1", "tradewind_plugin_v2"})
            if (library.has(other)) refuse(entry.library, std::string("was made for another major of the ABI (it exports ") + other + ", this host needs " + symbol + ")");
        refuse(entry.library, "does not export " + symbol + "; end the plugin's source with TRADEWIND_PLUGIN(...)");
    }
    const tw_plugin &plugin = library.get<const tw_plugin>(symbol);
    if (plugin.struct_size < sizeof(tw_plugin) || plugin.component_count == 0 || !plugin.components)
        refuse(entry.library, "has an incomplete " + symbol + "; rebuild it with this SDK");
    for (std::uint32_t i = 0; i < plugin.component_count; ++i) check_component(entry.library, plugin.components[i]);
    compare_with_manifest(entry, plugin);
    return plugin;
}

void *module_symbol(const std::string &name, const std::string &symbol, const std::vector<std::string> &folders)
{
    for (const auto &folder : folders) {
        const std::string path = folder + "/" + name + ".so";
        if (!std::filesystem::exists(path)) continue;
        if (const auto reason = unsafe_reason(folder); !reason.empty()) refuse(path, reason);
        auto &library = open(path);
        if (!library.has("tradewind_module_version") || !library.has(symbol)) refuse(path, "is no module of this runtime");
        const std::string version = &library.get<const char>("tradewind_module_version");
        if (version != TRADEWIND_MODULE_VERSION)
            refuse(path, "belongs to version " + version + ", this runtime is " TRADEWIND_MODULE_VERSION ": install both from one build");
        return &library.get<char>(symbol);
    }
    return nullptr;
}

} // namespace tradewind
