// SPDX-License-Identifier: Apache-2.0
// The targets that were built for this machine.
#include "one_op.h"
#include "scene.h"

#include <algorithm>

using namespace tradewind;

namespace one_op {

namespace {

Target &opened_target(const std::string &name)
{
    static std::map<std::string, std::unique_ptr<Target>> opened;
    auto &target = opened[name];
    if (!target) target = open_target(name, scene::module_folders(), {});
    return *target;
}

const std::map<std::string, Precision> rounding = {{"cpu, bf16", Precision::bf16}, {"cpu, int8", Precision::int8}};

} // namespace

std::vector<std::string> targets() { return scene::targets(); }

std::vector<std::string> rounding_targets()
{
    std::vector<std::string> names;
    const auto built = targets();
    if (std::find(built.begin(), built.end(), "cpu") == built.end()) return names;
    for (const auto &[name, precision] : rounding)
        if (opened_target("cpu").refuses(precision, 1).empty()) names.push_back(name);
    return names;
}

Opened open(const std::string &name)
{
    const auto precise = rounding.find(name);
    if (precise == rounding.end()) return {&opened_target(name)};
    return {&opened_target("cpu"), precise->second, 1, true};
}

} // namespace one_op
