// SPDX-License-Identifier: Apache-2.0
// tradewind study STUDY.ini
#include "study/study.h"
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/folders.h"
#include "cli/model_choice.h"
#include "cli/run_settings.h"
#include "cli/signals.h"
#include "cli/study/study_text.h"
#include "cli/terminal.h"
#include "detector/open_target.h"
#include "detector/precision_choice.h"
#include "study/study_record.h"
#include "tensor/error.h"

#include <cstdio>
#include <map>
#include <memory>
#include <unistd.h>

namespace tradewind::cli {
namespace {

constexpr ImageSize usual{480, 640};

Flags parsed(const Arguments &arguments)
{
    const Flags flags = parse({{"output", "FOLDER", "o"},
                               {"limit", "N"},
                               {"retry-failed"},
                               {"retry-disturbed"},
                               {"list"},
                               {"check"},
                               {"quiet", "", "q"},
                               {"color", "WHEN"},
                               {"plugin-dir", "DIR", "", {}, true}},
                              arguments, 1);
    if (flags.inputs().empty()) throw Error(ErrorCode::usage, "name a study: a file, or one that comes along");
    if (flags.has("check") && !flags.has("list")) throw Error(ErrorCode::usage, "--check goes with --list");
    for (const char *name : {"limit", "retry-failed", "retry-disturbed"})
        if (flags.has("list") && flags.has(name))
            throw Error(ErrorCode::usage, "--list measures nothing: it does not go with --" + std::string(name));
    if (flags.value("output").value_or("folder").empty()) throw Error(ErrorCode::usage, "--output is empty");
    return flags;
}

// Second words of this command, one of which may be meant by a name that is no study.
std::vector<std::string> second_words()
{
    std::vector<std::string> words;
    for (const Command &command : commands())
        if (const std::string name = command.name; name.starts_with("study ")) words.push_back(name.substr(6));
    return words;
}

// What speaks against computing a cell here; each target is opened once.
class TargetRefusals {
public:
    std::string operator()(const std::string &name, const std::string &precision, std::size_t batch)
    try {
        auto &target = opened_[name];
        if (!target) target = open_target(name, module_folders(), {});
        const Precision chosen = choose_precision(*target, precision, true);
        return target->refuses(chosen, batch);
    } catch (const Error &error) {
        return error.what();
    }

private:
    std::map<std::string, std::shared_ptr<Target>> opened_;
};

std::vector<Cell> cells_of(const Study &study, Registry &registry, const Flags &flags, const Settings &run)
{
    const auto read = [&](const std::string &config) { return read_model_config(registry, config); };
    return expand(study, {&registry, read, model_overrides(flags, run), TargetRefusals()});
}

// Why the network of a cell cannot be described; empty when it can.
std::string checked(const Cell &cell, Registry &registry)
{
    if (!cell.impossible.empty()) return cell.impossible;
    try {
        const Model model = make_model(registry, cell.given);
        describe(model, resized_size(model, usual));
        return "";
    } catch (const Error &error) {
        return error.what();
    }
}

int list(const std::vector<Cell> &cells, const std::string &folder, Registry &registry, bool check, bool coloured)
{
    const ResultLines results = read_results(folder + "/results.jsonl");
    std::vector<std::string> checks;
    for (std::size_t i = 0; check && i < cells.size(); ++i) {
        stop_if_asked();
        checks.push_back(checked(cells[i], registry));
    }
    print(cell_list(cells, results, checks, coloured));
    const bool all = std::all_of(checks.begin(), checks.end(), [](const auto &against) { return against.empty(); });
    return all ? 0 : static_cast<int>(ErrorCode::check);
}

MeasuringProgram this_program(const Flags &flags)
{
    MeasuringProgram program{"/proc/self/exe", {}, signal_descriptor()};
    for (const auto &folder : flags.all("plugin-dir")) {
        program.arguments.push_back("--plugin-dir");
        program.arguments.push_back(folder);
    }
    return program;
}

// What is being measured is drawn over by what it gave; where that is no terminal, only that is printed.
StudyEvents progress(bool quiet)
{
    const bool drawn = !quiet && isatty(STDERR_FILENO);
    auto current = std::make_shared<std::string>();
    StudyEvents events;
    events.before = [=](const Cell &cell, std::size_t left) {
        *current = printable(cell.label);
        if (drawn) std::fprintf(stderr, "%s ... (%zu left)", current->c_str(), left);
    };
    events.after = [=](const Result &result, std::size_t left) {
        if (!quiet)
            std::fprintf(stderr, "%s%s: %s (%zu left)\n", drawn ? "\r\x1b[K" : "", current->c_str(),
                         printable(outcome_text(result)).c_str(), left);
    };
    events.checkpoint = stop_if_asked;
    return events;
}

int measure_all(const Study &study, const std::vector<Cell> &cells, const std::string &folder, const Flags &flags,
                bool coloured)
{
    StudyOptions options;
    options.retry = flags.has("retry-failed");
    options.retry_disturbed = flags.has("retry-disturbed");
    if (const auto limit = flags.value("limit"))
        options.limit = static_cast<std::size_t>(integer_between("--limit", *limit, 0, 1'000'000));
    ResultsFile results(folder);
    write_study_record(study, cells, folder);
    try {
        run_study(study, cells, results, this_program(flags), options, progress(flags.has("quiet")));
    } catch (const Stopped &) {
        stop_if_asked();
    } catch (const Interrupted &) {
        warn("stopped; what was measured is kept, and the same command goes on with the rest");
        throw;
    }
    print(study_text(cells, results.read(), coloured));
    if (!flags.has("quiet")) print("results: " + printable(results.path()) + "\n");
    return count(cells, results.read()).failed ? static_cast<int>(ErrorCode::input) : 0;
}

} // namespace

int study(const Arguments &arguments)
{
    const Flags flags = parsed(arguments);
    const Settings run = run_settings(flags);
    const Study study = read_study(study_path(flags.inputs().front(), second_words()));
    const std::string folder = flags.value("output").value_or("study-" + study.name);
    Registry registry(plugin_path(flags.all("plugin-dir")));
    const std::vector<Cell> cells = cells_of(study, registry, flags, run);
    const bool coloured = colours_on(parse_colour(run.text("run.color")));
    if (flags.has("list")) return list(cells, folder, registry, flags.has("check"), coloured);
    return measure_all(study, cells, folder, flags, coloured);
}

} // namespace tradewind::cli
