// SPDX-License-Identifier: Apache-2.0
// tradewind detect
#include "cli/class_filter.h"
#include "cli/commands.h"
#include "cli/folders.h"
#include "cli/image_ids.h"
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
#include "detector/labels.h"
#include "tensor/error.h"

#include <chrono>
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

// The run over all inputs.
class Run {
public:
    // `table` may be null.
    Run(Detector &detector, const std::deque<Input> &first, const Saving &saving, Outputs &outputs, ResultTable *table)
        : ids_(first), detector_(detector), checksums_(saving.has("json") || saving.has("jsonl")), outputs_(outputs),
          table_(table)
    {
    }

    void take(const Input &input)
    {
        Record record;
        record.file = input.path;
        record.image_id = ids_.next(input.path);
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
        counts.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
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
        counts.out_of_memory += error.code() == ErrorCode::resource;
        record.error = {error.id().empty() ? out_of_memory : error.id(), error.message()};
        warn(error.what());
    }

    ImageIds ids_;
    Detector &detector_;
    bool checksums_;
    Outputs &outputs_;
    ResultTable *table_;
    bool reader_left_ = false;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// What was written, unless standard output is the result itself.
void print_written(const Saving &saving, const Outputs &outputs)
{
    if (saving.to_standard_output()) return;
    for (const auto &path : outputs.files()) print("wrote " + printable(path) + "\n");
    if (outputs.pictures())
        print("wrote " + std::to_string(outputs.pictures()) +
              (outputs.pictures() == 1 ? " annotated picture to " : " annotated pictures to ") +
              printable(saving.folder) + "\n");
}

// --quiet: results that are saved are not printed too.
bool wants_table(const Flags &flags, const Saving &saving)
{
    return !saving.to_standard_output() && !(flags.has("quiet") && !saving.formats.empty());
}

void run_over(Inputs &inputs, ReplacingGuard &guard, Run &run, bool progress_wanted)
{
    Progress progress(inputs.total(), !progress_wanted);
    for (;;) {
        stop_if_asked();
        const auto input = inputs.next();
        if (!input) break;
        guard.check(*input);
        run.take(*input);
        progress.step(run.counts.inputs, run.counts.failed);
    }
    stop_if_asked();
}

// Where memory sufficed for no input, that is the cause, not the inputs.
int exit_code(const RunCounts &counts)
{
    if (counts.failed == 0) return 0;
    return static_cast<int>(counts.out_of_memory == counts.inputs ? ErrorCode::resource : ErrorCode::input);
}

int detect_all(const Flags &flags, const Settings &run_values, const Saving &saving, Detector &detector)
{
    const Colour colour = parse_colour(run_values.text("run.color"));
    Inputs inputs(flags.inputs());
    ReplacingGuard guard(saving, inputs.total() == 0);
    for (const auto &input : inputs.ahead()) guard.check(input); // before anything is written
    Outputs outputs(saving);
    const auto record = outputs.saves() ? std::make_optional<RunRecord>(detector, run_values) : std::nullopt;
    ResultTable table(inputs.ahead(), detector.model().labels, colours_on(colour));
    const bool tabled = wants_table(flags, saving);
    Run run(detector, inputs.ahead(), saving, outputs, tabled ? &table : nullptr);
    const auto recorded = [&](const char *end) { return record ? record->text(run.counts, end) : std::string(); };
    try {
        run_over(inputs, guard, run, !flags.has("quiet") && !(tabled && isatty(STDOUT_FILENO)));
    } catch (const Interrupted &) {
        outputs.keep(recorded("interrupted"));
        throw;
    } catch (...) {
        outputs.keep(recorded("failed"));
        throw;
    }
    outputs.finish(recorded("complete"));
    if (!flags.has("quiet") && run.is_read()) print_written(saving, outputs);
    if (run.counts.failed)
        warn(std::to_string(run.counts.failed) + " of " + std::to_string(run.counts.inputs) + " inputs failed");
    return exit_code(run.counts);
}

DetectorOptions detector_options(const Settings &run)
{
    DetectorOptions options;
    options.target = run.text("run.target");
    options.threads = static_cast<int>(run.integer("run.threads"));
    options.log = warn;
    options.checkpoint = stop_if_asked;
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
        if (const auto labels = to_list(model.labels);
            model.settings.text("model.labels").empty() && parse_label_list(labels, "") == model.labels)
            model.settings.set("model.labels", labels, "the model");
        print(to_ini(run_values, run_options(), false, true) + "\n" +
              to_ini(model.settings, model.options, false, true));
        return 0;
    }
    require_meta_architecture(model);
    DetectorOptions options = detector_options(run_values);
    options.classes = parse_classes(flags.value("classes").value_or(""), model.labels,
                                    static_cast<int>(model.settings.integer("model.classes")));
    load_weights(model, flags); // last: what is wrong with a command line is said at once
    require_weights(model);
    auto target = open_target(options.target, module_folders(), options.log);
    Detector detector(std::move(model), std::move(target), options);
    if (flags.has("verbose"))
        for (const auto &placement : detector.placements({480, 640}))
            warn(placement.node + ": " + placement.op + ", " + placement.implementation);
    return detect_all(flags, run_values, saving, detector);
}

} // namespace tradewind::cli
