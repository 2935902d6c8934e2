// SPDX-License-Identifier: Apache-2.0
// Tables that can be sorted.
#include "study/report/table.h"

#include "study/report/markup.h"

namespace tradewind::reporting {
namespace {

const std::string no_value = "–";

bool is_empty(const Cell &cell) { return !cell.value && (cell.text.empty() || cell.text == no_value); }

std::vector<bool> columns_with_something(std::size_t columns, const std::vector<TableRow> &rows)
{
    std::vector<bool> something(columns, false);
    for (const TableRow &row : rows)
        for (std::size_t i = 0; i < columns; ++i) something[i] = something[i] || !is_empty(row.cells[i]);
    return something;
}

std::string drawn_cell(const Cell &cell)
{
    if (!cell.value) return element("td", "", escaped(cell.text));
    return element("td", " class=\"number\" data-value=\"" + exact(*cell.value) + "\"", escaped(cell.text));
}

} // namespace

std::string drawn_table(const std::vector<std::string> &heads, const std::vector<TableRow> &rows)
{
    const auto shown = columns_with_something(heads.size(), rows);
    std::string head, body;
    for (std::size_t i = 0; i < heads.size(); ++i)
        if (shown[i]) head += element("th", " scope=\"col\"", escaped(heads[i]));
    for (const TableRow &row : rows) {
        std::string cells;
        for (std::size_t i = 0; i < heads.size(); ++i)
            if (shown[i]) cells += drawn_cell(row.cells[i]);
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
    if (!value) return {no_value, {}};
    return {number(*value), value};
}

} // namespace tradewind::reporting
