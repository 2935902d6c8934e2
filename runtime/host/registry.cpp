// SPDX-License-Identifier: Apache-2.0
// Finding, naming and loading plugins.
#include "host/registry.h"

#include "host/component.h"
#include "host/loader.h"
#include "host/manifest.h"
#include "tensor/error.h"
#include "tensor/near_names.h"

#include <algorithm>
#include <filesystem>

namespace tradewind {
namespace {

constexpr const char *extractor_kind = "feature-extractor", *meta_kind = "meta-architecture";

// "feature-extractor:org.tradewind.vgg" -> the id, when the kind is right.
std::string id_of_kind(const std::string &provided, const std::string &kind)
{
    return provided.starts_with(kind + ":") ? provided.substr(kind.size() + 1) : "";
}

// Links are followed: code is judged by the folder it lies in as well as by the one it was found in.
std::string refusal_of_folders(const PluginEntry &entry)
{
    std::error_code ignored;
    const auto real = std::filesystem::canonical(entry.library, ignored);
    const auto found = std::filesystem::path(entry.manifest).parent_path();
    for (const auto &path : {found.string(), entry.manifest, entry.library, real.parent_path().string()})
        if (const auto reason = unsafe_reason(path); !reason.empty()) return entry.manifest + ": not loaded: " + reason;
    return "";
}

} // namespace

struct Registry::State {
    SearchPath path;
    std::vector<PluginEntry> entries;
    std::map<std::string, std::unique_ptr<Component>> components; // by kind and id

    void scan();
    void refuse_duplicates(PluginEntry &entry) const;
    const Component *search(const std::string &name, const std::string &kind, const PluginEntry *&refused);
    const Component &find(const std::string &name, const std::string &kind);
    const Component &find_any(const std::string &name);
    const Component &load(const PluginEntry &entry, const std::string &kind, const std::string &id);
    std::vector<std::string> names(const std::string &kind) const;
    std::string folders() const;
};

void Registry::State::scan()
{
    for (const auto &folder : path) {
        const std::string unsafe = unsafe_reason(folder.path);
        for (const auto &manifest : find_manifests(folder.path)) {
            const bool seen = std::any_of(entries.begin(), entries.end(), [&](auto &e) {
                std::error_code ignored;
                return std::filesystem::equivalent(e.manifest, manifest, ignored);
            });
            if (seen) continue;
            PluginEntry entry = read_manifest(manifest);
            if (entry.refusal.empty() && !unsafe.empty()) entry.refusal = manifest + ": not loaded: " + unsafe;
            if (entry.refusal.empty()) entry.refusal = refusal_of_folders(entry);
            if (entry.refusal.empty()) refuse_duplicates(entry);
            entries.push_back(std::move(entry));
        }
    }
}

void Registry::State::refuse_duplicates(PluginEntry &entry) const
{
    for (const auto &other : entries) {
        if (!other.refusal.empty()) continue;
        std::string twice = other.name == entry.name ? "the name " + entry.name : "";
        for (const auto &provided : entry.provides)
            if (std::count(other.provides.begin(), other.provides.end(), provided)) twice = provided;
        if (twice.empty()) continue;
        entry.refusal = entry.manifest + ": " + twice + " is already provided by " + other.manifest +
                        ", which comes first on the search path; remove or rename one of the two";
    }
}

const Component &Registry::State::load(const PluginEntry &entry, const std::string &kind, const std::string &id)
{
    if (!entry.refusal.empty()) throw Error(ErrorCode::refused, entry.refusal);
    if (const auto known = components.find(kind + ":" + id); known != components.end()) return *known->second;
    const tw_plugin &plugin = load_plugin(entry);
    for (std::uint32_t i = 0; i < plugin.component_count; ++i) {
        auto component = std::make_unique<Component>(to_component(entry, *plugin.components[i]));
        const std::string own_kind = component->kind == TW_KIND_FEATURE_EXTRACTOR ? extractor_kind : meta_kind;
        components.emplace(own_kind + ":" + component->id, std::move(component));
    }
    return *components.at(kind + ":" + id);
}

// Null when there is none; `refused` is then the first that would have been one, if any.
const Component *Registry::State::search(const std::string &name, const std::string &kind, const PluginEntry *&refused)
{
    for (const auto &entry : entries) {
        for (const auto &provided : entry.provides) {
            const std::string id = id_of_kind(provided, kind);
            if (id.empty() || (name != id && name != entry.name)) continue;
            if (entry.refusal.empty()) return &load(entry, kind, id);
            refused = &entry;
        }
        if (!entry.refusal.empty() && entry.name == name && !refused) refused = &entry;
    }
    return nullptr;
}

const Component &Registry::State::find(const std::string &name, const std::string &kind)
{
    const PluginEntry *refused = nullptr;
    if (const Component *found = search(name, kind, refused)) return *found;
    if (refused) throw Error(ErrorCode::refused, refused->refusal);
    const std::string what = kind == extractor_kind ? "feature extractor" : "meta-architecture";
    const auto others = names(kind == extractor_kind ? meta_kind : extractor_kind);
    if (std::count(others.begin(), others.end(), name))
        throw Error(ErrorCode::usage,
                    name + " is a " + (kind == extractor_kind ? "meta-architecture, no " : "feature extractor, no ") +
                        what + did_you_mean(name, names(kind)));
    throw Error(ErrorCode::usage, "there is no " + what + " '" + name + "'" + did_you_mean(name, names(kind)) +
                                      "; searched " + folders() + " ('tradewind plugin list' shows what there is)");
}

const Component &Registry::State::find_any(const std::string &name)
{
    const PluginEntry *refused = nullptr;
    std::vector<std::string> known;
    for (const auto &kind : {meta_kind, extractor_kind}) {
        if (const Component *found = search(name, kind, refused)) return *found;
        const auto of_kind = names(kind);
        known.insert(known.end(), of_kind.begin(), of_kind.end());
    }
    if (refused) throw Error(ErrorCode::refused, refused->refusal);
    throw Error(ErrorCode::usage, "there is no plugin '" + name + "'" + did_you_mean(name, known) +
                                      " ('tradewind plugin list' shows what there is)");
}

std::vector<std::string> Registry::State::names(const std::string &kind) const
{
    std::vector<std::string> result;
    for (const auto &entry : entries)
        for (const auto &provided : entry.provides)
            if (entry.refusal.empty() && !id_of_kind(provided, kind).empty()) result.push_back(entry.name);
    return result;
}

std::string Registry::State::folders() const
{
    std::string text;
    for (const auto &folder : path) text += (text.empty() ? "" : ", ") + folder.path + " (" + folder.origin + ")";
    return text.empty() ? "no folder" : text;
}

Registry::Registry(SearchPath path) : state_(std::make_unique<State>())
{
    state_->path = std::move(path);
    state_->scan();
}
Registry::~Registry() = default;

const std::vector<PluginEntry> &Registry::entries() const { return state_->entries; }
const SearchPath &Registry::path() const { return state_->path; }
const Component &Registry::extractor(const std::string &name) { return state_->find(name, extractor_kind); }
const Component &Registry::meta_architecture(const std::string &name) { return state_->find(name, meta_kind); }
const Component &Registry::component(const std::string &name) { return state_->find_any(name); }
std::vector<std::string> Registry::extractors() const { return state_->names(extractor_kind); }
std::vector<std::string> Registry::meta_architectures() const { return state_->names(meta_kind); }

} // namespace tradewind
