// SPDX-License-Identifier: Apache-2.0
// The table of detect.
#include "cli/detect/result_table.h"

#include "cli/terminal.h"

#include <algorithm>
#include <cstdio>

namespace tradewind::cli {
namespace {

const std::vector<std::string> header = {"picture", "label", "score", "xmin", "ymin", "xmax", "ymax"};
constexpr const char *nothing = "(nothing)";

std::string text(float value, const char *format)
{
    char buffer[48];
    std::snprintf(buffer, sizeof buffer, format, static_cast<double>(value));
    return buffer;
}

} // namespace

ResultTable::ResultTable(const std::deque<Input> &first, const std::map<int, std::string> &labels, bool coloured)
    : widths_{columns_of(header[0]), columns_of(nothing), 5, 7, 7, 7, 7}, coloured_(coloured)
{
    for (const auto &input : first) widths_[0] = std::max(widths_[0], columns_of(printable(input.path)));
    for (const auto &[id, label] : labels) widths_[1] = std::max(widths_[1], columns_of(printable(label)));
}

void ResultTable::add(const Record &record)
{
    std::string lines;
    if (!begun_)
        lines = (coloured_ ? "\x1b[1m" : "") + table_row(header, widths_) + (coloured_ ? "\x1b[0m" : "") + "\n";
    begun_ = true;
    const std::string file = printable(record.file);
    if (record.detections.empty()) lines += table_row({file, nothing}, widths_) + "\n";
    for (const auto &d : record.detections)
        lines += table_row({file, printable(d.label), text(d.score, "%.3f"), text(d.box.xmin, "%.1f"),
                            text(d.box.ymin, "%.1f"), text(d.box.xmax, "%.1f"), text(d.box.ymax, "%.1f")},
                           widths_) +
                 "\n";
    print(lines);
}

} // namespace tradewind::cli
