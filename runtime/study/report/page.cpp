// SPDX-License-Identifier: Apache-2.0
// The page: head, summary, figures, tables.
#include "study/report/figures.h"
#include "study/report/markup.h"
#include "study/report/report.h"
#include "study/report/report_files.h"
#include "study/report/result_tables.h"
#include "study/statistics.h"
#include "tensor/error.h"

#include <algorithm>
#include <set>

namespace tradewind::reporting {
namespace {

std::size_t with_status(const Entries &entries, const std::string &status)
{
    std::size_t count = 0;
    for (const Result *result : entries.others) count += result->status == status;
    return count;
}

std::string summary(const Entries &entries, const Choices &choices)
{
    std::string text = counted(entries.measured.size(), "configuration was", "configurations were") + " measured";
    if (const auto count = with_status(entries, "impossible")) text += ", " + std::to_string(count) + " cannot be";
    if (const auto count = with_status(entries, "failed")) text += ", " + std::to_string(count) + " failed";
    const std::size_t accurate = entries.with_accuracy();
    text += accurate == 0 ? "; no result has an accuracy, so this report is about time, multiply-adds and memory."
                          : "; " + counted(accurate, "has", "have") + " an accuracy.";
    if (entries.environments.size() > 1)
        text += " The results are of " + std::to_string(entries.environments.size()) +
                " machines or builds, named by letters; they are not compared with each other.";
    const auto waited = std::count_if(entries.measured.begin(), entries.measured.end(),
                                      [](const Entry &entry) { return waited_share(*entry.result) >= disturbed; });
    if (waited)
        text += " " + counted(static_cast<std::size_t>(waited), "was", "were") +
                " disturbed: threads waited 5 % of the time and more for processors that others used (column “Waited” "
                "of all results). Their times tell of the machine's other users too.";
    if (choices.published) text += " Hollow points are published figures, measured on other machines.";
    for (const auto &note : choices.notes) text += " " + note;
    return sentence(text, "summary");
}

std::vector<Figure> all_figures(const Material &material)
{
    std::vector<Figure> figures;
    for (const auto &make :
         {accuracy_against_time, accuracy_against_classifier, accuracy_by_object_size, effect_of_picture_size,
          effect_of_proposals, time_of_each, time_against_multiply_adds, memory_against_time, box_quality,
          time_by_stage, throughput, ratios_by_stride, ratios_by_picture_size})
        figures.push_back(make(material));
    return figures;
}

std::string heading(const Figure &figure)
{
    const bool of_paper = figure.id.starts_with("figure-");
    return (of_paper ? "<span class=\"ordinal\">" + escaped(figure.id.substr(7)) + "</span>" : "") +
           escaped(figure.title);
}

std::string section(const std::string &id, const std::string &head, const std::string &body)
{
    return "<section id=\"" + id + "\">\n" + element("h2", "", head) + "\n" + body + "</section>\n";
}

std::string remarks_on(const Figure &figure, const Material &material)
{
    std::string text;
    if (material.published)
        for (const Remark &remark : material.catalogue.remarks)
            if (remark.figure == figure.id)
                text += sentence("Published: " + remark.text + " (" + remark.source + ")", "remark");
    return text;
}

std::string figure_section(const Figure &figure, const Material &material)
{
    return "<section class=\"figure" + std::string(figure.drawn ? "" : " absent") + "\" id=\"" + figure.id + "\">\n" +
           element("h3", "", heading(figure)) + "\n" + figure.body + remarks_on(figure, material) + "</section>\n";
}

struct TablePart {
    std::string id, title, body;
};

std::vector<TablePart> table_parts(const Material &material)
{
    std::vector<TablePart> parts = {{"results", "All results", table_of_results(material)}};
    if (const std::string others = table_of_others(material); !others.empty())
        parts.push_back({"others", "What was not measured", others});
    parts.push_back({"machines", "Machines and versions", table_of_environments(material.entries)});
    if (material.published)
        parts.push_back(
            {"published", "Published figures, measured on other machines", table_of_published(material.catalogue)});
    return parts;
}

std::string contents(const std::vector<Figure> &figures, const std::vector<TablePart> &parts)
{
    std::string items;
    for (const Figure &figure : figures)
        items += element("li", figure.drawn ? "" : " class=\"absent\"",
                         element("a", " href=\"#" + figure.id + "\"", heading(figure)));
    for (const TablePart &part : parts)
        items += element("li", "", element("a", " href=\"#" + part.id + "\"", escaped(part.title)));
    return element("nav", " aria-label=\"contents\"", element("ul", "", items)) + "\n";
}

std::string scripts(const std::string &library)
{
    if (library.empty()) return "";
    // A page ends its script at this text, wherever it stands.
    if (library.find("</script") != std::string::npos || library.find("<!--") != std::string::npos)
        throw Error(ErrorCode::refused, "the script library holds text that would end it in a page");
    return element("script", "", library) + "\n" + element("script", "", script) + "\n";
}

std::string licence_of_library(const Choices &choices)
{
    std::string text = sentence("Interaction: D3, copyright Mike Bostock, BSD licence.");
    if (!choices.licence.empty())
        text += element("details", "",
                        element("summary", "", "Copyright and licence of D3") +
                            element("pre", "", escaped(choices.licence))) +
                "\n";
    return text;
}

std::string foot(const Choices &choices)
{
    return element(
        "footer", "",
        sentence(
            "Numbers on the ordinals of figures are those of Huang et al., Speed/accuracy trade-offs "
            "for modern convolutional object detectors, CVPR 2017. Times are wall clock of one "
            "picture, medians with 95 % intervals that hold the medians of all rounds too. Multiply-adds are of the "
            "network as it runs, after what was fused, with live proposals alone. A scale is logarithmic where its "
            "largest value "
            "is more than 20 times the least.") +
            (choices.library.empty() ? sentence("This page was made without interaction: D3 (d3.min.js) was not found.")
                                     : licence_of_library(choices)));
}

} // namespace

Report report_of(const std::vector<Result> &results, const Catalogue &catalogue, const Choices &choices)
{
    const Entries entries = entries_of(results, catalogue);
    const Material material{entries, catalogue, choices.published};
    const std::vector<Figure> figures = all_figures(material);
    const std::vector<TablePart> parts = table_parts(material);
    Report report;
    report.measured = entries.measured.size();
    report.others = entries.others.size();
    std::string body =
        element("header", "", element("h1", "", escaped(choices.title)) + "\n" + summary(entries, choices)) + "\n" +
        contents(figures, parts) + "<main>\n";
    for (const Figure &figure : figures) {
        report.figures += figure.drawn;
        body += figure_section(figure, material);
    }
    for (const TablePart &part : parts) body += section(part.id, escaped(part.title), part.body);
    report.page = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                  "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
                  "'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                  "<meta name=\"generator\" content=\"tradewind study report\">\n" +
                  element("title", "", escaped(choices.title)) + "\n" + element("style", "", style_sheet) +
                  "\n</head>\n<body>\n<svg class=\"definitions\" width=\"0\" height=\"0\" aria-hidden=\"true\"><defs>"
                  "<marker id=\"arrow\" viewBox=\"0 0 10 10\" refX=\"13\" refY=\"5\" markerWidth=\"7\" "
                  "markerHeight=\"7\" orient=\"auto\"><path class=\"arrow-head\" d=\"M0,1L9,5L0,9Z\"/></marker></defs>"
                  "</svg>\n" +
                  body + "</main>\n" + foot(choices) + scripts(choices.library) + "</body>\n</html>\n";
    return report;
}

} // namespace tradewind::reporting
