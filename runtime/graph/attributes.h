// SPDX-License-Identifier: Apache-2.0
// Named settings of a node.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace tradewind {

using Attribute = std::variant<std::int64_t, double, std::string, std::vector<std::int64_t>, std::vector<double>>;

enum class AttributeType { integer, real, text, integers, reals }; // the index of the alternative above

// Reading an attribute that is absent or of another type throws Error(failed): schemas fill in every default.
class Attributes {
public:
    void set(const std::string &key, Attribute value) { values_[key] = std::move(value); }
    bool has(const std::string &key) const { return values_.count(key) != 0; }
    const Attribute *find(const std::string &key) const;

    std::int64_t integer(const std::string &key) const;
    double real(const std::string &key) const;
    const std::string &text(const std::string &key) const;
    const std::vector<std::int64_t> &integers(const std::string &key) const;
    const std::vector<double> &reals(const std::string &key) const;

    auto begin() const { return values_.begin(); }
    auto end() const { return values_.end(); }

private:
    std::map<std::string, Attribute> values_;
};

std::string to_string(const Attribute &value); // "3", "0.001", "same", "[1, 2]"

} // namespace tradewind
