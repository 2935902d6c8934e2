// SPDX-License-Identifier: Apache-2.0
// Reading settings by type, and resolving them against what is declared.
#include "config/settings.h"

#include "config/list.h"
#include "tensor/error.h"
#include "tensor/near_names.h"

#include <algorithm>
#include <set>

namespace tradewind {
namespace {

const Setting &present(const Settings &settings, const std::string &name)
{
    if (const Setting *setting = settings.find(name)) return *setting;
    throw Error(ErrorCode::failed, "the setting " + name + " is absent");
}

template <class T>
T required(const std::optional<T> &value, const Setting &setting, const std::string &name, const char *what)
{
    if (value) return *value;
    throw Error(ErrorCode::usage, name + " is '" + setting.value + "', but must be " + what, setting.origin);
}

template <class T, class F>
std::vector<T> list(const Settings &settings, const std::string &name, const char *what, F &&parse)
{
    const Setting &setting = present(settings, name);
    std::vector<T> values;
    for (const auto &item : split_list(setting.value, ','))
        values.push_back(required(parse(item), setting, name, what));
    return values;
}

// The settings whose keys are near, with their sections: those do not count, or any two would be alike.
std::string near_settings(const std::string &key, const OptionTable &table)
{
    std::vector<std::string> keys, near;
    for (const auto &option : table)
        if (!std::count(keys.begin(), keys.end(), option.key)) keys.push_back(option.key);
    const bool elsewhere = std::count(keys.begin(), keys.end(), key); // the key, in another section
    for (const auto &found : near_names(key, keys, elsewhere ? 1 : 3))
        near.push_back(std::find_if(table.begin(), table.end(), [&](auto &o) { return o.key == found; })->section +
                       "." + found);
    return did_you_mean(near);
}

[[noreturn]] void refuse_unknown(const std::string &name, const Setting &setting, const OptionTable &table)
{
    const auto dot = name.find('.');
    const std::string section = name.substr(0, dot), key = dot == std::string::npos ? "" : name.substr(dot + 1);
    std::vector<std::string> sections;
    OptionTable own;
    for (const auto &option : table) {
        if (!std::count(sections.begin(), sections.end(), option.section)) sections.push_back(option.section);
        if (option.section == section) own.push_back(option);
    }
    if (own.empty())
        throw Error(ErrorCode::usage,
                    "there is no section '" + section + "'" + did_you_mean(section, sections) + " for the setting " +
                        name,
                    setting.origin);
    std::string near = near_settings(key, own);
    if (near.empty()) near = near_settings(key, table);
    throw Error(ErrorCode::usage,
                "there is no setting '" + name + "'" +
                    (near.empty() ? "; 'tradewind help config' lists those of every section" : near),
                setting.origin);
}

} // namespace

void Settings::set(const std::string &name, std::string value, std::string origin)
{
    values_[name] = {std::move(value), std::move(origin)};
}

void Settings::set_default(const std::string &name, std::string value, std::string origin)
{
    values_.try_emplace(name, Setting{std::move(value), std::move(origin)});
}

const Setting *Settings::find(const std::string &name) const
{
    const auto found = values_.find(name);
    return found == values_.end() ? nullptr : &found->second;
}

std::string Settings::text(const std::string &name) const { return present(*this, name).value; }

std::int64_t Settings::integer(const std::string &name) const
{
    const Setting &setting = present(*this, name);
    return required(to_integer(setting.value), setting, name, "a whole number");
}

double Settings::real(const std::string &name) const
{
    const Setting &setting = present(*this, name);
    return required(to_real(setting.value), setting, name, "a number");
}

bool Settings::boolean(const std::string &name) const
{
    const Setting &setting = present(*this, name);
    return required(to_boolean(setting.value), setting, name, "true or false");
}

std::vector<std::int64_t> Settings::integers(const std::string &name) const
{
    return list<std::int64_t>(*this, name, "a list of whole numbers", to_integer);
}

std::vector<double> Settings::reals(const std::string &name) const
{
    return list<double>(*this, name, "a list of numbers", to_real);
}

std::vector<std::string> Settings::texts(const std::string &name) const
{
    return split_list(present(*this, name).value, ',');
}

void Settings::merge(const Settings &over)
{
    for (const auto &[name, setting] : over.values_) values_[name] = setting;
}

Settings resolve(const Settings &given, const OptionTable &table)
{
    std::set<std::string> known;
    Settings resolved;
    for (const auto &option : table) {
        const std::string name = option.section + "." + option.key;
        known.insert(name);
        const Setting *setting = given.find(name);
        if (!setting && option.required) throw Error(ErrorCode::usage, name + " must be set: " + option.help);
        resolved.set(name, setting ? setting->value : option.fallback, setting ? setting->origin : "default");
        if (!setting) continue;
        try {
            check_value(option, setting->value);
        } catch (const Error &error) {
            throw error.within(setting->origin);
        }
    }
    for (const auto &[name, setting] : given.all())
        if (!known.count(name)) refuse_unknown(name, setting, table);
    return resolved;
}

void check_keys(const Settings &given, const std::string &section, const OptionTable &table, const std::string &owner)
{
    for (const auto &[name, setting] : given.all()) {
        if (!name.starts_with(section + ".")) continue;
        const std::string key = name.substr(section.size() + 1);
        if (std::any_of(table.begin(), table.end(), [&](const Option &option) { return option.key == key; })) continue;
        const std::string near = near_settings(key, table);
        throw Error(ErrorCode::usage,
                    owner + " has no setting '" + name + "'" +
                        (near.empty() ? "; 'tradewind plugin info " + owner + "' lists those it has" : near),
                    setting.origin);
    }
}

} // namespace tradewind
