// SPDX-License-Identifier: Apache-2.0
// The fields that COCO's records share, checked.
#pragma once

#include "evaluate/annotations.h"
#include "evaluate/json_records.h"

#include <cstdint>
#include <optional>
#include <string>

namespace tradewind {

// All throw JsonRecordProblem naming the field.
std::int64_t coco_whole_number(const std::string &name, const JsonField &value);
double coco_number(const std::string &name, const JsonField &value);
std::string coco_text(const std::string &name, const JsonField &value);
bool coco_flag(const std::string &name, const JsonField &value);
Rectangle coco_box(const std::string &name, const JsonField &value); // sides are not negative

template <class T> const T &coco_required(const std::optional<T> &value, const char *name)
{
    if (!value) throw JsonRecordProblem{std::string("there is no \"") + name + "\""};
    return *value;
}

} // namespace tradewind
