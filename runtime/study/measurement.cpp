// SPDX-License-Identifier: Apache-2.0
// Warm-up, rounds, summaries.
#include "study/measurement.h"

#include "detector/process_memory.h"
#include "study/machine.h"
#include "study/node_times.h"
#include "study/statistics.h"
#include "study/streams.h"
#include "targets/usable_threads.h"
#include "tensor/clock.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <numeric>
#include <thread>
#include <utility>

namespace tradewind {
namespace {

constexpr std::size_t least_warmup = 3, most_warmup = 30, least_profiled = 3, most_profiled = 50;
// Milliseconds. After a pause, threads and caches take a while to be what they are in a long run.
constexpr double most_warmup_time = 2000, settling_time = 50, too_long_to_settle = 500, longest_profile = 3000;

std::vector<double> values(const std::vector<PictureTimes> &times,
                           const std::function<double(const PictureTimes &)> &of)
{
    std::vector<double> all;
    for (const auto &one : times) all.push_back(of(one));
    return all;
}

double of_stages(const PictureTimes &times) { return std::accumulate(times.stages.begin(), times.stages.end(), 0.0); }

double total(const PictureTimes &times) { return times.total; }

} // namespace

Measurement::Measurement(std::vector<std::unique_ptr<Detector>> streams, std::vector<PictureSource> pictures,
                         MeasurementOptions options)
    : detectors_(std::move(streams)), pictures_(std::move(pictures)), options_(std::move(options)),
      batch_(detectors_.front()->options().batch)
{
    for (const auto &detector : detectors_) pipelines_.emplace_back(*detector, options_.annotate);
    if (options_.iterations) options_.rounds = std::min(options_.rounds, options_.iterations);
}

void Measurement::start(double prepared)
{
    first_ = last_ = of_run(pipelines_.front().run(pictures_from(0)));
    start_to_first_ = process_age() - prepared;
    const std::size_t wanted = options_.warmup.value_or(std::clamp(pictures_.size(), least_warmup, most_warmup));
    if (wanted == 0) return;
    const double start = milliseconds_now();
    in_streams(pipelines_.size(), [&](std::size_t stream, const std::function<void()> &) {
        const PinnedScope pinned(processors(stream));
        for (std::size_t i = 0; i < wanted; ++i) {
            if (!options_.warmup && i > 0 && milliseconds_now() - start > most_warmup_time) break;
            const double time = of_run(pipelines_[stream].run(pictures_from(i * batch_)));
            if (stream == 0) last_ = time;
        }
    });
}

std::vector<int> Measurement::processors(std::size_t stream) const
{
    return stream < options_.processors.size() ? options_.processors[stream] : std::vector<int>();
}

double Measurement::of_run(const PictureTimes &times) const { return times.total * static_cast<double>(batch_); }

std::vector<const PictureSource *> Measurement::pictures_from(std::size_t first) const
{
    std::vector<const PictureSource *> taken;
    for (std::size_t i = first; i < first + batch_; ++i) taken.push_back(&pictures_[i % pictures_.size()]);
    return taken;
}

void Measurement::add_rounds(std::size_t count, double pause)
{
    const std::size_t planned = options_.rounds;
    for (std::size_t i = 0; i < count; ++i) {
        if (!rounds_.empty()) std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(pause));
        const std::size_t at = i % planned; // pictures are shared out evenly
        const std::size_t share = options_.iterations * (at + 1) / planned - options_.iterations * at / planned;
        round(share, options_.duration / static_cast<double>(planned));
    }
    if (peak_ == 0) peak_ = process_memory().peak;
}

// `pictures` or, where that is 0, as many as begin within so many seconds; at least one each stream then.
void Measurement::round(std::size_t pictures, double seconds)
{
    const bool settles = pipelines_.size() > 1 || last_ < too_long_to_settle;
    std::vector<std::vector<PictureTimes>> found(pipelines_.size());
    std::atomic<std::size_t> taken = 0;
    double waited = 0, stolen = 0;
    in_streams(pipelines_.size(), [&](std::size_t stream, const std::function<void()> &meet) {
        const PinnedScope pinned(processors(stream));
        if (settles) settle(pipelines_[stream]);
        meet();
        const RunDelay delay; // all threads that take part are there
        const double delayed = delay.milliseconds();
        if (stream == 0) {
            stolen -= stolen_from_machine();
            energy_.start();
        }
        meet();
        const double start = milliseconds_now();
        while (pictures || found[stream].empty() || milliseconds_now() - start < 1000 * seconds) {
            const std::size_t mine = taken.fetch_add(batch_);
            if (pictures && mine >= pictures) break;
            found[stream].push_back(timed(pipelines_[stream], next_ + mine, delay));
        }
        meet();
        if (stream == 0) {
            seconds_ += (milliseconds_now() - start) / 1000;
            energy_.stop();
            stolen += stolen_from_machine();
            waited = delay.milliseconds() - delayed;
        }
        meet(); // until then no thread ends, and what it waited with it
    });
    finish_round(found, waited, stolen);
}

