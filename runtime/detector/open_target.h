// SPDX-License-Identifier: Apache-2.0
// Targets by the names that users give: auto, cpu (oneDNN), reference (plain loops), cuda (GPU 0), cuda:1, cuda:0,1 and
// cuda:all.
#pragma once

#include "targets/target.h"

namespace tradewind {

using Log = std::function<void(const std::string &)>;

// Files that are there where NVIDIA's driver is.
const std::vector<std::string> &nvidia_driver_files();

// The target of that name; of several GPUs the first. `modules`: folders with target modules.
//
// "auto" is the fastest that works: cuda where one of `driver_files` and the module are there, else cpu, else
// reference. What is there and does not work is said in `log`, which may be null. On a machine without NVIDIA's driver
// nothing of CUDA is loaded.
//
// Throws Error(usage) for an unknown name, Error(refused) for a module of the CPU that is not built or cannot be
// loaded, Error(resource) where there is no such GPU or the target for it cannot be loaded.
std::unique_ptr<Target> open_target(const std::string &name, const std::vector<std::string> &modules, const Log &log,
                                    const std::vector<std::string> &driver_files = nvidia_driver_files());

// Whether there is a driver and a module, so that one looks for a GPU without being told to.
bool may_have_gpu(const std::vector<std::string> &modules,
                  const std::vector<std::string> &driver_files = nvidia_driver_files());

// Whether a name is written as one of these; no target is looked for.
bool is_target_name(const std::string &name);

// The targets that a name stands for, each by a name of its own: "cuda:0,2" is {"cuda:0", "cuda:2"}, "cuda:all" all
// GPUs of this machine. Throws as open_target does.
std::vector<std::string> devices_of(const std::string &name, const std::vector<std::string> &modules);

bool is_gpu(const Target &target);

// What each GPU is, by its name as a target, or why it cannot be used; {"cuda", the reason} where there is none.
std::vector<std::pair<std::string, std::string>> describe_gpus(const std::vector<std::string> &modules);

} // namespace tradewind
