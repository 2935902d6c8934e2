// SPDX-License-Identifier: Apache-2.0
// The targets that were built for this machine.
#include "one_op.h"
#include "scene.h"

using namespace tradewind;

namespace one_op {

std::vector<std::string> targets() { return scene::targets(); }
std::vector<std::string> rounding_targets() { return {}; }

Opened open(const std::string &name)
{
    static std::map<std::string, std::unique_ptr<Target>> opened;
    auto &target = opened[name];
    if (!target) target = open_target(name, scene::module_folders(), {});
    return {target.get()};
}

} // namespace one_op
