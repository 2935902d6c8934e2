// SPDX-License-Identifier: Apache-2.0
// Tables that can be sorted.
#include "study/report/table.h"

#include "study/report/markup.h"

namespace tradewind::reporting {

std::string drawn_table(const std::vector<std::string> &heads, const std::vector<TableRow> &rows)
{
    std::string head, body;
    for (const auto &text : heads) head += element("th", " scope=\"col\"", escaped(text));
    for (const TableRow &row : rows) {
        std::string cells;
        for (const Cell &cell : row.cells)
            cells += cell.value ? element("td", " class=\"number\" data-value=\"" + exact(*cell.value) + "\"",
                                          escaped(cell.text))
                                : element("td", "", escaped(cell.text));
        body += element("tr", row.faded ? " class=\"faded\"" : "", cells) + "\n";
    }
    return "<div class=\"scroll\"><table class=\"sortable\"><thead><tr>" + head + "</tr></thead><tbody>\n" + body +
           "</tbody></table></div>\n";
}

std::string folded_table(const std::vector<std::string> &heads, const std::vector<TableRow> &rows)
{
    constexpr std::size_t many = 16;
    if (rows.size() <= many) return drawn_table(heads, rows);
    return element("details", "",
                   element("summary", "", "Table of " + std::to_string(rows.size()) + " rows") + "\n" +
                       drawn_table(heads, rows)) +
           "\n";
}

Cell cell(const std::string &text) { return {text, {}}; }

Cell cell(std::optional<double> value)
{
    if (!value) return {"–", {}};
    return {number(*value), value};
}

} // namespace tradewind::reporting
