// SPDX-License-Identifier: Apache-2.0
// Targets by name; all but the reference are modules.
#include "detector/open_target.h"

#include "config/list.h"
#include "detector/cuda_module.h"
#include "host/module.h"
#include "targets/reference/reference.h"
#include "tensor/error.h"

#include <algorithm>
#include <filesystem>

namespace tradewind {
namespace {

constexpr std::int64_t most_devices = 64;

std::string list(const std::vector<std::string> &folders)
{
    std::string text;
    for (const auto &folder : folders) text += (text.empty() ? "" : ", ") + folder;
    return text;
}

std::unique_ptr<Target> open_cpu(const std::vector<std::string> &modules)
{
    void *symbol = module_symbol("tradewind-target-onednn", "tradewind_target_v0", modules);
    if (!symbol)
        throw Error(ErrorCode::refused, "the module tradewind-target-onednn is in none of " + list(modules) +
                                            "; build with -Donednn=enabled, or use --target reference");
    return std::unique_ptr<Target>(reinterpret_cast<Target *(*)()>(symbol)());
}

void say(const Log &log, const std::string &text)
{
    if (log) log(text);
}

std::unique_ptr<Target> open_fastest(const std::vector<std::string> &modules, const Log &log,
                                     const std::vector<std::string> &driver_files)
{
    if (may_have_gpu(modules, driver_files)) try {
            return open_gpu(0, modules);
        } catch (const Error &error) {
            say(log, std::string("computing on the CPU, not on the GPU: ") + error.what());
        }
    try {
        return open_cpu(modules);
    } catch (const Error &error) {
        say(log, std::string("using the reference target, which is slow: ") + error.what());
        return reference::make_target();
    }
}

// The numbers of "cuda:0,2"; none where it is not written so, or a number stands there twice.
std::vector<int> numbers_of(const std::string &name)
{
    std::vector<int> numbers;
    for (const auto &part : split_list(name.starts_with("cuda:") ? name.substr(5) : "", ',')) {
        const auto number = to_integer(part);
        if (!number || *number < 0 || *number >= most_devices ||
            std::count(numbers.begin(), numbers.end(), static_cast<int>(*number)))
            return {};
        numbers.push_back(static_cast<int>(*number));
    }
    return numbers;
}

void require_target_name(const std::string &name)
{
    if (!is_target_name(name))
        throw Error(ErrorCode::usage,
                    "there is no target '" + name + "'; targets are auto, cpu, reference and cuda (cuda:1, cuda:0,1)");
}

} // namespace

const std::vector<std::string> &nvidia_driver_files()
{
    static const std::vector<std::string> files = {"/dev/nvidiactl", "/dev/dxg"}; // the latter under Windows
    return files;
}

std::unique_ptr<Target> open_target(const std::string &name, const std::vector<std::string> &modules, const Log &log,
                                    const std::vector<std::string> &driver_files)
{
    require_target_name(name);
    if (name == "reference") return reference::make_target();
    if (name == "cpu") return open_cpu(modules);
    if (name == "auto") return open_fastest(modules, log, driver_files);
    const auto numbers = numbers_of(name);
    return open_gpu(numbers.empty() ? 0 : numbers.front(), modules);
}

bool may_have_gpu(const std::vector<std::string> &modules, const std::vector<std::string> &driver_files)
{
    const auto exists = [](const auto &file) {
        std::error_code ignored;
        return std::filesystem::exists(file, ignored);
    };
    return std::any_of(driver_files.begin(), driver_files.end(), exists) && has_cuda_module(modules);
}

bool is_target_name(const std::string &name)
{
    for (const char *known : {"auto", "cpu", "reference", "cuda", "cuda:all"})
        if (name == known) return true;
    return !numbers_of(name).empty();
}

std::vector<std::string> devices_of(const std::string &name, const std::vector<std::string> &modules)
{
    require_target_name(name);
    if (!name.starts_with("cuda:")) return {name};
    std::vector<std::string> names;
    const int all = name == "cuda:all" ? count_gpus(modules) : 0;
    for (int i = 0; i < all; ++i) names.push_back("cuda:" + std::to_string(i));
    for (const int number : numbers_of(name)) names.push_back("cuda:" + std::to_string(number));
    return names;
}

bool is_gpu(const Target &target) { return target.name().starts_with("cuda"); }

std::vector<std::pair<std::string, std::string>> describe_gpus(const std::vector<std::string> &modules)
try {
    std::vector<std::pair<std::string, std::string>> lines;
    for (const auto &name : devices_of("cuda:all", modules)) try {
            lines.emplace_back(name, open_target(name, modules, {})->description());
        } catch (const Error &error) {
            lines.emplace_back(name, std::string("cannot be used: ") + error.what());
        }
    return lines;
} catch (const Error &error) {
    return {{"cuda", std::string("absent: ") + error.what()}};
}

} // namespace tradewind
