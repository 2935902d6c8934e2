// SPDX-License-Identifier: Apache-2.0
// Label maps.
#include "detector/label_map.h"

#include "config/list.h"
#include "config/text_format.h"
#include "tensor/error.h"

#include <algorithm>
#include <limits>

namespace tradewind {
namespace {

[[noreturn]] void refuse(const std::string &path, std::size_t line, const std::string &why)
{
    throw Error(ErrorCode::usage, why, path + ":" + std::to_string(line));
}

int id_of(const TextField &field, const std::string &path)
{
    const auto id = field.message || field.quoted ? std::nullopt : to_integer(field.value);
    if (!id || *id < 1 || *id > std::numeric_limits<int>::max())
        refuse(path, field.line, "the id of an item is a whole number from 1, not '" + field.value.substr(0, 40) + "'");
    return static_cast<int>(*id);
}

struct Item {
    int id = 0;
    std::string name, display_name;
};

Item read_item(const TextField &message, const std::string &path)
{
    static const char *const unused[] = {"keypoints",      "ancestor_ids", "descendant_ids",
                                         "instance_count", "frequency",    "supercategory"};
    Item item;
    for (const TextField &field : message.fields) {
        if (field.name == "id")
            item.id = id_of(field, path);
        else if (field.name == "name" && field.quoted)
            item.name = field.value;
        else if (field.name == "display_name" && field.quoted)
            item.display_name = field.value;
        else if (std::none_of(std::begin(unused), std::end(unused), [&](const char *n) { return field.name == n; }))
            refuse(path, field.line,
                   "an item of a label map has a name, an id and a display_name, no '" + field.name.substr(0, 40) +
                       "' like this");
    }
    if (item.id == 0) refuse(path, message.line, "an item has no id");
    if (item.name.empty() && item.display_name.empty())
        refuse(path, message.line, "the item of id " + std::to_string(item.id) + " has no name");
    return item;
}

} // namespace

bool is_label_map(const std::string &path, const std::string &text)
{
    std::size_t at = 0;
    while ((at = text.find_first_not_of(" \t\r\n", at)) != std::string::npos && text[at] == '#')
        at = text.find('\n', at);
    if (path.ends_with(".pbtxt")) return true;
    if (at == std::string::npos || text.compare(at, 4, "item") != 0) return false;
    at = text.find_first_not_of(" \t\r\n:", at + 4);
    return at != std::string::npos && text[at] == '{';
}

std::map<int, std::string> parse_label_map(const std::string &text, const std::string &path)
{
    std::map<int, std::string> labels;
    for (const TextField &field : parse_text_format(text, path)) {
        if (field.name != "item" || !field.message)
            refuse(path, field.line, "a label map consists of item { ... }, not of '" + field.name.substr(0, 40) + "'");
        const Item item = read_item(field, path);
        if (!labels.emplace(item.id, item.display_name.empty() ? item.name : item.display_name).second)
            refuse(path, field.line,
                   "the id " + std::to_string(item.id) + " repeats (it is '" + labels.at(item.id).substr(0, 40) +
                       "' already)");
    }
    if (labels.empty()) throw Error(ErrorCode::usage, "there is no item in this label map", path);
    return labels;
}

} // namespace tradewind
