// SPDX-License-Identifier: Apache-2.0
// From section [run] to targets and their options.
#include "cli/computing.h"

#include "cli/folders.h"
#include "cli/memory_fit.h"
#include "cli/run_settings.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "detector/precision_choice.h"
#include "targets/arena.h"
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

// Where nobody says how many: for throughput on processors, as many as there are threads to use; else one for each
// device.
std::size_t streams_of(const Settings &run, std::size_t devices, bool fill_processors)
{
    const Setting &setting = *run.find("run.streams");
    const auto asked = static_cast<std::size_t>(run.integer("run.streams"));
    if (asked > 0 && asked < devices)
        throw Error(ErrorCode::usage,
                    counted(asked, "stream leaves", "streams leave") + " some of " + std::to_string(devices) +
                        " GPUs idle: name fewer GPUs, or give --streams " + std::to_string(devices),
                    setting.origin);
    if (asked > 0 || !fill_processors) return asked > 0 ? asked : devices;
    const auto threads = std::max<std::int64_t>(1, run.integer("run.threads"));
    return static_cast<std::size_t>(std::max<std::int64_t>(1, usable_threads() / threads));
}

bool fill_processors(std::size_t streams, int threads)
{
    const std::size_t allowed = allowed_processors().size();
    return streams > 1 && streams * static_cast<std::size_t>(threads) == allowed &&
           static_cast<std::size_t>(usable_threads()) == allowed;
}

} // namespace

Computing::Computing(const Settings &run)
    : devices_(devices_of(run.text("run.target"), module_folders())), streams_asked_(run.integer("run.streams") > 0),
      most_memory_(memory_size(run.text("run.max_memory")).value_or(0)), precision_(*run.find("run.precision"))
{
    options_.target = devices_.front();
    options_.log = warn;
    options_.checkpoint = stop_if_asked;
    options_.batch = static_cast<std::size_t>(run.integer("run.batch"));
    options_.tuning = tuning_of(run.text("run.tune"));
    options_.cache_folder = cache_folder();
    const bool throughput = run.text("run.hint") == "throughput";
    if (throughput && devices_.front() == "auto") opened_ = open(0); // whether that is a GPU says what the hint means
    streams_ = streams_of(run, devices_.size(), throughput && !on_gpu());
    options_.threads = threads_of(run, streams_);
    pins_ = throughput && !on_gpu() && fill_processors(streams_, options_.threads);
    if (precision_.value == "f32" && !on_gpu()) return;
    if (!opened_) opened_ = open(0);
    options_.precision = chosen_precision(true); // for what no model could change
}

Precision Computing::chosen_precision(bool have_ranges) const
try {
    return choose_precision(*opened_, precision_.value, have_ranges);
} catch (const Error &error) {
    throw error.within(precision_.origin);
}

void Computing::suit(const std::vector<Model> &models)
{
    if (precision_.value != "auto") return;
    options_.precision = chosen_precision(
        std::all_of(models.begin(), models.end(), [](const Model &model) { return !model.quantisation.empty(); }));
    if (!on_gpu() && options_.precision != Precision::f32)
        warn(std::string("computing in ") + to_string(options_.precision) + ", which --precision auto chose");
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

void Computing::fit(const std::vector<Model> &models)
{
    if (most_memory_ == 0) return;
    if (!opened_) opened_ = open(0);
    if (on_gpu()) return;
    const MemoryFit fit = fit_memory(models, *opened_, options_, {most_memory_, streams_, !streams_asked_});
    if (!fit.compromise.empty()) warn(fit.compromise);
    pins_ = pins_ && fit.streams == streams_;
    streams_ = fit.streams;
    picture_bytes_ = fit.picture_bytes;
    options_.tuning = fit.tuning;
}

DetectorOptions Computing::options_of(std::size_t stream, std::size_t models) const
{
    DetectorOptions options = options_;
    options.target = devices_[stream % devices_.size()];
    options.log = stream == 0 ? Log(warn) : Log();
    const std::size_t streams_of_device = (streams_ + devices_.size() - 1) / devices_.size();
    if (most_memory_ > 0 && on_gpu())
        options.device_memory = std::max<std::size_t>(1, most_memory_ / (streams_of_device * models));
    if (!on_gpu()) options.process_memory = most_memory_;
    return options;
}

std::vector<std::unique_ptr<Detector>> Computing::detectors(const Model &model, const std::set<int> &classes,
                                                            std::size_t models)
{
    while (arenas_.size() < streams_) arenas_.push_back(std::make_shared<Arena>());
    std::vector<std::unique_ptr<Detector>> made;
    for (std::size_t i = 0; i < streams_; ++i) {
        if (i > 0 && !on_gpu()) {
            made.push_back(made.front()->twin(arenas_[i]));
            continue;
        }
        auto target = open(i); // what it finds is what options are for
        DetectorOptions options = options_of(i, models);
        options.classes = classes;
        options.arena = arenas_[i];
        made.push_back(std::make_unique<Detector>(model, std::move(target), options));
    }
    return made;
}

std::vector<int> Computing::processors(std::size_t stream) const
{
    if (!pins_) return {};
    const auto allowed = allowed_processors();
    const auto first = allowed.begin() + static_cast<std::ptrdiff_t>(stream) * options_.threads;
    return {first, first + options_.threads};
}

std::vector<Flag> computing_flags()
{
    return {{"target", "NAME", "", {"device"}},
            {"threads", "N", "j"},
            {"streams", "N"},
            {"hint", "GOAL"},
            {"batch", "N"},
            {"precision", "NAME"},
            {"tune", "HOW"},
            {"max-memory", "SIZE"}};
}

} // namespace tradewind::cli
