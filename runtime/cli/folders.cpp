// SPDX-License-Identifier: Apache-2.0
// Search paths.
#include "cli/folders.h"

#include "host/module.h"
#include "tensor/error.h"
#include "tensor/near_names.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <mutex>

namespace tradewind::cli {
namespace {

namespace fs = std::filesystem;

std::string environment(const char *name)
{
    const char *value = std::getenv(name);
    return value ? value : "";
}

// An XDG folder, by its variable or below the home folder; "" when there is neither. Relative paths do not count.
std::string xdg(const char *variable, const char *below_home)
{
    if (const auto value = environment(variable); value.starts_with("/")) return value;
    const auto home = environment("HOME");
    return home.empty() ? "" : home + "/" + below_home;
}

void add_list(SearchPath &path, const std::string &list, const std::string &origin)
{
    for (std::size_t at = 0; at < list.size();) {
        const auto end = std::min(list.find(':', at), list.size());
        if (end > at) path.push_back({list.substr(at, end - at), origin});
        at = end + 1;
    }
}

void add_existing(std::vector<std::string> &folders, const std::string &folder)
{
    std::error_code ignored;
    if (fs::is_directory(folder, ignored)) folders.push_back(folder);
}

// An installed folder. Where the whole installation was moved, it is found from the executable.
std::string installed(const std::string &folder)
{
    std::error_code ignored;
    const std::string here = executable_folder();
    if (here.empty() || fs::is_directory(folder, ignored)) return folder;
    const auto moved = (fs::path(here) / fs::path(folder).lexically_relative(TRADEWIND_BINDIR)).lexically_normal();
    return fs::is_directory(moved, ignored) ? moved.string() : folder;
}

// The file of this name, with or without its ending, in one of these folders; "" when there is none.
std::string shipped(const std::string &name, const std::vector<std::string> &folders)
{
    std::error_code ignored;
    if (name.empty() || name.find('/') != std::string::npos) return "";
    for (const auto &folder : folders)
        for (const std::string &path : {folder + "/" + name, folder + "/" + name + ".ini"})
            if (fs::is_regular_file(path, ignored)) return path;
    return "";
}

std::string without_ending(const std::string &name)
{
    return name.ends_with(".ini") ? name.substr(0, name.size() - 4) : name;
}

// OpenCV prints what it then reports; we report it once.
class SilentErrors {
public:
    SilentErrors() : before_(std::cerr.rdbuf(nullptr)) {}
    ~SilentErrors()
    {
        std::cerr.rdbuf(before_);
        std::cerr.clear();
    }
    SilentErrors(const SilentErrors &) = delete;
    SilentErrors &operator=(const SilentErrors &) = delete;

private:
    std::streambuf *before_;
};

} // namespace

std::string executable_folder()
{
    std::error_code error;
    const fs::path path = fs::read_symlink("/proc/self/exe", error);
    return error ? "" : path.parent_path().string();
}

SearchPath plugin_path(const std::vector<std::string> &given)
{
    SearchPath path;
    std::error_code ignored;
    for (const auto &folder : given) {
        if (!fs::is_directory(folder, ignored)) throw Error(ErrorCode::usage, "--plugin-dir is no folder", folder);
        path.push_back({folder, "--plugin-dir"});
    }
    add_list(path, environment("TRADEWIND_PLUGIN_PATH"), "TRADEWIND_PLUGIN_PATH");
    if (const std::string here = executable_folder(); !here.empty())
        for (const char *below : {"/plugins", "/meta_archs"}) path.push_back({here + below, "beside the executable"});
    if (const auto data = xdg("XDG_DATA_HOME", ".local/share"); !data.empty())
        path.push_back({data + "/tradewind/plugins-0", "XDG_DATA_HOME"});
    path.push_back({installed(TRADEWIND_LIBDIR "/tradewind/plugins-0"), "installed"});
    return path;
}

std::vector<std::string> module_folders()
{
    std::vector<std::string> folders;
    if (const std::string here = executable_folder(); !here.empty())
        folders = {here + "/runtime/targets/onednn", here + "/runtime/targets/cuda", here + "/runtime/image/codecs"};
    folders.push_back(installed(TRADEWIND_LIBDIR "/tradewind/modules-0"));
    return folders;
}

std::vector<std::string> config_folders()
{
    std::vector<std::string> folders;
    if (const std::string here = executable_folder(); !here.empty())
        add_existing(folders, here + "/configs"); // in a build folder
    add_existing(folders, installed(TRADEWIND_DATADIR "/configs"));
    return folders;
}

std::vector<std::string> bundle_folders()
{
    std::vector<std::string> folders;
    for (const auto &folder : config_folders()) add_existing(folders, folder + "/bundles");
    if (const auto data = xdg("XDG_DATA_HOME", ".local/share"); !data.empty())
        add_existing(folders, data + "/tradewind/models");
    return folders;
}

std::vector<std::string> files_in(const std::vector<std::string> &folders, const std::string &ending)
{
    std::vector<std::string> found;
    std::error_code ignored;
    for (const auto &folder : folders)
        for (const auto &item : fs::directory_iterator(folder, ignored))
            if (item.path().extension() == ending) found.push_back(item.path().lexically_normal().string());
    std::sort(found.begin(), found.end());
    return found;
}

std::string shipped_config(const std::string &name) { return shipped(name, config_folders()); }

std::string report_file(const std::string &name)
{
    std::error_code ignored;
    std::vector<std::string> folders = {installed(TRADEWIND_DATADIR "/report")};
    if (const std::string here = executable_folder(); !here.empty())
        folders.insert(folders.begin(), here + "/runtime/study/report"); // in a build folder
    for (const auto &folder : folders)
        if (const std::string path = folder + "/" + name; fs::is_regular_file(path, ignored)) return path;
    return "";
}

std::string config_path(const std::string &name)
{
    std::error_code ignored;
    if (fs::exists(name, ignored) || name.find('/') != std::string::npos) return name;
    if (const std::string file = shipped_config(name); !file.empty()) return file;
    std::vector<std::string> names;
    for (const auto &path : files_in(config_folders(), ".ini")) names.push_back(fs::path(path).stem().string());
    throw Error(ErrorCode::usage,
                "the config cannot be read: No such file or directory" + did_you_mean(without_ending(name), names) +
                    "; 'tradewind model list' shows those that come along",
                name);
}

std::string study_path(const std::string &name, const std::vector<std::string> &words)
{
    std::error_code ignored;
    if (fs::exists(name, ignored) || name.find('/') != std::string::npos) return name;
    std::vector<std::string> folders, names = words;
    for (const auto &folder : config_folders()) add_existing(folders, folder + "/studies");
    if (const std::string file = shipped(name, folders); !file.empty()) return file;
    for (const auto &path : files_in(folders, ".ini")) names.push_back(fs::path(path).stem().string());
    const std::string near = did_you_mean(without_ending(name), names);
    std::string all;
    for (std::size_t i = words.size(); i < names.size(); ++i) all += (all.empty() ? "; there are " : ", ") + names[i];
    throw Error(ErrorCode::usage, "there is no such study" + (near.empty() ? all : near), name);
}

std::string user_config()
{
    const auto folder = xdg("XDG_CONFIG_HOME", ".config");
    return folder.empty() ? "" : folder + "/tradewind/config.ini";
}

std::string cache_folder()
{
    const auto cache = xdg("XDG_CACHE_HOME", ".cache");
    return cache.empty() ? "" : cache + "/tradewind";
}

ForeignDecoder foreign_decoder()
{
    return [](std::span<const std::byte> bytes, const DecodeLimits &limits) {
        static std::mutex alone; // std::cerr and the environment are the whole program's
        const std::lock_guard lock(alone);
        // OpenCV's own limit, a second fence behind ours; read when the module is loaded.
        setenv("OPENCV_IO_MAX_IMAGE_PIXELS", std::to_string(DecodeLimits().max_pixels).c_str(), 0);
        using Decode = Picture (*)(std::span<const std::byte>, const DecodeLimits &);
        static const auto decode = reinterpret_cast<Decode>(
            module_symbol("tradewind-codecs", "tradewind_decode_foreign_v0", module_folders()));
        if (!decode)
            throw Error(ErrorCode::input,
                        "pictures of format " + sniff(bytes) +
                            " need the module tradewind-codecs, which is not installed; convert it to PNG or JPEG",
                        "", format_not_read);
        const SilentErrors silent;
        return decode(bytes, limits);
    };
}

} // namespace tradewind::cli
