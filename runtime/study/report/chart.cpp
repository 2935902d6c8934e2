// SPDX-License-Identifier: Apache-2.0
// Charts of points and lines as SVG.
#include "study/report/chart.h"

#include "study/report/markup.h"

#include <algorithm>

namespace tradewind::reporting {
namespace {

constexpr double width = 560, height = 360, left = 62, right = 530, top = 12, bottom = 312;
constexpr double marker_width = 9; // a shorter whisker would not be seen

double across(const Chart &chart, double value) { return chart.x.place(value, left, right); }
double down(const Chart &chart, double value) { return chart.y.place(value, bottom, top); }

std::string polyline(const std::vector<std::pair<double, double>> &points, const std::string &classes)
{
    std::string path;
    for (const auto &[x, y] : points) path += (path.empty() ? "M" : "L") + pixels(x) + "," + pixels(y);
    return "<path class=\"line " + classes + "\" d=\"" + path + "\"/>\n";
}

std::string text_at(double x, double y, const std::string &kind, const std::string &text)
{
    return "<text class=\"" + kind + "\" x=\"" + pixels(x) + "\" y=\"" + pixels(y) + "\">" + escaped(text) +
           "</text>\n";
}

std::string x_axis(const Chart &chart)
{
    std::string ticks;
    for (const Tick &tick : chart.x.ticks) {
        const std::string at = pixels(across(chart, tick.value));
        ticks += "<path class=\"grid\" d=\"M" + at + "," + pixels(top) + "V" + pixels(bottom) + "\"/>" +
                 text_at(across(chart, tick.value), bottom + 17, "tick below", tick.text);
    }
    return element("g", " class=\"axis x\"", ticks) + "\n" +
           text_at((left + right) / 2, height - 8, "label", chart.x.label);
}

std::string y_axis(const Chart &chart)
{
    std::string ticks;
    for (const Tick &tick : chart.y.ticks) {
        const std::string at = pixels(down(chart, tick.value));
        ticks += "<path class=\"grid\" d=\"M" + pixels(left) + "," + at + "H" + pixels(right) + "\"/>" +
                 text_at(left - 7, down(chart, tick.value) + 4, "tick beside", tick.text);
    }
    const std::string middle = pixels((top + bottom) / 2);
    return element("g", " class=\"axis y\"", ticks) + "\n" + "<text class=\"label\" transform=\"translate(15," +
           middle + ") rotate(-90)\">" + escaped(chart.y.label) + "</text>\n";
}

std::string mark_at(const Chart &chart, const Mark &mark)
{
    const double x = across(chart, mark.x), y = down(chart, mark.y);
    const std::string classes =
        series_class(mark.colour, mark.shape) + (mark.hollow ? " hollow" : "") + (mark.faded ? " faded" : "");
    std::string text;
    if (mark.x_low && mark.x_high) {
        const double from = across(chart, *mark.x_low), to = across(chart, *mark.x_high);
        if (to - from > marker_width) text += polyline({{from, y}, {to, y}}, "whisker " + classes);
    }
    return text + "<path class=\"mark " + classes + "\" transform=\"translate(" + pixels(x) + "," + pixels(y) +
           ")\" d=\"" + marker_path(mark.shape) + "\">" + element("title", "", escaped(mark.text)) + "</path>\n";
}

std::string line_through(const Chart &chart, const Line &line)
{
    std::vector<std::pair<double, double>> points;
    for (const auto &[x, y] : line.points) points.emplace_back(across(chart, x), down(chart, y));
    return polyline(points, (line.of_series ? series_class(line.colour, line.shape) + " " : "") + line.kind);
}

std::string scale_of(const Axis &axis)
{
    return std::string(axis.logarithmic ? "log " : "linear ") + exact(axis.least) + " " + exact(axis.most);
}

} // namespace

std::string marker_path(std::size_t shape)
{
    static const char *const paths[shapes] = {
        "M-4.6,0A4.6,4.6 0 1 1 4.6,0A4.6,4.6 0 1 1 -4.6,0Z",            // circle
        "M-4.2,-4.2H4.2V4.2H-4.2Z",                                     // square
        "M0,-5.4L5.2,4.2H-5.2Z",                                        // triangle
        "M0,-6L5.2,0L0,6L-5.2,0Z",                                      // diamond
        "M0,5.4L5.2,-4.2H-5.2Z",                                        // triangle on its tip
        "M-1.7,-5.2H1.7V-1.7H5.2V1.7H1.7V5.2H-1.7V1.7H-5.2V-1.7H-1.7Z", // cross
    };
    return paths[shape % shapes];
}

std::string series_class(std::size_t colour, std::size_t shape)
{
    return "c" + std::to_string(colour % colours) + " s" + std::to_string(shape % shapes);
}

std::string drawn(const Chart &chart)
{
    std::string content;
    for (const Line &line : chart.lines) content += line_through(chart, line);
    // Hollow ones hide nothing, so they are on top.
    for (const int layer : {0, 1, 2})
        for (const Mark &mark : chart.marks)
            if ((mark.faded ? 0 : mark.hollow ? 2 : 1) == layer) content += mark_at(chart, mark);
    const std::string frame = " x=\"" + pixels(left) + "\" y=\"" + pixels(top) + "\" width=\"" + pixels(right - left) +
                              "\" height=\"" + pixels(bottom - top) + "\"";
    // Markers at the edge are whole.
    const std::string clip = " x=\"" + pixels(left - 7) + "\" y=\"" + pixels(top - 7) + "\" width=\"" +
                             pixels(right - left + 14) + "\" height=\"" + pixels(bottom - top + 14) + "\"";
    const std::string name = chart.title.empty() ? chart.y.label + " against " + chart.x.label : chart.title;
    return (chart.title.empty() ? "" : element("h4", "", escaped(chart.title)) + "\n") +
           "<svg class=\"plot\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + pixels(width) + " " +
           pixels(height) + "\" role=\"img\" aria-label=\"" + escaped(name) + "\" data-x=\"" + scale_of(chart.x) +
           "\" data-y=\"" + scale_of(chart.y) + "\">\n<defs><clipPath id=\"clip-" + chart.id + "\"><rect" + clip +
           "/></clipPath></defs>\n<rect class=\"frame\"" + frame + "/>\n" + x_axis(chart) + y_axis(chart) +
           "<g class=\"content\" clip-path=\"url(#clip-" + chart.id + ")\">\n" + content + "</g>\n</svg>\n";
}

} // namespace tradewind::reporting
