// SPDX-License-Identifier: Apache-2.0
// Comparing the network that an extractor describes with the published tables of its layers and variables.
#include "published_table.h"

#include "shared_data.h"
#include "trunk.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <vector>

using namespace tradewind;

namespace published {
namespace {

using Row = std::map<std::string, std::string>;

std::vector<std::string> cells_of(const std::string &line)
{
    std::vector<std::string> cells;
    std::istringstream text(line + ",");
    for (std::string cell; std::getline(text, cell, ',');) cells.push_back(cell);
    return cells;
}

bool wanted(const std::string &name, const Selection &selection)
{
    const auto has = [&](const std::string &text) { return name.find(text) != std::string::npos; };
    return name.starts_with(selection.scope + "/") && !has("/Logits") && !has("/AuxLogits") && !has(selection.left_out);
}

// By name; each with its cells by column.
std::map<std::string, Row> rows_of(const Selection &selection, const std::string &kind)
{
    std::map<std::string, Row> rows;
    for (const Row &row : read_table(selection.table + "." + kind)) {
        const std::string &name = row.at(kind == "vars" ? "variable" : "scope");
        if (wanted(name, selection)) rows[name.substr(selection.scope.rfind('/') + 1)] = row;
    }
    if (rows.empty()) throw std::runtime_error("no row of the table " + selection.table + " is of interest");
    return rows;
}

using Texts = std::map<std::string, std::string>;

std::string differences(const Texts &expected, const Texts &found)
{
    std::string text;
    for (const auto &[name, value] : expected) {
        const auto other = found.find(name);
        if (other == found.end())
            text += "missing " + name + " " + value + "\n";
        else if (other->second != value)
            text += name + " is " + other->second + ", not " + value + "\n";
    }
    for (const auto &[name, value] : found)
        if (!expected.count(name)) text += "surplus " + name + " " + value + "\n";
    return text;
}

std::string text_of(Row row)
{
    const bool pool = row["op"].find("pool") != std::string::npos;
    // A rate means nothing along an axis with one tap.
    const std::string rate = row["kh"] == "1" && row["kw"] == "1" ? "1" : row["rate"];
    std::string text = row["op"] + " " + row["kh"] + "x" + row["kw"] + "/" + row["stride"] + " rate " + rate + " to " +
                       row["out_h"] + "x" + row["out_w"] + "x" + row["out_c"];
    if (pool) return text;
    if (row["norm"] == "bn") text += row["bn_gamma"] == "1" ? " batch norm with gamma" : " batch norm";
    return text + (row["bias"] == "1" ? " bias " : " ") + row["activation"];
}

std::string op_name(const Node &node)
{
    const std::string &name = node.op->name;
    return name == "conv2d" ? "conv" : name == "max_pool" || name == "avg_pool" ? name + "2d" : "";
}

// The norm and the activation described after a convolution.
std::string what_follows(const Graph &graph, const Node &node)
{
    std::string text;
    for (const auto &other : graph.nodes) {
        if (other.name == node.name + "/BatchNorm")
            text += other.attributes.integer("gamma") ? " batch norm with gamma" : " batch norm";
    }
    text += node.attributes.integer("bias") ? " bias " : " ";
    return text + (graph.find(node.name + "/Relu")    ? "relu"
                   : graph.find(node.name + "/Relu6") ? "relu6"
                                                      : node.attributes.text("activation"));
}

std::string text_of(const Graph &graph, const Node &node)
{
    // A separable convolution is one row, and two nodes.
    const Node *depthwise = graph.producer(graph.find(node.name + "/depthwise"));
    const auto axes = [&](const char *key) { return (depthwise ? *depthwise : node).attributes.integers(key); };
    const auto &shape = graph.shape(node.outputs[0]);
    const auto rate = node.op->name == "conv2d" ? std::max(axes("dilation")[0], axes("dilation")[1]) : 1;
    const std::string op =
        depthwise ? "sep(dm=" + std::to_string(depthwise->attributes.integer("multiplier")) + ")" : op_name(node);
    std::string text = op + " " + std::to_string(axes("kernel")[0]) + "x" + std::to_string(axes("kernel")[1]) + "/" +
                       std::to_string(axes("stride")[0]) + " rate " + std::to_string(rate) + " to " +
                       std::to_string(shape[1]) + "x" + std::to_string(shape[2]) + "x" + std::to_string(shape[3]);
    return node.op->name == "conv2d" ? text + what_follows(graph, node) : text;
}

} // namespace

std::vector<Row> read_table(const std::string &file)
{
    std::ifstream stream(shared_path("spec/tables/" + file + ".csv"));
    if (!stream) throw std::runtime_error("there is no table " + file);
    std::string line;
    std::getline(stream, line);
    const auto columns = cells_of(line);
    std::vector<Row> rows;
    while (std::getline(stream, line)) {
        const auto cells = cells_of(line);
        Row &row = rows.emplace_back();
        for (std::size_t i = 0; i < columns.size(); ++i) row[columns[i]] = cells.at(i);
    }
    return rows;
}

std::string variable_differences(const Graph &graph, const Selection &selection)
{
    Texts expected;
    for (const auto &[name, row] : rows_of(selection, "vars")) expected[name] = row.at("shape");
    return differences(expected, plugins::parameters(graph));
}

std::string layer_differences(const Graph &graph, const Selection &selection)
{
    Texts expected, found;
    for (const auto &[name, row] : rows_of(selection, "layers")) expected[name] = text_of(row);
    for (const auto &node : graph.nodes)
        if (!op_name(node).empty()) found[node.name] = text_of(graph, node);
    return differences(expected, found);
}

} // namespace published
