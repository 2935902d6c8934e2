// SPDX-License-Identifier: Apache-2.0
// Reading and finding manifests.
#include "host/manifest.h"

#include "config/settings.h"
#include "tensor/error.h"

#include <algorithm>
#include <filesystem>

namespace tradewind {
namespace {

namespace fs = std::filesystem;

std::string required(const Settings &settings, const std::string &key)
{
    const Setting *setting = settings.find("plugin." + key);
    if (setting && !setting->value.empty()) return setting->value;
    throw Error(ErrorCode::refused, "the manifest has no '" + key + " = ...' in its section [plugin]");
}

std::string major_of(const std::string &abi) { return abi.substr(0, abi.find('.')); }

void check(const PluginEntry &entry)
{
    if (major_of(entry.abi) != std::to_string(TW_ABI_MAJOR))
        throw Error(ErrorCode::refused, "the plugin was made for ABI " + entry.abi + ", this host has " + host_abi() +
                                            ": rebuild it with this SDK");
    std::error_code ignored;
    for (const auto &provided : entry.provides)
        if (!provided.starts_with("feature-extractor:") && !provided.starts_with("meta-architecture:"))
            throw Error(ErrorCode::refused,
                        "provides '" + provided + "', but a host takes feature-extractor:ID and meta-architecture:ID");
    if (!fs::is_regular_file(entry.library, ignored))
        throw Error(ErrorCode::refused, "its library " + entry.library + " does not exist");
}

} // namespace

std::string host_abi() { return std::to_string(TW_ABI_MAJOR) + "." + std::to_string(TW_ABI_MINOR); }

PluginEntry read_manifest(const std::string &path)
{
    PluginEntry entry;
    entry.manifest = path;
    entry.name = fs::path(path).stem().string();
    try {
        std::error_code ignored;
        if (!fs::is_regular_file(path, ignored)) throw Error(ErrorCode::refused, "the manifest is no file");
        const Settings settings = read_ini(path);
        const fs::path library = required(settings, "library");
        if (library.has_parent_path())
            throw Error(ErrorCode::refused, "library must be a file name beside the manifest, not " + library.string());
        entry.library = (fs::path(path).parent_path() / library).string();
        entry.abi = required(settings, "abi");
        required(settings, "provides");
        entry.provides = settings.texts("plugin.provides");
        check(entry);
    } catch (const std::exception &error) {
        entry.refusal =
            std::string(error.what()).find(path) == std::string::npos ? path + ": " + error.what() : error.what();
    }
    return entry;
}

std::vector<std::string> find_manifests(const std::string &folder)
{
    std::vector<std::string> found;
    std::error_code ignored;
    for (const auto &item : fs::directory_iterator(folder, ignored)) {
        if (item.path().extension() == ".plugin") found.push_back(item.path().string());
        if (!item.is_directory(ignored)) continue;
        for (const auto &inner : fs::directory_iterator(item.path(), ignored))
            if (inner.path().extension() == ".plugin") found.push_back(inner.path().string());
    }
    std::sort(found.begin(), found.end());
    return found;
}

} // namespace tradewind