void Measurement::settle(Pipeline &pipeline) const
{
    const double start = milliseconds_now();
    std::size_t i = next_;
    do {
        pipeline.run(pictures_from(i));
        i += batch_;
    } while (milliseconds_now() - start < settling_time);
}

// What a thread waits is this picture's only where there is no other one.
PictureTimes Measurement::timed(Pipeline &pipeline, std::size_t picture, const RunDelay &delay) const
{
    const bool alone = pipelines_.size() == 1;
    const double before = alone ? delay.milliseconds() : 0;
    PictureTimes times = pipeline.run(pictures_from(picture));
    times.waited = alone ? (delay.milliseconds() - before) / static_cast<double>(batch_) : 0;
    return times;
}

// `waited`, `stolen`: of the whole round.
void Measurement::finish_round(const std::vector<std::vector<PictureTimes>> &found, double waited, double stolen)
{
    std::vector<PictureTimes> all;
    for (const auto &own : found) all.insert(all.end(), own.begin(), own.end());
    const double whole = median(values(all, total)), count = static_cast<double>(all.size() * batch_);
    const double unhindered = median(values(all, [](const auto &one) { return one.total - one.waited; }));
    rounds_.push_back(whole);
    waited_.push_back((pipelines_.size() == 1 ? whole - unhindered : waited / count) + stolen / count);
    last_ = of_run(all.back());
    next_ += all.size() * batch_;
    times_.insert(times_.end(), all.begin(), all.end());
}

void Measurement::describe(Result &result) const
{
    const auto totals = values(times_, total);
    for (std::size_t i = 0; i < stage_names().size(); ++i)
        result.time[stage_names()[i]] = summary_of(values(times_, [i](const auto &one) { return one.stages.at(i); }));
    result.time["other"] = summary_of(values(times_, [](const auto &one) { return one.total - of_stages(one); }));
    result.time["total"] = summary_of(totals);
    double staged = 0, all = 0;
    for (const auto &one : times_) {
        staged += of_stages(one);
        all += one.total;
    }
    result.stage_sum_ratio = all > 0 ? staged / all : 0;
    result.rounds = rounds_;
    result.rounds_waited = waited_;
    result.first_picture = first_;
    result.start_to_first = start_to_first_;
    const double pictures = static_cast<double>(times_.size() * batch_);
    result.pictures_per_second = seconds_ > 0 ? pictures / seconds_ : 0;
    result.memory.peak_bytes = static_cast<std::int64_t>(peak_);
    const PlanStatistics plans = detectors_.front()->plan_statistics();
    result.memory.activation_bytes = static_cast<std::int64_t>(plans.activation_bytes);
    result.memory.weight_bytes = static_cast<std::int64_t>(plans.weight_bytes);
    for (const std::string &algorithms : detectors_.front()->algorithms()) {
        std::string &all = result.versions["algorithms"];
        if (all.find(algorithms) == std::string::npos) all += (all.empty() ? "" : ", ") + algorithms;
    }
    result.energy_note = energy_.note();
    if (is_gpu(detectors_.front()->target()))
        result.energy_note = "the counters are those of the processor, and a GPU computes";
    else if (const auto joules = energy_.joules())
        result.joules_per_picture = *joules / pictures;
}

std::vector<NodeTime> Measurement::profile()
{
    NodeTimes times;
    const double start = milliseconds_now();
    while (times.runs() < least_profiled ||
           (times.runs() < most_profiled && milliseconds_now() - start < longest_profile)) {
        const Timeline run = timeline();
        times.add(run.nodes, run.placements, batch_);
    }
    return times.result();
}

Timeline Measurement::timeline()
{
    Timeline timeline;
    pipelines_.front().run(std::vector(batch_, &std::as_const(pictures_).front()), &timeline);
    return timeline;
}

} // namespace tradewind
