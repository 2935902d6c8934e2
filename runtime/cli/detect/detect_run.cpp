// SPDX-License-Identifier: Apache-2.0
// One input after another.
#include "cli/detect/detect_run.h"

#include "cli/detect/image_ids.h"
#include "cli/detect/result_table.h"
#include "cli/inputs.h"
#include "cli/look/look_at_all.h"
#include "cli/reduced_decoding.h"
#include "cli/run_record.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "tensor/clock.h"
#include "tensor/error.h"

#include <optional>
#include <unistd.h>

namespace tradewind::cli {
namespace {

// What becomes of results.
class Run {
public:
    // `table` may be null.
    Run(Outputs &outputs, ResultTable *table) : outputs_(outputs), table_(table) {}

    void take(const Looked &looked)
    {
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

std::string stopped_text(const RunCounts &counts, const Inputs &inputs, const Outputs &outputs)
{
    const std::string of = inputs.total() > 0 ? " of " + std::to_string(inputs.total()) : "";
    return "stopped after " + std::to_string(counts.inputs) + of + " inputs" +
           (outputs.saves() ? ": the files written are of these alone" : "");
}

// --quiet: results that are saved are not printed too.
bool wants_table(const Flags &flags, const Saving &saving)
{
    return !saving.to_standard_output() && !(flags.has("quiet") && !saving.formats.empty());
}

struct Looking {
    std::vector<Stream> &streams;
    Inputs &inputs;
    ReplacingGuard &guard;
    bool checksums, progress;
    std::function<ImageSize(ImageSize)> enough;
};

void run_over(const Looking &looking, Run &run)
{
    Progress progress(looking.inputs.total(), !looking.progress);
    ImageIds ids(looking.inputs.ahead());
    const auto next = [&]() -> std::optional<Task> {
        auto input = looking.inputs.next();
        if (!input) return std::nullopt;
        looking.guard.check(*input);
        const auto id = ids.next(input->path);
        return Task{std::move(*input), id, looking.enough};
    };
    look_at_all({looking.streams, looking.checksums, next, [&](const Looked &looked) {
                     run.take(looked);
                     progress.step(run.counts.inputs, run.counts.failed);
                 }});
}

} // namespace

int detect_all(const Flags &flags, const Settings &run_values, const Saving &saving, std::vector<Stream> &streams)
{
    const Colour colour = parse_colour(run_values.text("run.color"));
    const auto enough = reduced_decoding(run_values, saving, streams.front().ensemble);
    Inputs inputs(flags.inputs());
    ReplacingGuard guard(saving, inputs.total() == 0);
    for (const auto &input : inputs.ahead()) guard.check(input); // before anything is written
    Outputs outputs(saving);
    const auto record = outputs.saves()
                            ? std::make_optional<RunRecord>(streams.front().ensemble, run_values, streams.size())
                            : std::nullopt;
    ResultTable table(inputs.ahead(), streams.front().ensemble.labels(), colours_on(colour));
    const bool tabled = wants_table(flags, saving);
    Run run(outputs, tabled ? &table : nullptr);
    const auto recorded = [&](const char *end) {
        return record ? record->text(run.counts, end, algorithms_of(streams)) : std::string();
    };
    const bool progress = !flags.has("quiet") && !(tabled && isatty(STDOUT_FILENO));
    const Looking looking{streams, inputs, guard, saving.has("json") || saving.has("jsonl"), progress, enough};
    try {
        outputs.through([&] { run_over(looking, run); }, recorded);
    } catch (const Interrupted &) {
        if (!flags.has("quiet")) warn(stopped_text(run.counts, inputs, outputs));
        throw;
    }
    if (!flags.has("quiet") && run.is_read()) print_written(saving, outputs);
    if (run.counts.failed)
        warn(std::to_string(run.counts.failed) + " of " + std::to_string(run.counts.inputs) + " inputs failed");
    return exit_code_of(run.counts.inputs, run.counts.failed, run.counts.out_of_memory);
}

} // namespace tradewind::cli
