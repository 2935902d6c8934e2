// SPDX-License-Identifier: Apache-2.0
// Two results beside each other: fine against coarse stride, high against low resolution.
#include "study/report/comparison.h"
#include "study/report/figures.h"
#include "study/report/markup.h"
#include "study/report/names.h"
#include "study/report/table.h"

#include <cmath>
#include <map>

namespace tradewind::reporting {
namespace {

Cell interval_cell(double ratio, double low, double high)
{
    const bool known = std::isfinite(low) && std::isfinite(high) && low > 0;
    return {number(ratio) + (known ? " (" + number(low) + " to " + number(high) + ")" : ""), ratio};
}

std::optional<double> ratio(std::optional<double> top, std::optional<double> bottom)
{
    if (!top || !bottom || *bottom <= 0) return {};
    return *top / *bottom;
}

TableRow ratio_row(const Entry &top, const Entry &bottom, const Pair &pair, Field field)
{
    std::string differing;
    for (const auto &key : pair.differing) differing += (differing.empty() ? "" : ", ") + key;
    const auto accuracy = top.ap && bottom.ap ? std::optional(*top.ap - *bottom.ap) : std::nullopt;
    return {{cell(name_without(bottom, field)), cell(static_cast<double>(value_of(bottom, field))),
             cell(static_cast<double>(value_of(top, field))),
             interval_cell(top.time.median / bottom.time.median, top.time.low / bottom.time.high,
                           top.time.high / bottom.time.low),
             cell(ratio(top.giga_multiply_adds, bottom.giga_multiply_adds)),
             cell(ratio(top.megabytes, bottom.megabytes)), cell(accuracy), cell(differing)},
            false};
}

using EntryPairs = std::vector<std::pair<const Entry *, const Entry *>>; // top, bottom

// The geometric mean: of ratios, it does not depend on which way they are taken.
double mean_ratio(const EntryPairs &all)
{
    double sum = 0;
    for (const auto &[top, bottom] : all) sum += std::log(top->time.median / bottom->time.median);
    return std::exp(sum / static_cast<double>(all.size()));
}

// One mean for each change, such as from 300 to 600: means over different ones say nothing.
std::string means_in_words(const EntryPairs &all, Field field)
{
    std::map<std::pair<std::int64_t, std::int64_t>, EntryPairs> by_change;
    for (const auto &pair : all)
        by_change[{value_of(*pair.second, field), value_of(*pair.first, field)}].push_back(pair);
    std::string text;
    for (const auto &[change, theirs] : by_change)
        text += (text.empty() ? "" : ", ") + number(mean_ratio(theirs)) + " times as long from " +
                std::to_string(change.first) + " to " + std::to_string(change.second) + " (" +
                counted(theirs.size(), "pair)", "pairs)");
    return text;
}

Figure ratios(Figure figure, const Material &material, Field field, bool larger_on_top, const std::string &what)
{
    std::vector<TableRow> rows;
    EntryPairs all;
    for (const Pair &pair : pairs(material.entries, field)) {
        const Entry *top = larger_on_top ? pair.larger : pair.smaller,
                    *bottom = larger_on_top ? pair.smaller : pair.larger;
        rows.push_back(ratio_row(*top, *bottom, pair, field));
        all.emplace_back(top, bottom);
    }
    figure.drawn = !rows.empty();
    if (!figure.drawn) {
        figure.body = sentence("No detector was measured with two of them.");
        return figure;
    }
    figure.body = sentence("On average (geometric mean) " + what + " takes " + means_in_words(all, field) +
                           ". Ratios are with their 95 % interval, taken from the ends of both medians’ intervals.") +
                  folded_table({"Detector", "From", "To", "Time, ratio", "Multiply-adds,\nratio", "Memory,\nratio",
                                "mAP,\ndifference", "Settings that differ too"},
                               rows);
    return figure;
}

} // namespace

Figure ratios_by_stride(const Material &material)
{
    return ratios({"strides", "Fine against coarse output stride", "", false}, material, Field::output_stride, false,
                  "the smaller stride");
}

Figure ratios_by_picture_size(const Material &material)
{
    return ratios({"resolutions", "High against low resolution", "", false}, material, Field::size, true,
                  "the larger picture");
}

} // namespace tradewind::reporting
