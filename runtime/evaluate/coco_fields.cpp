// SPDX-License-Identifier: Apache-2.0
// One check for each kind of field.
#include "evaluate/coco_fields.h"

#include <cstdio>

namespace tradewind {
namespace {

using Kind = JsonField::Kind;

[[noreturn]] void refuse(const std::string &name, const std::string &why)
{
    throw JsonRecordProblem{"\"" + name + "\" " + why};
}

std::string shown(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.6g", value);
    return text;
}

} // namespace

std::int64_t coco_whole_number(const std::string &name, const JsonField &value)
{
    if (value.kind != Kind::whole) refuse(name, "is no whole number");
    return value.whole;
}

double coco_number(const std::string &name, const JsonField &value)
{
    if (value.kind != Kind::whole && value.kind != Kind::number) refuse(name, "is no number");
    return value.number;
}

std::string coco_text(const std::string &name, const JsonField &value)
{
    if (value.kind != Kind::text) refuse(name, "is no text");
    return *value.text;
}

bool coco_flag(const std::string &name, const JsonField &value)
{
    if (value.kind != Kind::whole && value.kind != Kind::boolean) refuse(name, "is neither 0 nor 1");
    return value.number != 0;
}

Rectangle coco_box(const std::string &name, const JsonField &value)
{
    if (value.kind != Kind::list || value.length != 4 || !value.only_numbers)
        refuse(name, "is no list of four numbers; a box is [x, y, width, height]");
    const Rectangle box{value.list[0], value.list[1], value.list[2], value.list[3]};
    for (const double side : {box.width, box.height})
        if (side < 0)
            refuse(name, "has a negative side, " + shown(side) + "; a box is [x, y, width, height], not two corners");
    return box;
}

} // namespace tradewind
