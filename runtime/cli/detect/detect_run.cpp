// SPDX-License-Identifier: Apache-2.0
// One input after another.
#include "cli/detect/detect_run.h"

#include "cli/detect/image_ids.h"
#include "cli/detect/result_table.h"
#include "cli/detect_one.h"
#include "cli/inputs.h"
#include "cli/run_record.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "tensor/clock.h"
#include "tensor/error.h"

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
        const Looked looked = detect_one(ensemble_, input, ids_.next(input.path), checksums_);
        outputs_.add(looked.record, looked.picture ? &*looked.picture : nullptr);
        ++counts.inputs;
        counts.failed += looked.record.error.has_value();
        counts.out_of_memory += looked.out_of_memory;
        counts.seconds = (milliseconds_now() - start_) / 1000;
        counts.detections += looked.record.detections.size();
        if (!looked.record.error && table_) show(looked.record);
    }

    bool is_read() const { return !reader_left_; } // standard output

    RunCounts counts;

private:
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

    ImageIds ids_;
    Ensemble &ensemble_;
    bool checksums_;
    Outputs &outputs_;
    ResultTable *table_;
    bool reader_left_ = false;
    double start_ = milliseconds_now();
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
    const bool progress = !flags.has("quiet") && !(tabled && isatty(STDOUT_FILENO));
    outputs.through([&] { run_over(inputs, guard, run, progress); }, recorded);
    if (!flags.has("quiet") && run.is_read()) print_written(saving, outputs);
    if (run.counts.failed)
        warn(std::to_string(run.counts.failed) + " of " + std::to_string(run.counts.inputs) + " inputs failed");
    return exit_code_of(run.counts.inputs, run.counts.failed, run.counts.out_of_memory);
}

} // namespace tradewind::cli
