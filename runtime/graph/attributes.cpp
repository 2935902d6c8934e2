// SPDX-License-Identifier: Apache-2.0
// Typed reading of attributes, and their text for dumps.
#include "graph/attributes.h"

#include "tensor/error.h"

#include <cstdio>

namespace tradewind {
namespace {

template <class T> const T &typed(const Attributes &attributes, const std::string &key)
{
    const Attribute *value = attributes.find(key);
    if (const T *typed_value = value ? std::get_if<T>(value) : nullptr) return *typed_value;
    throw Error(ErrorCode::failed, "attribute " + key + (value ? " has another type" : " is absent"));
}

std::string text_of(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.9g", value);
    return text;
}
std::string text_of(std::int64_t value) { return std::to_string(value); }
std::string text_of(const std::string &value) { return value; }

template <class T> std::string text_of(const std::vector<T> &values)
{
    std::string text;
    for (const auto &value : values) text += (text.empty() ? "" : ", ") + text_of(value);
    return "[" + text + "]";
}

} // namespace

const Attribute *Attributes::find(const std::string &key) const
{
    const auto found = values_.find(key);
    return found == values_.end() ? nullptr : &found->second;
}

std::int64_t Attributes::integer(const std::string &key) const { return typed<std::int64_t>(*this, key); }
double Attributes::real(const std::string &key) const { return typed<double>(*this, key); }
const std::string &Attributes::text(const std::string &key) const { return typed<std::string>(*this, key); }
const std::vector<std::int64_t> &Attributes::integers(const std::string &key) const
{
    return typed<std::vector<std::int64_t>>(*this, key);
}
const std::vector<double> &Attributes::reals(const std::string &key) const
{
    return typed<std::vector<double>>(*this, key);
}

std::string to_string(const Attribute &value)
{
    return std::visit([](const auto &v) { return text_of(v); }, value);
}

} // namespace tradewind
