// SPDX-License-Identifier: Apache-2.0
// Opening plugins and modules through Boost.DLL.
#include "host/loader.h"

#include "host/elf_check.h"
#include "host/module.h"
#include "tensor/error.h"

#include <vector> // Boost 1.74 forgets it

#include <boost/dll/library_info.hpp>
#include <boost/dll/shared_library.hpp>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <set>

namespace tradewind {
namespace {

namespace dll = boost::dll;

[[noreturn]] void refuse(const std::string &path, const std::string &why)
{
    throw Error(ErrorCode::refused, why, path);
}

const std::string entry_symbol = "tradewind_plugin_v" + std::to_string(TW_ABI_MAJOR);
const std::string section_mark = "twabi" + std::to_string(TW_ABI_MAJOR);

std::vector<std::string> sections_of(const std::string &path)
{
    if (const auto fault = elf_fault(path); !fault.empty()) refuse(path, fault + "; rebuild the plugin");
    try {
        return dll::library_info(path).sections();
    } catch (const std::exception &) {
        refuse(path, "is a damaged shared object: its sections cannot be read; rebuild the plugin");
    }
}

// Looks into the file without loading it.
void require_mark(const std::string &path)
{
    const auto sections = sections_of(path);
    if (std::count(sections.begin(), sections.end(), section_mark)) return;
    for (const auto &section : sections)
        if (section.starts_with("twabi"))
            refuse(path, "was made for another major of the ABI (it is marked " + section + ", this host needs " +
                             section_mark + "): rebuild it with this SDK, or install the Tradewind it was made for");
    refuse(path, "is a shared object, but no Tradewind plugin (it has no section " + section_mark +
                     "); was it built with TRADEWIND_PLUGIN?");
}

// What the system's loader said, without Boost's words around it.
std::string reason_of(const std::exception &error)
{
    const std::string text = error.what(), begin = "dlerror system message: ", end = "): ";
    const auto from = text.find(begin), to = text.rfind(end);
    if (from == std::string::npos || to == std::string::npos || to < from) return text;
    return text.substr(from + begin.size(), to - from - begin.size());
}

// Libraries stay open for the life of the process, its end included: plugins may hold state that outlives any owner of
// ours, and threads of a module may still be waiting in its code. So the map is never destroyed.
dll::shared_library &open(const std::string &path)
{
    static auto &opened = *std::make_unique<std::map<std::string, dll::shared_library>>().release();
    if (const auto known = opened.find(path); known != opened.end()) return known->second;
    try {
        dll::shared_library library(path, dll::load_mode::rtld_now | dll::load_mode::rtld_local);
        return opened.emplace(path, std::move(library)).first->second;
    } catch (const std::exception &error) {
        refuse(path, "cannot be loaded: " + reason_of(error) + "; install what it needs, or rebuild it");
    }
}

void require_symbol(const std::string &path, const dll::shared_library &library)
{
    if (library.has(entry_symbol)) return;
    for (unsigned other = 0; other < 10; ++other)
        if (const auto name = "tradewind_plugin_v" + std::to_string(other); library.has(name))
            refuse(path, "was made for another major of the ABI (it exports " + name + ", this host needs " +
                             entry_symbol + "): rebuild it with this SDK, or install the Tradewind it was made for");
    refuse(path, "does not export " + entry_symbol + "; end the plugin's source with TRADEWIND_PLUGIN(...)");
}

void check_component(const std::string &path, const tw_component *component)
{
    constexpr std::size_t least = offsetof(tw_component, iface) + sizeof(void *);
    if (!component) refuse(path, "one of its components is at no address; rebuild the plugin with this SDK");
    if (component->struct_size < least)
        refuse(path, "one of its components is " + std::to_string(component->struct_size) + " bytes, of at least " +
                         std::to_string(least) + "; rebuild the plugin with this SDK");
    if (!component->id || !component->kind || !component->iface)
        refuse(path, "one of its components has no id, kind or interface; rebuild the plugin with this SDK");
    if (component->option_count && !component->options)
        refuse(path, std::string(component->id) + " has options at no address; rebuild the plugin with this SDK");
    const std::string major = std::to_string(TW_ABI_MAJOR) + ".";
    if (component->min_host_minor > TW_ABI_MINOR)
        refuse(path, std::string(component->id) + " needs a host of ABI " + major +
                         std::to_string(component->min_host_minor) + ", this is " + major +
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
    for (std::uint32_t i = 0; i < plugin.component_count; ++i)
        if (const auto name = manifest_name(*plugin.components[i]); !found.insert(name).second)
            refuse(entry.library, "provides " + name + " twice; give each component an id of its own");
    if (promised == found) return;
    const auto list = [](const std::set<std::string> &names) {
        std::string text;
        for (const auto &name : names) text += (text.empty() ? "" : ", ") + name;
        return text;
    };
    refuse(entry.library, "provides " + list(found) + ", but its manifest " + entry.manifest + " says " +
                              list(promised) + ": rebuild the plugin, so that both are made anew");
}

} // namespace

const tw_plugin &load_plugin(const PluginEntry &entry)
{
    require_mark(entry.library);
    auto &library = open(entry.library);
    require_symbol(entry.library, library);
    const tw_plugin &plugin = library.get<const tw_plugin>(entry_symbol);
    if (plugin.struct_size < sizeof(tw_plugin))
        refuse(entry.library, "its " + entry_symbol + " is " + std::to_string(plugin.struct_size) +
                                  " bytes, of at least " + std::to_string(sizeof(tw_plugin)) +
                                  "; rebuild the plugin with this SDK");
    if (plugin.component_count == 0 || !plugin.components)
        refuse(entry.library, "has no components; name a class in TRADEWIND_PLUGIN(...)");
    for (std::uint32_t i = 0; i < plugin.component_count; ++i) check_component(entry.library, plugin.components[i]);
    compare_with_manifest(entry, plugin);
    return plugin;
}

void *module_symbol(const std::string &name, const std::string &symbol, const std::vector<std::string> &folders)
{
    for (const auto &folder : folders) {
        const std::string path = folder + "/" + name + ".so";
        std::error_code ignored;
        if (!std::filesystem::exists(path, ignored)) continue;
        const auto real = std::filesystem::canonical(path, ignored).parent_path().string();
        for (const auto &suspect : {folder, path, real})
            if (const auto reason = unsafe_reason(suspect); !reason.empty()) refuse(path, "not loaded: " + reason);
        if (const auto fault = elf_fault(path); !fault.empty()) refuse(path, fault + "; install it anew");
        auto &library = open(path);
        if (!library.has("tradewind_module_version") || !library.has(symbol))
            refuse(path, "is no module of this runtime: it does not export tradewind_module_version and " + symbol +
                             "; install it anew");
        const std::string version = &library.get<const char>("tradewind_module_version");
        if (version != TRADEWIND_MODULE_VERSION)
            refuse(path, "belongs to version " + version +
                             ", this runtime is " TRADEWIND_MODULE_VERSION ": install both from one build");
        return &library.get<char>(symbol);
    }
    return nullptr;
}

} // namespace tradewind
