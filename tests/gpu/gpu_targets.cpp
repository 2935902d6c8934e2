// SPDX-License-Identifier: Apache-2.0
// Which targets the tests of ops compare: the plain one, and what TRADEWIND_GPU_TARGET names.
#include "one_op.h"
#include "scene.h"

#include <cstdlib>

using namespace tradewind;

namespace one_op {
namespace {

Target &plain()
{
    static const auto target = open_target("reference", {}, {});
    return *target;
}

Target &device()
{
    const char *name = std::getenv("TRADEWIND_GPU_TARGET");
    // Never deleted: when static objects go, the libraries it would call have gone before.
    static Target *const target = open_target(name ? name : "cuda", scene::module_folders(), {}).release();
    return *target;
}

// Those that the device takes.
std::vector<std::string> taken(const std::vector<std::string> &names)
{
    std::vector<std::string> result;
    for (const auto &name : names)
        if (const Opened opened = open(name); opened.target->refuses(opened.precision, opened.batch).empty())
            result.push_back(name);
    return result;
}

} // namespace

std::vector<std::string> targets() { return taken({"reference", "device", "device, batch of 3"}); }
std::vector<std::string> rounding_targets() { return taken({"device, tf32", "device, f16", "device, bf16"}); }

Opened open(const std::string &name)
{
    if (name == "reference") return {&plain()};
    for (const auto precision : {Precision::tf32, Precision::f16, Precision::bf16})
        if (name.ends_with(std::string(", ") + to_string(precision))) return {&device(), precision, 1};
    return {&device(), Precision::f32, name == "device, batch of 3" ? std::size_t{3} : std::size_t{1}};
}

} // namespace one_op
