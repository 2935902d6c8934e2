// SPDX-License-Identifier: Apache-2.0
// tradewind detect
#include "cli/class_filter.h"
#include "cli/commands.h"
#include "cli/folders.h"
#include "cli/inputs.h"
#include "cli/load_picture.h"
#include "cli/model_choice.h"
#include "cli/result_table.h"
#include "cli/run_record.h"
#include "cli/run_settings.h"
#include "cli/saving.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "detector/detector.h"
#include "tensor/error.h"

#include <chrono>
#include <filesystem>
#include <optional>
#include <unistd.h>

namespace tradewind::cli {
namespace {

std::vector<Flag> flags_of_detect()
{
    std::vector<Flag> flags = model_flags();
    for (const Flag &flag : std::vector<Flag>{{"score", "T", "", {"conf"}},
                                              {"iou", "T"},
                                              {"max-detections", "N", "", {"max-det"}},
                                              {"classes", "LIST"},
                                              {"target", "NAME", "", {"device"}},
                                              {"threads", "N", "j"},
                                              {"output", "DIR", "o"},
                                              {"save", "LIST"},
                                              {"overwrite"},
                                              {"print-config"},
                                              {"color", "WHEN"},
                                              {"quiet", "", "q"},
                                              {"verbose", "", "v"}})
        flags.push_back(flag);
    return flags;
}

// Digits at the end of the name, as COCO's pictures have; else the running number.
std::int64_t image_id(const std::string &path, std::size_t index)
{
    const std::string stem = std::filesystem::path(path).stem().string();
    const auto first = stem.find_last_not_of("0123456789") + 1;
    const std::string digits = stem.substr(first);
    return digits.empty() || digits.size() > 18 ? static_cast<std::int64_t>(index) + 1 : std::stoll(digits);
}

// The run over all inputs.
class Run {
public:
    // `table` may be null.
    Run(Detector &detector, const Saving &saving, Outputs &outputs, ResultTable *table)
        : detector_(detector), checksums_(saving.has("json") || saving.has("jsonl")), outputs_(outputs), table_(table)
    {
    }

    void take(const Input &input, std::size_t index)
    {
        Record record;
        record.file = input.path;
        record.image_id = image_id(input.path, index);
        std::optional<Picture> picture;
        try {
            if (!input.failure.empty()) throw Error(ErrorCode::input, input.failure, input.path, input_unreadable);
            picture = detect_in(input.path, record);
        } catch (const Error &error) {
            if (error.code() != ErrorCode::input && error.code() != ErrorCode::resource) throw;
            fail(error, record);
        }
        outputs_.add(record, picture ? &*picture : nullptr);
        ++counts.inputs;
        counts.detections += record.detections.size();
        if (!record.error && table_) show(record);
    }

    bool is_read() const { return !reader_left_; } // standard output

    RunCounts counts;

private:
    Picture detect_in(const std::string &path, Record &record)
    {
        using Clock = std::chrono::steady_clock;
        const auto since = [start = Clock::now()] {
            return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
        };
        Picture picture = load_picture(path, checksums_ ? &record.sha256 : nullptr);
        record.times.decode = since();
        record.width = picture.width;
        record.height = picture.height;
        record.exif_orientation = picture.exif_orientation;
        record.detections = detector_.detect(picture, &record.times);
        record.times.total = since();
        return picture;
    }

    // Whoever read the table may leave; results that are saved go on being saved.
    void show(const Record &record)
    {
        try {
            table_->add(record);
        } catch (const ReaderHasLeft &) {
            if (!outputs_.saves()) throw;
            table_ = nullptr;
            reader_left_ = true;
        }
    }

    void fail(const Error &error, Record &record)
    {
        ++counts.failed;
        record.error = {error.id().empty() ? out_of_memory : error.id(), error.message()};
        warn(error.what());
    }

