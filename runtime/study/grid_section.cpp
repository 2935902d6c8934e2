// SPDX-License-Identifier: Apache-2.0
// Axes, and what they must not say.
#include "study/grid_section.h"

#include "config/list.h"
#include "tensor/error.h"
#include "tensor/near_names.h"

#include <algorithm>

namespace tradewind {
namespace {

std::size_t line_of(const std::string &origin)
{
    return static_cast<std::size_t>(to_integer(origin.substr(origin.rfind(':') + 1)).value_or(0));
}

std::vector<std::string> names_of(const OptionTable &table)
{
    std::vector<std::string> names;
    for (const auto &option : table) names.push_back(option.key);
    return names;
}

[[noreturn]] void refuse(const std::string &why, const std::string &origin)
{
    throw Error(ErrorCode::usage, why, origin);
}

void check_axis_name(const Axis &axis)
{
    const auto names = names_of(grid_options());
    if (std::count(names.begin(), names.end(), axis.name)) return;
    for (const char *section : {"model.", "image.", "extractor.", "meta."})
        if (axis.name.starts_with(section)) return;
    refuse("there is no axis '" + axis.name + "'" + did_you_mean(axis.name, names) +
               "; others are settings of the model, as meta.crop",
           axis.origin);
}

void check_axis_values(const Axis &axis)
{
    if (axis.values.empty()) refuse("the axis '" + axis.name + "' has no values", axis.origin);
    for (const auto &value : axis.values)
        if (value.empty()) refuse("a value of the axis '" + axis.name + "' is empty", axis.origin);
    for (const auto &option : grid_options()) {
        if (option.key != axis.name) continue;
        try {
            for (const auto &value : axis.values) check_value(option, value);
        } catch (const Error &error) {
            throw error.within(axis.origin);
        }
    }
}

Axis axis_of(const std::string &name, const Setting &setting)
{
    const bool lists = setting.value.find(';') != std::string::npos;
    Axis axis{name, split_list(setting.value, lists ? ';' : ','), setting.origin};
    if (lists && !axis.values.empty() && axis.values.back().empty()) axis.values.pop_back(); // "a, b;" is one list
    check_axis_name(axis);
    check_axis_values(axis);
    return axis;
}

// A grid says twice what a cell is where a word and a setting that it stands for are both axes.
void check_once(const Grid &grid, const char *word, std::initializer_list<const char *> settings)
{
    for (const char *setting : settings)
        if (const Axis *axis = grid.find(setting); axis && grid.find(word))
            refuse(std::string("the axes '") + word + "' and '" + setting + "' set the same", axis->origin);
}

void check_detector(const Grid &grid)
{
    const Axis *config = grid.find("config"), *meta = grid.find("meta"), *extractor = grid.find("extractor");
    if (config && (meta || extractor))
        refuse("config and meta, extractor both name detectors: a grid has one of them", config->origin);
    if (!config && !(meta && extractor))
        refuse("the grid '" + grid.name + "' names no detector: it needs config, or meta and extractor", grid.origin);
}

} // namespace

const Axis *Grid::find(const std::string &axis) const
{
    const auto found = std::find_if(axes.begin(), axes.end(), [&](const Axis &a) { return a.name == axis; });
    return found == axes.end() ? nullptr : &*found;
}

Grid read_grid(const Settings &all, const std::string &section, const std::string &file)
{
    Grid grid{trim(section.substr(grid_prefix.size())), {}, file};
    const Settings own = section_of(all, section);
    for (const auto &[name, setting] : own.all())
        grid.axes.push_back(axis_of(name.substr(section.size() + 1), setting));
    if (grid.axes.empty()) refuse("the grid '" + grid.name + "' is empty", file);
    std::sort(grid.axes.begin(), grid.axes.end(),
              [](const Axis &a, const Axis &b) { return line_of(a.origin) < line_of(b.origin); });
    grid.origin = grid.axes.front().origin;
    check_detector(grid);
    check_once(grid, "size", {"image.size", "image.min_side", "image.max_side"});
    check_once(grid, "proposals", {"meta.proposals"});
    check_once(grid, "output_stride", {"extractor.output_stride"});
    check_once(grid, "meta", {"model.meta"});
    check_once(grid, "extractor", {"model.extractor"});
    return grid;
}

} // namespace tradewind
