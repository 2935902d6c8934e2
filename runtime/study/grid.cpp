// SPDX-License-Identifier: Apache-2.0
// From grids to cells.
#include "study/grid.h"

#include "config/list.h"
#include "study/cell_key.h"
#include "study/configuration.h"
#include "study/grid_checks.h"
#include "tensor/error.h"

#include <algorithm>
#include <set>

namespace tradewind {
namespace {

void set(Cell &cell, const std::string &name, const std::string &value, const std::string &origin)
{
    cell.sets.emplace_back(name, value);
    cell.given.set(name, value, origin);
}

// The paper's larger side grows with the smaller one.
void set_size(Cell &cell, const std::string &value, const std::string &origin)
{
    if (given_or_default(cell.given, "image.resize") == "fixed") return set(cell, "image.size", value, origin);
    const std::int64_t side = *to_integer(value);
    set(cell, "image.min_side", value, origin);
    set(cell, "image.max_side", std::to_string(std::min<std::int64_t>((side * 1024 + 300) / 600, 16'384)), origin);
}

// Axes that choose the detector come before all others, and those of the run are no settings.
bool chooses(const std::string &axis) { return axis == "config" || axis == "meta" || axis == "extractor"; }

void choose(Cell &cell, const Axis &axis, const std::string &value, const Study &study, const ModelSource &source)
try {
    if (axis.name == "config") {
        const bool is_path = value.find('/') != std::string::npos || value.ends_with(".ini");
        cell.config = is_path ? beside_study(study.file, value) : value;
        cell.given = source.config_settings(cell.config);
    } else {
        (axis.name == "meta" ? cell.meta : cell.extractor) = value;
        cell.given.set("model." + axis.name, value, axis.origin);
    }
} catch (const Error &error) {
    throw error.within(axis.origin);
}

void apply(Cell &cell, const Axis &axis, const std::string &value)
{
    const auto number = [&] { return *to_integer(value); };
    if (axis.name == "size") return set_size(cell, value, axis.origin);
    if (axis.name == "proposals") return set(cell, "meta.proposals", value, axis.origin);
    if (axis.name == "output_stride") return set(cell, "extractor.output_stride", value, axis.origin);
    if (axis.name == "precision") return void(cell.precision = value);
    if (axis.name == "target") return void(cell.target = value);
    if (axis.name == "threads") return void(cell.threads = number());
    if (axis.name == "batch") return void(cell.batch = number());
    if (axis.name == "hint") return void(cell.hint = value);
    if (axis.name == "streams") return void(cell.streams = number());
    set(cell, axis.name, value, axis.origin);
}

// Settings that what follows depends on come first: how pictures are resized before their size.
std::vector<std::size_t> order_of_application(const Grid &grid)
{
    std::vector<std::size_t> order;
    const auto rank = [&](std::size_t i) { return grid.axes[i].name == "image.resize" ? 0 : 1; };
    for (std::size_t i = 0; i < grid.axes.size(); ++i)
        if (!chooses(grid.axes[i].name)) order.push_back(i);
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return rank(a) < rank(b); });
    return order;
}

std::string label_of(const Cell &cell, const Grid &grid, const std::vector<std::string> &values)
{
    std::string label = cell.config.empty() ? cell.meta + "+" + cell.extractor : cell.config;
    for (std::size_t i = 0; i < grid.axes.size(); ++i)
        if (!chooses(grid.axes[i].name)) label += " " + grid.axes[i].name + "=" + values[i];
    return label;
}

Cell cell_of(const Grid &grid, const std::vector<std::string> &values, const Study &study, const ModelSource &source)
{
    Cell cell;
    cell.grid = grid.name;
    std::string name; // as the study writes it
    for (std::size_t i = 0; i < grid.axes.size(); ++i) {
        if (!chooses(grid.axes[i].name)) continue;
        choose(cell, grid.axes[i], values[i], study, source);
        name = grid.axes[i].name == "config" ? values[i] : cell.meta + "+" + cell.extractor;
    }
    cell.given.merge(source.overrides);
    for (const std::size_t i : order_of_application(grid)) apply(cell, grid.axes[i], values[i]);
    if (cell.hint != "latency" && !grid.find("streams")) cell.streams = 0;
    if (const auto found = study.weights.find(name); found != study.weights.end()) cell.weights = found->second.value;
    cell.label = label_of(cell, grid, values);
    return cell;
}

// Every combination, as one value for each axis.
template <class F> void combinations(const Grid &grid, F &&visit)
{
    std::vector<std::size_t> at(grid.axes.size());
    for (;;) {
        std::vector<std::string> values;
        for (std::size_t i = 0; i < at.size(); ++i) values.push_back(grid.axes[i].values[at[i]]);
        visit(values);
        std::size_t i = at.size();
        while (i > 0 && ++at[i - 1] == grid.axes[i - 1].values.size()) at[--i] = 0;
        if (i == 0) return;
    }
}

void look_for_impossible(Cell &cell, const ModelSource &source)
{
    try {
        const Model model = make_model(*source.registry, cell.given);
        require_meta_architecture(model);
        cell.resolved = model.settings;
    } catch (const Error &error) {
        cell.impossible = error.message();
    }
    if (cell.impossible.empty() && cell.precision == "int8" && !cell.trained())
        cell.impossible = "weights by formula have no ranges, which int8 needs: name a bundle of 'model quantise'";
    if (cell.impossible.empty() && source.refuses)
        cell.impossible = source.refuses(cell.target, cell.precision, static_cast<std::size_t>(cell.batch));
}

std::vector<Cell> cells_of(const Grid &grid, const Study &study, const ModelSource &source)
{
    std::vector<Cell> cells;
    check_plugins(grid, *source.registry);
    combinations(grid, [&](const auto &values) { cells.push_back(cell_of(grid, values, study, source)); });
    check_settings(grid, cells, *source.registry);
    for (auto &cell : cells) {
        look_for_impossible(cell, source);
        cell.key = cell_key(cell, study);
    }
    return cells;
}

} // namespace

std::vector<Cell> expand(const Study &study, const ModelSource &source)
{
    check_count(study);
    check_weights(study);
    std::vector<Cell> all;
    std::set<std::string> keys;
    for (const auto &grid : study.grids)
        for (auto &cell : cells_of(grid, study, source))
            if (keys.insert(cell.key).second) all.push_back(std::move(cell));
    return all;
}

Configuration planned(const Cell &cell)
{
    Configuration plan = configuration_of(cell.resolved.all().empty() ? cell.given : cell.resolved);
    plan.config = cell.config;
    plan.weights = cell.weights;
    plan.target = cell.target;
    plan.precision = cell.precision;
    plan.threads = cell.threads;
    plan.batch = cell.batch;
    plan.streams = cell.streams;
    return plan;
}

} // namespace tradewind
