// SPDX-License-Identifier: Apache-2.0
// Matching by name.
#include "cli/eval/category_match.h"

#include "tensor/error.h"

#include <algorithm>
#include <set>

namespace tradewind::cli {
namespace {

std::string plain(const std::string &name)
{
    std::string text;
    for (const char c : name)
        if (c != ' ' && c != '_' && c != '-') text += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    return text;
}

std::string some_of(const std::vector<std::string> &names)
{
    constexpr std::size_t most = 6;
    std::string text;
    for (std::size_t i = 0; i < std::min(names.size(), most); ++i) text += (i ? ", " : "") + names[i];
    return text + (names.size() > most ? ", ..." : "");
}

std::vector<std::string> names_of(const std::vector<Category> &categories)
{
    std::vector<std::string> names;
    for (const auto &category : categories) names.push_back(category.name);
    return names;
}

std::map<int, std::int64_t> by_name(const std::map<int, std::string> &labels, const std::vector<Category> &categories)
{
    std::map<std::string, std::int64_t> known;
    for (const auto &category : categories) known.emplace(plain(category.name), category.id);
    std::map<int, std::int64_t> match;
    for (const auto &[id, label] : labels)
        if (const auto found = known.find(plain(label)); found != known.end()) match[id] = found->second;
    return match;
}

std::map<int, std::int64_t> by_id(int classes, const std::vector<Category> &categories)
{
    std::map<int, std::int64_t> match;
    for (const auto &category : categories)
        if (category.id >= 1 && category.id <= classes) match[static_cast<int>(category.id)] = category.id;
    return match;
}

void note(const std::vector<std::string> &names, const char *what, CategoryMatch &match)
{
    if (!names.empty()) match.notes.push_back(std::to_string(names.size()) + what + some_of(names));
}

} // namespace

CategoryMatch match_categories(const std::map<int, std::string> &labels, int classes, const Annotations &annotations)
{
    CategoryMatch match;
    match.category = labels.empty() ? by_id(classes, annotations.categories) : by_name(labels, annotations.categories);
    std::vector<std::string> unknown, foreign, names;
    for (const auto &[id, label] : labels) {
        names.push_back(label);
        if (!match.category.count(id)) foreign.push_back(label);
    }
    if (match.category.empty())
        throw Error(ErrorCode::usage,
                    "no class of the model (" + (names.empty() ? "which names none" : some_of(names)) +
                        ") is a category of the annotations (" + some_of(names_of(annotations.categories)) +
                        "): name the classes with --set model.labels=FILE, or give the annotations of these classes",
                    annotations.origin);
    std::set<std::int64_t> reached;
    for (const auto &[id, category] : match.category) reached.insert(category);
    for (const auto &category : annotations.categories)
        if (!reached.count(category.id)) unknown.push_back(category.name);
    if (labels.empty()) match.notes.push_back("the model names no classes: they are matched with categories by id");
    note(unknown, " categories that the model does not know count as never found: ", match);
    note(foreign, " classes of the model are not annotated, and left out: ", match);
    return match;
}

} // namespace tradewind::cli
