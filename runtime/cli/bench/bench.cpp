// SPDX-License-Identifier: Apache-2.0
// tradewind bench
#include "cli/bench/bench_facts.h"
#include "cli/bench/bench_pictures.h"
#include "cli/bench/bench_request.h"
#include "cli/bench/bench_text.h"
#include "cli/class_filter.h"
#include "cli/commands.h"
#include "cli/computing.h"
#include "cli/folders.h"
#include "cli/model_choice.h"
#include "cli/run_settings.h"
#include "cli/terminal.h"
#include "output/writer.h"
#include "study/chrome_trace.h"
#include "study/predicted_memory.h"
#include "tensor/clock.h"
#include "tensor/error.h"

#include <algorithm>
#include <cstdio>

namespace tradewind::cli {
namespace {

constexpr std::size_t shown_nodes = 20;

Model chosen_model(Registry &registry, const Flags &flags, const Settings &run)
{
    Model model = choose_model(registry, flags, model_overrides(flags, run));
    require_meta_architecture(model);
    load_weights(model, flags);
    require_weights(model);
    return model;
}

std::vector<std::unique_ptr<Detector>> make_streams(const Model &model, const Flags &flags, Computing &computing)
{
    const auto classes = parse_classes(flags.value("classes").value_or(""), model.labels,
                                       static_cast<int>(model.settings.integer("model.classes")));
    computing.suit({model});
    computing.fit({model});
    return computing.detectors(model, classes);
}

// Of the host, which a child of this process can tell; a GPU is not to be used by two that come of one.
std::size_t predicted_memory(const Detector &detector, const PictureSource &picture, std::size_t streams)
{
    if (is_gpu(detector.target())) return 0;
    const auto open = [&] { return open_target(detector.options().target, module_folders(), {}); };
    return predict_in_child(detector.model(), open, detector.options(), picture, streams);
}

// Open before anything is measured, so that nothing is measured in vain. Null where none is asked for.
struct Files {
    explicit Files(const BenchRequest &request)
        : output(request.output.empty() ? nullptr : open_file(request.output, request.overwrite)),
          trace(request.trace.empty() ? nullptr : open_file(request.trace, request.overwrite))
    {
    }
    std::unique_ptr<Sink> output, trace;
};

void write_whole(Sink &file, const std::string &text)
{
    file.write(text);
    file.finish();
}

// Text for people goes to standard error where standard output is the result itself.
void show(const std::string &text, const BenchRequest &request)
{
    if (request.json)
        std::fputs(text.c_str(), stderr);
    else
        print(text);
}

// Measures more while the result looks slower, up to twice: a disturbance passes, a slower program does not.
Comparison decide(const BenchRequest &request, Measurement &measurement, Result &result, int &again)
{
    constexpr double long_pause = 1000;
    for (again = 0;; ++again) {
        const Comparison comparison = compare(*request.before, result, request.limit);
        const bool suspicious = comparison.verdict == Verdict::slower || comparison.verdict == Verdict::undecided;
        if (!suspicious || again == 2) return comparison;
        measurement.add_rounds(measurement.planned_rounds(), long_pause);
        measurement.describe(result);
    }
}

// Returns the exit code.
int compare_with_earlier(const BenchRequest &request, Measurement &measurement, Result &result)
{
    int again = 0;
    const Comparison comparison = decide(request, measurement, result, again);
    show(comparison_text(*request.before, result, comparison, request.limit, again), request);
    const bool passes =
        comparison.verdict != Verdict::slower && !(request.strict && comparison.verdict == Verdict::undecided);
    return passes ? 0 : static_cast<int>(ErrorCode::check);
}

void require_same_kind(const BenchRequest &request, const Result &result)
{
    if (!request.before) return;
    if (const auto difference = difference_in_kind(*request.before, result); !difference.empty())
        throw Error(ErrorCode::usage, "not comparable: " + difference, "--compare");
}

ImageSize size_of(const PictureSource &source)
{
    const Picture picture = source.load();
    return {picture.height, picture.width};
}

void add_resized_size(Result &result, ImageSize size)
{
    result.configuration.resized_height = size.height;
    result.configuration.resized_width = size.width;
}

// Nodes take runs of their own, so that their clocks disturb nothing else. Returns the exit code.
int deliver(const BenchRequest &request, Measurement &measurement, Result &result, const std::string &picture,
            const Files &files)
{
    const int code = request.before ? compare_with_earlier(request, measurement, result) : 0;
    if (request.profile) result.profile = measurement.profile();
    if (request.profile && !request.json) print(profile_text(result, shown_nodes, request.coloured));
    if (files.trace) write_whole(*files.trace, chrome_trace(measurement.timeline(), picture));
    if (files.output) write_whole(*files.output, to_json(result) + "\n");
    if (request.json) print(to_json(result) + "\n");
    return code;
}

} // namespace

int bench(const Arguments &arguments)
{
    const Flags flags = parse(bench_flags(), arguments, 1'000'000);
    check_model_flags(flags);
    const Settings run = run_settings(flags);
    const BenchRequest request = bench_request(flags, run);
    Computing computing(run);
    Registry registry(plugin_path(flags.all("plugin-dir")));
    const Model model = chosen_model(registry, flags, run);
    auto detectors = make_streams(model, flags, computing);
    const Detector &detector = *detectors.front();
    const BenchPictures pictures = bench_pictures(flags);
    const PictureSource first = pictures.sources.front();
    const Files files(request);

    const double asked = milliseconds_now();
    Result result = bench_facts(flags, detector, computing.streams());
    result.inputs = pictures.described + (request.measurement.annotate ? ", annotated" : "");
    const auto predicted = predicted_memory(detector, first, computing.streams());
    MeasurementOptions options = request.measurement;
    for (std::size_t i = 0; i < computing.streams(); ++i) options.processors.push_back(computing.processors(i));
    Measurement measurement(std::move(detectors), pictures.sources, options);
    measurement.start(pictures.prepared + milliseconds_now() - asked);
    const ImageSize size = size_of(first);
    add_resized_size(result, resized_size(model, size));
    require_same_kind(request, result);
    measurement.add_rounds(measurement.planned_rounds());
    measurement.describe(result);
    result.network = network_facts(model, size);
    const bool one_size = detector.plan_statistics().plans == 1;
    if (one_size) result.memory.predicted_bytes = static_cast<std::int64_t>(predicted); // it is one plan's
    if (!request.json) print(bench_text(result, one_size, request.coloured));
    return deliver(request, measurement, result, first.name, files);
}

} // namespace tradewind::cli
