// SPDX-License-Identifier: Apache-2.0
// Ticks at 1, 2 and 5 times powers of ten.
#include "study/report/axis.h"

#include "study/report/markup.h"

#include <algorithm>
#include <cmath>

namespace tradewind::reporting {
namespace {

constexpr double wide = 20; // times: from here on a linear scale shows the small values as one

double round_step(double rough)
{
    const double power = std::pow(10, std::floor(std::log10(rough)));
    for (const double factor : {1.0, 2.0, 5.0})
        if (rough <= factor * power * 1.0001) return factor * power;
    return 10 * power;
}

void set_linear(Axis &axis, double least, double most, Start start)
{
    if (start == Start::zero) least = std::min(least, 0.0);
    if (most <= least) most = least + (least == 0 ? 1 : std::abs(least) * 0.1);
    const double step = round_step((most - least) / 5);
    const auto first = std::floor(least / step + 1e-9), last = std::ceil(most / step - 1e-9);
    axis.least = first * step;
    axis.most = last * step;
    for (double at = first; at <= last + 0.5; ++at) axis.ticks.push_back({at * step, number(at * step)});
}

std::vector<double> steps_of_decades(double least, double most)
{
    std::vector<double> steps;
    for (double decade = std::floor(std::log10(least)); decade <= std::ceil(std::log10(most)); ++decade)
        for (const double factor : {1.0, 2.0, 5.0}) steps.push_back(factor * std::pow(10, decade));
    return steps;
}

void set_logarithmic(Axis &axis, double least, double most)
{
    const auto steps = steps_of_decades(least, most);
    axis.least = *std::prev(std::upper_bound(steps.begin(), steps.end(), least * 1.0001));
    axis.most = *std::lower_bound(steps.begin(), steps.end(), most * 0.9999);
    const bool many = axis.most / axis.least > 2e3;
    for (const double step : steps) {
        const double exponent = std::log10(step);
        if (step < axis.least * 0.999 || step > axis.most * 1.001) continue;
        if (!many || std::abs(exponent - std::round(exponent)) < 1e-9) axis.ticks.push_back({step, number(step)});
    }
    axis.logarithmic = true;
    axis.label += " (log scale)";
}

} // namespace

double Axis::place(double value, double from, double to) const
{
    const double part = logarithmic ? (std::log(value) - std::log(least)) / (std::log(most) - std::log(least))
                                    : (value - least) / (most - least);
    return from + part * (to - from);
}

Axis axis_around(const std::string &label, const std::vector<double> &values, Start start, bool may_be_logarithmic)
{
    Axis axis;
    axis.label = label;
    if (values.empty()) return axis;
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    if (may_be_logarithmic && *least > 0 && *most > wide * *least)
        set_logarithmic(axis, *least, *most);
    else
        set_linear(axis, *least, *most, start);
    return axis;
}

} // namespace tradewind::reporting
