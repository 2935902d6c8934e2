// SPDX-License-Identifier: Apache-2.0
// tradewind study report: one HTML page from results.
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/folders.h"
#include "cli/model_choice.h"
#include "cli/published.h"
#include "cli/terminal.h"
#include "output/writer.h"
#include "study/report/reading.h"
#include "study/report/report.h"
#include "tensor/error.h"

#include <fstream>
#include <iterator>

namespace tradewind::cli {
namespace {

// "" where this installation has no such file.
std::string text_of(const std::string &name)
{
    const std::string path = report_file(name);
    if (path.empty()) return "";
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

std::string what_was_made(const reporting::Report &made, const std::string &output)
{
    std::string text = "wrote " + printable(output) + ": " + counted(made.measured, "result", "results");
    if (made.others) text += ", " + std::to_string(made.others) + " without measurements";
    return text + ", " + counted(made.figures, "figure", "figures") + ", " +
           std::to_string((made.page.size() + 999) / 1000) + " kB\n";
}

} // namespace

int study_report(const Arguments &arguments)
{
    const Flags flags =
        parse({{"output", "FILE", "o"}, {"overwrite"}, {"published"}, {"title", "TEXT"}}, arguments, 1000);
    if (flags.inputs().empty())
        throw Error(ErrorCode::usage, "name results: a file with one result a line, or a study's folder");
    const std::string output = output_file(flags, "REPORT.html");
    const auto [results, notes] = reporting::read_results(flags.inputs());
    reporting::Choices choices;
    choices.notes = notes;
    choices.title = flags.value("title").value_or(choices.title);
    choices.published = flags.has("published");
    choices.library = text_of("d3.min.js");
    choices.licence = text_of("d3.licence.txt");
    const reporting::Report made =
        reporting::report_of(results, reporting::catalogue_of(published_data("measurements.ini")), choices);
    const auto sink = open_file(output, flags.has("overwrite"));
    sink->write(made.page);
    sink->finish();
    print(what_was_made(made, output));
    for (const auto &note : notes) print("note: " + printable(note) + "\n");
    if (choices.library.empty())
        print("the page is without interaction: D3 was not found when this program was built (Debian: node-d3)\n");
    return 0;
}

} // namespace tradewind::cli
