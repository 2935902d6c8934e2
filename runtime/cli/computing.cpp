// SPDX-License-Identifier: Apache-2.0
// From section [run] to targets and their options.
#include "cli/computing.h"

#include "cli/folders.h"
#include "cli/run_settings.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "detector/precision_choice.h"
#include "targets/usable_threads.h"
#include "tensor/error.h"

#include <algorithm>

namespace tradewind::cli {
namespace {

Tuning tuning_of(const std::string &name)
{
    if (name == "off") return Tuning::off;
    return name == "full" ? Tuning::full : Tuning::fast;
}

// Of each stream: where nobody says how many, the processors are shared out.
int threads_of(const Settings &run, std::size_t streams)
{
    const int asked = static_cast<int>(run.integer("run.threads"));
    return asked > 0 ? asked : std::max(1, usable_threads() / static_cast<int>(streams));
}

// What stands in a file holds wherever it makes sense; what stands on the command line must make sense.
void check_memory(const Settings &run)
{
    const std::string target = run.text("run.target");
    const Setting &most = *run.find("run.max_memory");
    if (most.origin.starts_with("--") && (target == "cpu" || target == "reference"))
        throw Error(ErrorCode::usage,
                    "--max-memory is for the memory of a GPU, and the target is " + target + ": give --target cuda");
}

std::size_t streams_of(const Settings &run, std::size_t devices)
{
    const Setting &setting = *run.find("run.streams");
    const auto asked = static_cast<std::size_t>(run.integer("run.streams"));
    if (asked > 0 && asked < devices)
        throw Error(ErrorCode::usage,
                    counted(asked, "stream leaves", "streams leave") + " some of " + std::to_string(devices) +
                        " GPUs idle: name fewer GPUs, or give --streams " + std::to_string(devices),
                    setting.origin);
    return asked > 0 ? asked : devices;
}

} // namespace

Computing::Computing(const Settings &run)
{
    check_memory(run);
    devices_ = devices_of(run.text("run.target"), module_folders());
    streams_ = streams_of(run, devices_.size());
    options_.target = devices_.front();
    options_.threads = threads_of(run, streams_);
    options_.log = warn;
    options_.checkpoint = stop_if_asked;
    options_.batch = static_cast<std::size_t>(run.integer("run.batch"));
    options_.tuning = tuning_of(run.text("run.tune"));
    options_.cache_folder = cache_folder();
    options_.device_memory = memory_size(run.text("run.max_memory")).value_or(0);
    const std::string precision = run.text("run.precision");
    if (precision == "f32" && !devices_.front().starts_with("cuda")) return;
    opened_ = open(0);
    try {
        options_.precision = choose_precision(*opened_, precision);
    } catch (const Error &error) {
        throw error.within(run.find("run.precision")->origin);
    }
}

std::unique_ptr<Target> Computing::open(std::size_t stream)
{
    if (opened_) return std::move(opened_);
    auto target = open_target(devices_[stream % devices_.size()], module_folders(), options_.log);
    options_.log = {};
    // All streams compute on what the first one found.
    if (devices_.front() == "auto") devices_ = {target->name()};
    return target;
}

DetectorOptions Computing::options(std::size_t stream, std::size_t detectors) const
{
    DetectorOptions options = options_;
    options.target = devices_[stream % devices_.size()];
    options.log = stream == 0 ? Log(warn) : Log();
    const std::size_t streams_of_device = (streams_ + devices_.size() - 1) / devices_.size();
    if (options.device_memory > 0)
        options.device_memory = std::max<std::size_t>(1, options.device_memory / (streams_of_device * detectors));
    return options;
}

std::vector<Flag> computing_flags()
{
    return {{"target", "NAME", "", {"device"}},
            {"threads", "N", "j"},
            {"streams", "N"},
            {"batch", "N"},
            {"precision", "NAME"},
            {"tune", "HOW"},
            {"max-memory", "SIZE"}};
}

} // namespace tradewind::cli
