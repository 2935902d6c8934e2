// SPDX-License-Identifier: Apache-2.0
// Charts with one named row for each thing.
#include "study/report/row_chart.h"

#include "study/report/markup.h"

#include <algorithm>

namespace tradewind::reporting {
namespace {

constexpr double width = 1140, top = 8, step = 22, letter = 6.9;
constexpr std::size_t longest_name = 70;

// Bytes of UTF-8 that go on a letter are not counted.
std::size_t letters_of(const std::string &text)
{
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string shortened(const std::string &name)
{
    if (letters_of(name) <= longest_name) return name;
    std::size_t end = 0;
    for (std::size_t letters = 0; end < name.size(); ++end)
        if ((name[end] & 0xC0) != 0x80 && ++letters == longest_name) break;
    return name.substr(0, end) + "…";
}

double left_of(const RowChart &chart)
{
    std::size_t most = 20;
    for (const Row &row : chart.rows) most = std::max(most, letters_of(shortened(row.name)));
    return 16 + letter * static_cast<double>(most);
}

struct Band {
    double y = 0, height = 0;
};

double right_of(const RowChart &chart)
{
    std::size_t most = 8;
    for (const Row &row : chart.rows) most = std::max(most, letters_of(row.value));
    return width - 16 - letter * static_cast<double>(most);
}

double place(const RowChart &chart, double value) { return chart.axis.place(value, left_of(chart), right_of(chart)); }

double band_height(const RowChart &chart)
{
    std::size_t most = 1;
    if (chart.style == RowStyle::grouped)
        for (const Row &row : chart.rows) most = std::max(most, row.parts.size());
    return most == 1 ? step : 10 + 9.0 * static_cast<double>(most);
}

std::string text_at(double x, double y, const std::string &kind, const std::string &text)
{
    return "<text class=\"" + kind + "\" x=\"" + pixels(x) + "\" y=\"" + pixels(y) + "\">" + escaped(text) + "</text>";
}

std::string bar(double from, double to, const Band &band, const Part &part)
{
    return "<rect class=\"bar " + part.kind + "\" x=\"" + pixels(from) + "\" y=\"" + pixels(band.y) + "\" width=\"" +
           pixels(std::max(0.0, to - from)) + "\" height=\"" + pixels(band.height) + "\">" +
           element("title", "", escaped(part.text)) + "</rect>\n";
}

std::string bars(const RowChart &chart, const Row &row, const Band &band)
{
    std::string text;
    double sum = 0;
    const bool stacked = chart.style == RowStyle::stacked;
    const double each = stacked ? band.height - 6 : (band.height - 8) / static_cast<double>(row.parts.size());
    double y = band.y + (stacked ? 3 : 4);
    for (const Part &part : row.parts) {
        text += bar(place(chart, sum), place(chart, sum + part.value), {y, stacked ? each : each - 1}, part);
        if (stacked)
            sum += part.value;
        else
            y += each;
    }
    return text;
}

std::string point(const RowChart &chart, const Row &row, const Band &band)
{
    const double y = band.y + band.height / 2;
    const auto at = [&](double value) { return pixels(place(chart, value)); };
    std::string text;
    if (row.low && row.high)
        text = "<path class=\"line whisker " + row.kind + "\" d=\"M" + at(*row.low) + "," + pixels(y) + "H" +
               at(*row.high) + "\"/>";
    return text + "<path class=\"mark " + row.kind + "\" transform=\"translate(" + at(row.parts.front().value) + "," +
           pixels(y) + ")\" d=\"" + marker_path(row.shape) + "\">" +
           element("title", "", escaped(row.parts.front().text)) + "</path>\n";
}

std::string row_at(const RowChart &chart, const Row &row, const Band &band)
{
    const double middle = band.y + band.height / 2 + 4;
    std::string text = "<path class=\"grid\" d=\"M" + pixels(left_of(chart)) + "," + pixels(band.y + band.height) +
                       "H" + pixels(right_of(chart)) + "\"/>" +
                       text_at(left_of(chart) - 9, middle, "row beside", shortened(row.name));
    if (!row.parts.empty()) text += chart.style == RowStyle::points ? point(chart, row, band) : bars(chart, row, band);
    if (!row.value.empty()) text += text_at(right_of(chart) + 8, middle, "row value", row.value);
    return element("g", " class=\"" + row.kind + "\"", text) + "\n";
}

std::string scale(const RowChart &chart, double bottom)
{
    std::string text;
    for (const Tick &tick : chart.axis.ticks) {
        const double x = place(chart, tick.value);
        text += "<path class=\"grid\" d=\"M" + pixels(x) + "," + pixels(top) + "V" + pixels(bottom) + "\"/>" +
                text_at(x, bottom + 17, "tick below", tick.text);
    }
    return text + text_at((left_of(chart) + right_of(chart)) / 2, bottom + 40, "label", chart.axis.label) + "\n";
}

} // namespace

std::string drawn(const RowChart &chart)
{
    const double height = band_height(chart), bottom = top + height * static_cast<double>(chart.rows.size());
    std::string text = scale(chart, bottom);
    double y = top;
    for (const Row &row : chart.rows) {
        text += row_at(chart, row, {y, height});
        y += height;
    }
    return (chart.title.empty() ? "" : element("h4", "", escaped(chart.title)) + "\n") +
           "<svg class=\"rows\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + pixels(width) + " " +
           pixels(bottom + 50) + "\" role=\"img\" aria-label=\"" +
           escaped(chart.title.empty() ? chart.axis.label : chart.title) + "\">\n" + text + "</svg>\n";
}

} // namespace tradewind::reporting
