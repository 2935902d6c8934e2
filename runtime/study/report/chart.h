// SPDX-License-Identifier: Apache-2.0
// Charts of points and lines as SVG. Colours and strokes are classes of the page's style sheet: "c0".. by extractor,
// shapes by meta-architecture. The script of the page finds everything that it moves by classes and data attributes.
#pragma once

#include "study/report/axis.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace tradewind::reporting {

struct Mark {
    double x = 0, y = 0;
    std::optional<double> x_low, x_high; // an interval, drawn as a whisker
    std::size_t colour = 0, shape = 0;
    bool hollow = false; // measured elsewhere
    bool faded = false;  // dominated
    std::string text;    // what it is, with its numbers; lines
};

struct Line {
    std::vector<std::pair<double, double>> points;
    std::size_t colour = 0, shape = 0;
    std::string kind;      // further classes: "dotted", "arrow"
    bool of_series = true; // has a colour and a shape; the frontier has none
};

struct Chart {
    std::string id;    // unique in the page: letters, digits, "-"
    std::string title; // above the plot; "" where the figure's says it all
    Axis x, y;
    std::vector<Mark> marks;
    std::vector<Line> lines;
};

// How many colours and shapes the style sheet and drawing know; beyond them they repeat.
constexpr std::size_t colours = 8, shapes = 6;

// The outline of a marker around 0,0.
std::string marker_path(std::size_t shape);

// The classes of colour and shape: "c1 s0".
std::string series_class(std::size_t colour, std::size_t shape);

std::string drawn(const Chart &chart);

} // namespace tradewind::reporting
