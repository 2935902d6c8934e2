// SPDX-License-Identifier: Apache-2.0
// Classes by name or id.
#include "cli/class_filter.h"

#include "config/list.h"
#include "tensor/error.h"
#include "tensor/near_names.h"

namespace tradewind::cli {
namespace {

std::string first_of(const std::vector<std::string> &names)
{
    constexpr std::size_t most = 12;
    std::string text;
    for (std::size_t i = 0; i < names.size() && i < most; ++i) text += (i ? ", " : "") + names[i];
    return names.empty() ? "no names, only ids" : text + (names.size() > most ? ", ... ('model info' lists all)" : "");
}

int id_of(const std::string &name, const std::map<int, std::string> &labels, int classes)
{
    std::vector<std::string> names;
    for (const auto &[id, label] : labels) {
        if (label == name) return id;
        names.push_back(label);
    }
    if (const auto id = to_integer(name)) {
        if (*id >= 1 && *id <= classes) return static_cast<int>(*id);
        throw Error(ErrorCode::usage,
                    "--classes names class " + name + ", but the model has classes 1 to " + std::to_string(classes));
    }
    const std::string near = did_you_mean(name, names);
    throw Error(ErrorCode::usage, "--classes: the model has no class '" + name + "'" +
                                      (near.empty() ? "; it has " + first_of(names) : near));
}

} // namespace

std::set<int> parse_classes(const std::string &text, const std::map<int, std::string> &labels, int classes)
{
    std::set<int> wanted;
    for (const auto &name : split_list(text, ',')) wanted.insert(id_of(name, labels, classes));
    return wanted;
}

} // namespace tradewind::cli
