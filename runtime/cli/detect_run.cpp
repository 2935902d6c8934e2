// SPDX-License-Identifier: Apache-2.0
// One input after another.
#include "cli/detect_run.h"

#include "cli/image_ids.h"
#include "cli/inputs.h"
#include "cli/load_picture.h"
#include "cli/result_table.h"
#include "cli/run_record.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "tensor/error.h"

#include <chrono>
#include <optional>
#include <unistd.h>

namespace tradewind::cli {
namespace {

// The run over all inputs.
class Run {
public:
    // `table` may be null.
    Run(Ensemble &ensemble, const std::deque<Input> &first, const Saving &saving, Outputs &outputs, ResultTable *table)
        : ids_(first), ensemble_(ensemble), checksums_(saving.has("json") || saving.has("jsonl")), outputs_(outputs),
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
        record.detections = ensemble_.detect(picture, &record.times);
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
    Ensemble &ensemble_;
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

} // namespace

int detect_all(const Flags &flags, const Settings &run_values, const Saving &saving, Ensemble &ensemble)
{
    const Colour colour = parse_colour(run_values.text("run.color"));
    Inputs inputs(flags.inputs());
    ReplacingGuard guard(saving, inputs.total() == 0);
    for (const auto &input : inputs.ahead()) guard.check(input); // before anything is written
    Outputs outputs(saving);
    const auto record = outputs.saves() ? std::make_optional<RunRecord>(ensemble, run_values) : std::nullopt;
    ResultTable table(inputs.ahead(), ensemble.labels(), colours_on(colour));
    const bool tabled = wants_table(flags, saving);
    Run run(ensemble, inputs.ahead(), saving, outputs, tabled ? &table : nullptr);
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

} // namespace tradewind::cli
