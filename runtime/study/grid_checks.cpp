// SPDX-License-Identifier: Apache-2.0
// Slips in grids.
#include "study/grid_checks.h"

#include "study/configuration.h"
#include "tensor/error.h"
#include "tensor/near_names.h"

#include <algorithm>
#include <set>

namespace tradewind {
namespace {

constexpr std::size_t most_cells = 100'000;

// What the detectors of some cells can be told, as far as they can be loaded.
OptionTable options_of(const std::vector<Cell> &cells, Registry &registry)
{
    OptionTable table = host_options();
    std::set<std::string> seen;
    const auto add = [&](const std::string &name) {
        if (name.empty() || !seen.insert(name).second) return;
        try {
            const OptionTable &own = registry.component(name).options;
            table.insert(table.end(), own.begin(), own.end());
        } catch (const Error &) {
        }
    };
    for (const auto &cell : cells) {
        add(given_or_default(cell.given, "model.extractor"));
        add(given_or_default(cell.given, "model.meta"));
    }
    return table;
}

void check_setting(const Axis &axis, const OptionTable &table)
{
    std::vector<std::string> names;
    OptionTable own;
    for (const auto &option : table) {
        names.push_back(option.section + "." + option.key);
        if (names.back() == axis.name) own.push_back(option);
    }
    if (own.empty())
        throw Error(ErrorCode::usage,
                    "no detector of this grid has a setting '" + axis.name + "'" + did_you_mean(axis.name, names),
                    axis.origin);
    for (const auto &value : axis.values) {
        std::optional<Error> refusal;
        const bool some = std::any_of(own.begin(), own.end(), [&](const Option &option) {
            try {
                check_value(option, value);
                return true;
            } catch (const Error &error) {
                refusal = error;
                return false;
            }
        });
        if (!some) throw refusal->within(axis.origin);
    }
}

void name_detectors(const Grid &grid, std::set<std::string> &names)
{
    const Axis *config = grid.find("config"), *meta = grid.find("meta"), *extractor = grid.find("extractor");
    if (config) names.insert(config->values.begin(), config->values.end());
    if (config) return;
    for (const auto &first : meta->values)
        for (const auto &second : extractor->values) names.insert(first + "+" + second);
}

} // namespace

void check_count(const Study &study)
{
    std::size_t all = 0;
    for (const auto &grid : study.grids) {
        std::size_t count = 1;
        for (const auto &axis : grid.axes) count = std::min(count * axis.values.size(), most_cells + 1);
        all += count;
        if (all > most_cells)
            throw Error(ErrorCode::usage, "the study has more than " + std::to_string(most_cells) + " cells",
                        grid.origin);
    }
}

void check_plugins(const Grid &grid, Registry &registry)
{
    const auto check = [&](const char *axis, const std::vector<std::string> &names, auto &&find) {
        for (const auto &value : grid.find(axis) ? grid.find(axis)->values : std::vector<std::string>()) try {
                if (!std::count(names.begin(), names.end(), value)) find(value); // throws, with near names
            } catch (const Error &error) {
                throw error.within(grid.find(axis)->origin);
            }
    };
    check("meta", registry.meta_architectures(), [&](auto &name) { registry.meta_architecture(name); });
    check("extractor", registry.extractors(), [&](auto &name) { registry.extractor(name); });
}

void check_settings(const Grid &grid, const std::vector<Cell> &cells, Registry &registry)
{
    const OptionTable table = options_of(cells, registry);
    for (Axis axis : grid.axes) {
        if (axis.name == "proposals") axis.name = "meta.proposals";
        if (axis.name == "output_stride") axis.name = "extractor.output_stride";
        if (axis.name.find('.') != std::string::npos) check_setting(axis, table);
    }
}

void check_weights(const Study &study)
{
    std::set<std::string> names;
    for (const auto &grid : study.grids) name_detectors(grid, names);
    for (const auto &[name, file] : study.weights)
        if (!names.count(name))
            throw Error(ErrorCode::usage,
                        "no grid has the detector '" + name + "'" + did_you_mean(name, {names.begin(), names.end()}),
                        file.origin);
}

} // namespace tradewind
