// SPDX-License-Identifier: Apache-2.0
// The table of detect.
#include "cli/detect/result_table.h"

#include "cli/terminal.h"

#include <algorithm>

namespace tradewind::cli {
namespace {

const std::vector<std::string> header = {"picture", "label", "score", "xmin", "ymin", "xmax", "ymax"};
constexpr const char *nothing = "(nothing)";

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
        lines += table_row({file, printable(d.label), formatted("%.3f", static_cast<double>(d.score)),
                            formatted("%.1f", static_cast<double>(d.box.xmin)),
                            formatted("%.1f", static_cast<double>(d.box.ymin)),
                            formatted("%.1f", static_cast<double>(d.box.xmax)),
                            formatted("%.1f", static_cast<double>(d.box.ymax))},
                           widths_) +
                 "\n";
    print(lines);
}

} // namespace tradewind::cli
