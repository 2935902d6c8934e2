// SPDX-License-Identifier: Apache-2.0
// Loading the CUDA target.
#include "detector/cuda_module.h"

#include "host/module.h"
#include "tensor/error.h"

#include <filesystem>

namespace tradewind {
namespace {

constexpr const char *module_name = "tradewind-target-cuda", *way_out = "; use --target cpu";

// A module that is there and cannot be loaded lacks a library, cuDNN before all others.
void *symbol(const char *name, const std::vector<std::string> &modules)
{
    if (!has_cuda_module(modules))
        throw Error(ErrorCode::resource, std::string("this build has no CUDA target (it needs nvcc and cuDNN when it "
                                                     "is built, and -Dcuda=enabled)") +
                                             way_out);
    try {
        return module_symbol(module_name, name, modules);
    } catch (const Error &error) {
        const std::string &why = error.message();
        const auto library = why.find("libcudnn");
        if (library == std::string::npos) throw;
        throw Error(ErrorCode::resource, "cuDNN 9 is not found (" + why.substr(library, why.find(';') - library) +
                                             "): install it, or use --target cpu");
    }
}

} // namespace

bool has_cuda_module(const std::vector<std::string> &modules)
{
    std::error_code ignored;
    for (const auto &folder : modules)
        if (std::filesystem::exists(folder + "/" + module_name + ".so", ignored)) return true;
    return false;
}

int count_gpus(const std::vector<std::string> &modules)
{
    return reinterpret_cast<int (*)()>(symbol("tradewind_cuda_device_count_v0", modules))();
}

std::unique_ptr<Target> open_gpu(int device, const std::vector<std::string> &modules)
{
    void *make = symbol("tradewind_cuda_target_v0", modules);
    return std::unique_ptr<Target>(reinterpret_cast<Target *(*)(int)>(make)(device));
}

} // namespace tradewind
