// SPDX-License-Identifier: Apache-2.0
// Targets by name; all but the reference are modules.
#include "detector/detector.h"

#include "host/module.h"
#include "targets/reference/reference.h"
#include "tensor/error.h"

namespace tradewind {
namespace {

std::unique_ptr<Target> open_cpu(const std::vector<std::string> &modules)
{
    void *symbol = module_symbol("tradewind-target-onednn", "tradewind_target_v0", modules);
    if (!symbol) return nullptr;
    return std::unique_ptr<Target>(reinterpret_cast<Target *(*)()>(symbol)());
}

std::string list(const std::vector<std::string> &folders)
{
    std::string text;
    for (const auto &folder : folders) text += (text.empty() ? "" : ", ") + folder;
    return text;
}

} // namespace

std::unique_ptr<Target> open_target(const std::string &name, const std::vector<std::string> &modules,
                                    const std::function<void(const std::string &)> &log)
{
    if (name == "reference") return reference::make_target();
    if (name.starts_with("cuda")) throw Error(ErrorCode::resource, "this build has no CUDA target; use --target cpu");
    if (name != "auto" && name != "cpu")
        throw Error(ErrorCode::usage, "there is no target '" + name + "'; targets are auto, cpu and reference");
    try {
        if (auto target = open_cpu(modules)) return target;
        throw Error(ErrorCode::refused, "the module tradewind-target-onednn is in none of " + list(modules) +
                                            "; build with -Donednn=enabled, or use --target reference");
    } catch (const Error &error) {
        if (name == "cpu") throw;
        if (log) log(std::string("using the reference target, which is slow: ") + error.what());
        return reference::make_target();
    }
}

} // namespace tradewind
