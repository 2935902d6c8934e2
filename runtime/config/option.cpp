// SPDX-License-Identifier: Apache-2.0
// Values against what their options allow.
#include "config/option.h"

#include "config/list.h"
#include "tensor/error.h"

#include <algorithm>

namespace tradewind {
namespace {

std::string name_of(const Option &option) { return option.section + "." + option.key; }

[[noreturn]] void refuse(const Option &option, const std::string &value, const std::string &allowed)
{
    throw Error(ErrorCode::usage, name_of(option) + " is '" + value + "', but " + allowed);
}

bool is_number_range(const std::string &range) { return range.find("..") != std::string::npos; }

void check_range(const Option &option, double number, const std::string &value)
{
    const auto dots = option.range.find("..");
    if (dots == std::string::npos) return;
    const double least = *to_real(option.range.substr(0, dots)), most = *to_real(option.range.substr(dots + 2));
    if (!(number >= least && number <= most))
        refuse(option, value, "may be " + option.range.substr(0, dots) + " to " + option.range.substr(dots + 2));
}

void check_word(const Option &option, const std::string &word, const std::string &value)
{
    if (option.range.empty() || is_number_range(option.range) || (word.empty() && option.fallback.empty())) return;
    const auto words = split_list(option.range, '|');
    if (std::count(words.begin(), words.end(), word)) return;
    std::string allowed;
    for (std::size_t i = 0; i < words.size(); ++i)
        allowed += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
    refuse(option, value, "may be " + allowed);
}

void check_integer(const Option &option, const std::string &text, const std::string &value)
{
    const auto number = to_integer(text);
    if (!number) refuse(option, value, "must be a whole number");
    check_range(option, static_cast<double>(*number), value);
}

void check_real(const Option &option, const std::string &text, const std::string &value)
{
    const auto number = to_real(text);
    if (!number) refuse(option, value, "must be a number");
    check_range(option, *number, value);
}

} // namespace

void check_value(const Option &option, const std::string &value)
{
    const auto each = [&](auto &&check) {
        for (const auto &item : split_list(value, ',')) check(option, item, value);
    };
    switch (option.type) {
    case OptionType::integer:
        return check_integer(option, value, value);
    case OptionType::real:
        return check_real(option, value, value);
    case OptionType::text:
        return check_word(option, value, value);
    case OptionType::integers:
        return each(check_integer);
    case OptionType::reals:
        return each(check_real);
    case OptionType::texts:
        return each(check_word);
    case OptionType::boolean:
        if (!to_boolean(value)) refuse(option, value, "must be true or false");
    }
}

} // namespace tradewind
