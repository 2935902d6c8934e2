// SPDX-License-Identifier: Apache-2.0
// Attributes against an op's schema.
#include "graph/schema_check.h"

#include "tensor/error.h"
#include "tensor/near_names.h"

#include <algorithm>

namespace tradewind {
namespace {

const char *name_of(AttributeType type)
{
    constexpr const char *names[] = {"an integer", "a number", "a text", "a list of integers", "a list of numbers"};
    return names[static_cast<int>(type)];
}

// Integers may stand where numbers are wanted.
Attribute widened(const Attribute &value, AttributeType wanted)
{
    if (wanted == AttributeType::real)
        if (const auto *integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
    if (wanted == AttributeType::reals)
        if (const auto *integers = std::get_if<std::vector<std::int64_t>>(&value))
            return std::vector<double>(integers->begin(), integers->end());
    return value;
}

void check_choice(const AttributeSpec &spec, const Attribute &value)
{
    if (spec.choices.empty()) return;
    const auto *integer = std::get_if<std::int64_t>(&value);
    const std::string word = integer ? std::to_string(*integer) : std::get<std::string>(value);
    if (std::count(spec.choices.begin(), spec.choices.end(), word)) return;
    std::string allowed;
    for (const auto &choice : spec.choices) allowed += (allowed.empty() ? "" : ", ") + choice;
    throw Error(ErrorCode::refused, "attribute " + spec.key + " is '" + word + "', but may be " + allowed);
}

Attribute checked(const AttributeSpec &spec, const Attribute &given)
{
    Attribute value = widened(given, spec.type);
    if (value.index() != static_cast<std::size_t>(spec.type))
        throw Error(ErrorCode::refused, "attribute " + spec.key + " must be " + name_of(spec.type));
    check_choice(spec, value);
    return value;
}

constexpr std::int64_t most_elements = std::int64_t{1} << 31;

void check_shape(const Shape &shape, const std::string &what)
{
    if (shape.size() > 8 || element_count(shape) > most_elements)
        throw Error(ErrorCode::usage,
                    what + " would be " + to_string(shape) + ", which is more than a network can have");
}

void refuse_unknown(const OpSchema &op, const Attributes &given)
{
    std::vector<std::string> keys;
    for (const auto &spec : op.attributes) keys.push_back(spec.key);
    for (const auto &[key, value] : given)
        if (!std::count(keys.begin(), keys.end(), key))
            throw Error(ErrorCode::refused, op.name + " has no attribute '" + key + "'" + did_you_mean(key, keys));
}

} // namespace

Attributes complete_attributes(const OpSchema &op, const Attributes &given)
{
    refuse_unknown(op, given);
    Attributes complete;
    for (const auto &spec : op.attributes) {
        if (const Attribute *value = given.find(spec.key))
            complete.set(spec.key, checked(spec, *value));
        else if (spec.fallback)
            complete.set(spec.key, *spec.fallback);
        else
            throw Error(ErrorCode::refused, op.name + " needs the attribute '" + spec.key + "'");
    }
    return complete;
}

void check_result(const Inference &inferred)
{
    for (const auto &output : inferred.outputs) check_shape(output.shape, "the result");
    for (const auto &parameter : inferred.parameters) check_shape(parameter.shape, parameter.leaf);
}

} // namespace tradewind
