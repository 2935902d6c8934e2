// SPDX-License-Identifier: Apache-2.0
// What several figures need.
#include "study/report/drawing.h"

#include "study/report/markup.h"

#include <algorithm>
#include <set>

namespace tradewind::reporting {
namespace {

std::string swatch(const std::string &classes, std::size_t shape)
{
    return "<svg class=\"swatch\" viewBox=\"-8 -8 16 16\" aria-hidden=\"true\"><path class=\"mark " + classes +
           "\" d=\"" + marker_path(shape) + "\"/></svg>";
}

std::string item(const std::string &attributes, const std::string &picture, const std::string &text)
{
    return element("li", attributes, picture + element("span", "", escaped(text)));
}

const std::string &name_in(const std::vector<std::string> &labels, std::size_t at)
{
    static const std::string none = "?";
    return at < labels.size() ? labels[at] : none;
}

std::string why_no_accuracy(const Entries &entries)
{
    std::set<std::string> notes;
    bool seeded = true;
    for (const Entry &entry : entries.measured) {
        if (entry.ap) continue;
        if (!entry.result->accuracy_note.empty()) notes.insert(entry.result->accuracy_note);
        seeded = seeded && entry.result->configuration.weights.starts_with("seeded");
    }
    if (notes.size() == 1) return *notes.begin();
    if (notes.empty()) return seeded ? "their weights are seeded, not trained" : "they do not say why";
    return *notes.begin() + "; and " + std::to_string(notes.size() - 1) +
           (notes.size() == 2 ? " other reason" : " other reasons") + ", in the table of all results";
}

std::optional<std::size_t> index_of(const std::vector<NamedPart> &parts, const std::string &id)
{
    for (std::size_t i = 0; i < parts.size(); ++i)
        if (parts[i].id == id) return i;
    return {};
}

} // namespace

std::string text_of(const Entry &entry)
{
    std::string text = entry.name + "\n" + number(entry.time.median) + " ms";
    if (entry.time.low > 0 && entry.time.high > 0)
        text += " (95 %: " + number(entry.time.low) + " to " + number(entry.time.high) + ")";
    if (entry.ap) text += "\nmAP " + number(*entry.ap) + " %" + (entry.dominated ? ", dominated" : "");
    const auto small = entry.accuracy("APs"), large = entry.accuracy("APl");
    if (small && large) text += "\non small objects " + number(*small) + " %, on large ones " + number(*large) + " %";
    if (entry.giga_multiply_adds) text += "\n" + number(*entry.giga_multiply_adds) + " billion multiply-adds";
    if (entry.megabytes) text += "\n" + number(*entry.megabytes) + " MB at most";
    return text;
}

Mark mark_of(const Entry &entry, double x, double y, bool x_is_time)
{
    Mark mark;
    mark.x = x;
    mark.y = y;
    mark.colour = entry.colour;
    mark.shape = entry.shape;
    mark.faded = entry.dominated;
    mark.text = text_of(entry);
    if (x_is_time && entry.time.low > 0 && entry.time.high >= entry.time.low) {
        mark.x_low = entry.time.low;
        mark.x_high = entry.time.high;
    }
    return mark;
}

std::optional<Mark> mark_of(const PublishedPoint &point, const Material &material, const Number &x, const Number &y)
{
    const auto shape = index_of(material.catalogue.metas, point.meta);
    const auto colour = index_of(material.catalogue.extractors, point.extractor);
    if (!shape || !colour || !x(point) || !y(point)) return {};
    Mark mark;
    mark.x = *x(point);
    mark.y = *y(point);
    mark.shape = *shape;
    mark.colour = *colour;
    mark.hollow = true;
    mark.text = "Published: " + point.label + "\n" + (point.time ? number(*point.time) + " ms\n" : "");
    if (const auto ap = point.number("AP")) mark.text += "mAP " + number(*ap) + " %\n";
    mark.text += point.source + "\n" + point.machine;
    return mark;
}

void add_published(std::vector<Mark> &marks, const Material &material, const Number &x, const Number &y)
{
    if (!material.published) return;
    for (const PublishedPoint &point : material.catalogue.points)
        if (const auto mark = mark_of(point, material, x, y)) marks.push_back(*mark);
}

std::vector<double> xs_of(const std::vector<Mark> &marks)
{
    std::vector<double> values;
    for (const Mark &mark : marks) {
        values.push_back(mark.x);
        if (mark.x_low) values.push_back(*mark.x_low);
        if (mark.x_high) values.push_back(*mark.x_high);
    }
    return values;
}

std::vector<double> ys_of(const std::vector<Mark> &marks)
{
    std::vector<double> values;
    for (const Mark &mark : marks) values.push_back(mark.y);
    return values;
}

std::string legend_of(const Material &material, const std::vector<Mark> &marks, bool has_frontier)
{
    std::set<std::size_t> shapes_used, colours_used;
    bool hollow = false, faded = false;
    for (const Mark &mark : marks) {
        shapes_used.insert(mark.shape);
        colours_used.insert(mark.colour);
        hollow |= mark.hollow;
        faded |= mark.faded;
    }
    std::string items;
    for (const std::size_t shape : shapes_used)
        items += item(" data-class=\"s" + std::to_string(shape % shapes) + "\"", swatch("plain", shape),
                      name_in(material.entries.metas, shape));
    for (const std::size_t colour : colours_used)
        items += item(" data-class=\"c" + std::to_string(colour % colours) + "\"",
                      swatch("c" + std::to_string(colour % colours), 0), name_in(material.entries.extractors, colour));
    if (hollow) items += item(" data-class=\"hollow\"", swatch("plain hollow", 0), "published, on another machine");
    if (faded) items += item(" data-class=\"faded\"", swatch("plain faded", 0), "dominated");
    if (has_frontier)
        items += item(" data-class=\"frontier\"",
                      "<svg class=\"swatch\" viewBox=\"-8 -8 16 16\" aria-hidden=\"true\"><path class=\"line "
                      "frontier\" d=\"M-8,0H8\"/></svg>",
                      "optimality frontier");
    return element("ul", " class=\"legend\"", items) + "\n";
}

std::string about_accuracy(const Entries &entries)
{
    const std::size_t without = entries.measured.size() - entries.with_accuracy();
    if (without == 0) return "";
    const std::string all = std::to_string(entries.measured.size());
    const std::string who = without == entries.measured.size()
                                ? "None of the " + all + " measured results has an accuracy"
                                : std::to_string(without) + " of the " + all + " measured results " +
                                      (without == 1 ? "has" : "have") + " no accuracy";
    return who + " (" + why_no_accuracy(entries) + "). ";
}

std::string scatter(const Material &material, Chart chart, const AxisNames &names, Start x, bool may_be_logarithmic)
{
    chart.x = axis_around(names.x, xs_of(chart.marks), x, may_be_logarithmic);
    chart.y = axis_around(names.y, ys_of(chart.marks), Start::zero, may_be_logarithmic && names.y != accuracy_label);
    const bool frontier = std::any_of(chart.lines.begin(), chart.lines.end(), [](const Line &line) {
        return line.kind == "frontier" && line.points.size() > 1;
    });
    return legend_of(material, chart.marks, frontier) + drawn(chart);
}

Row row_of(const Entry &entry)
{
    Row row;
    row.name = entry.name;
    row.kind = series_class(entry.colour, entry.shape);
    row.shape = entry.shape;
    return row;
}

} // namespace tradewind::reporting