    Detector &detector_;
    bool checksums_;
    Outputs &outputs_;
    ResultTable *table_;
    bool reader_left_ = false;
};

// What was written, unless standard output is the result itself.
void print_written(const Saving &saving, const Outputs &outputs)
{
    if (saving.to_standard_output()) return;
    for (const auto &path : outputs.files()) print("wrote " + printable(path) + "\n");
    if (outputs.pictures())
        print("wrote " + std::to_string(outputs.pictures()) + " annotated pictures to " + printable(saving.folder) +
              "\n");
}

// --quiet: results that are saved are not printed too.
bool wants_table(const Flags &flags, const Saving &saving)
{
    return !saving.to_standard_output() && !(flags.has("quiet") && !saving.formats.empty());
}

void run_over(Inputs &inputs, ReplacingGuard &guard, Run &run, bool progress_wanted)
{
    const auto start = std::chrono::steady_clock::now();
    Progress progress(inputs.total(), !progress_wanted);
    while (const auto input = inputs.next()) {
        stop_if_asked();
        guard.check(*input);
        run.take(*input, run.counts.inputs);
        progress.step(run.counts.inputs, run.counts.failed);
    }
    run.counts.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

int detect_all(const Flags &flags, const Settings &run_values, const Saving &saving, Detector &detector)
{
    const Colour colour = parse_colour(run_values.text("run.color"));
    Inputs inputs(flags.inputs());
    ReplacingGuard guard(saving);
    for (const auto &input : inputs.ahead()) guard.check(input); // before anything is written
    Outputs outputs(saving);
    ResultTable table(inputs.ahead(), detector.model().labels, colours_on(colour));
    const bool tabled = wants_table(flags, saving);
    Run run(detector, saving, outputs, tabled ? &table : nullptr);
    run_over(inputs, guard, run, !flags.has("quiet") && !(tabled && isatty(STDOUT_FILENO)));
    outputs.finish(
        saving.formats.empty() || saving.to_standard_output() ? "" : run_record(detector, run_values, run.counts));
    if (!flags.has("quiet") && run.is_read()) print_written(saving, outputs);
    if (run.counts.failed)
        warn(std::to_string(run.counts.failed) + " of " + std::to_string(run.counts.inputs) + " inputs failed");
    return run.counts.failed ? static_cast<int>(ErrorCode::input) : 0;
}

void require_weights(const Model &model)
{
    if (model.weights.tensors.empty())
        throw Error(
            ErrorCode::usage,
            "this network has no weights: give --weights FILE, or --weights seeded to try it without trained ones");
}

DetectorOptions detector_options(const Settings &run, bool verbose)
{
    DetectorOptions options;
    options.target = run.text("run.target");
    options.threads = static_cast<int>(run.integer("run.threads"));
    const bool explicit_target = options.target != "auto";
    options.log = [verbose, explicit_target](const std::string &line) {
        if (verbose || !explicit_target) warn(line);
    };
    return options;
}

} // namespace

int detect(const Arguments &arguments)
{
    const Flags flags = parse(flags_of_detect(), arguments, 1'000'000);
    check_model_flags(flags);
    const Settings run_values = run_settings(flags), overrides = model_overrides(flags, run_values);
    const Saving saving = parse_saving(flags);
    const bool only_config = flags.has("print-config");
    if (!only_config && flags.inputs().empty()) Inputs({});
    Registry registry(plugin_path(flags.all("plugin-dir")));
    Model model = choose_model(registry, flags, overrides);
    if (only_config) {
        print(to_ini(run_values, run_options(), false, true) + "\n" +
              to_ini(model.settings, model.options, false, true));
        return 0;
    }
    require_weights(model);
    DetectorOptions options = detector_options(run_values, flags.has("verbose"));
    options.classes = parse_classes(flags.value("classes").value_or(""), model.labels,
                                    static_cast<int>(model.settings.integer("model.classes")));
    auto target = open_target(options.target, module_folders(), options.log);
    Detector detector(std::move(model), std::move(target), options);
    return detect_all(flags, run_values, saving, detector);
}

} // namespace tradewind::cli
