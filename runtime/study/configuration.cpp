// SPDX-License-Identifier: Apache-2.0
// From settings to what a study varies.
#include "study/configuration.h"

#include "config/list.h"

#include <algorithm>

namespace tradewind {
namespace {

std::int64_t number_in(const Settings &settings, const std::string &name)
{
    return to_integer(given_or_default(settings, name)).value_or(0);
}

// The side of a square, else the shorter one.
std::int64_t size_in(const Settings &settings)
{
    if (given_or_default(settings, "image.resize") != "fixed") return number_in(settings, "image.min_side");
    std::int64_t least = 0;
    for (const auto &side : split_list(given_or_default(settings, "image.size"), 'x'))
        if (const auto value = to_integer(side)) least = least ? std::min(least, *value) : *value;
    return least;
}

} // namespace

std::string given_or_default(const Settings &settings, const std::string &name)
{
    if (const Setting *setting = settings.find(name)) return setting->value;
    for (const auto &option : host_options())
        if (option.section + "." + option.key == name) return option.fallback;
    return "";
}

Configuration configuration_of(const Settings &settings)
{
    Configuration configuration;
    configuration.meta = given_or_default(settings, "model.meta");
    configuration.extractor = given_or_default(settings, "model.extractor");
    configuration.size = size_in(settings);
    configuration.proposals = number_in(settings, "meta.proposals");
    configuration.output_stride = number_in(settings, "extractor.output_stride");
    for (const auto &[name, setting] : settings.all()) configuration.settings[name] = setting.value;
    return configuration;
}

} // namespace tradewind
