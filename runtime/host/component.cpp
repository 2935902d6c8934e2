// SPDX-License-Identifier: Apache-2.0
// From the ABI's component to the host's.
#include "host/component.h"

#include "config/list.h"
#include "host/loader.h"
#include "tensor/error.h"

namespace tradewind {
namespace {

std::string text(const char *string) { return string ? string : ""; }

OptionType type_of(const PluginEntry &entry, const tw_option &option)
{
    constexpr OptionType types[] = {OptionType::integer, OptionType::real,  OptionType::text,   OptionType::integers,
                                    OptionType::reals,   OptionType::texts, OptionType::boolean};
    if (!option.key || option.type < TW_OPTION_I64 || option.type > TW_OPTION_BOOL)
        throw Error(ErrorCode::refused, "option " + text(option.key) + " has a type this host does not know",
                    entry.library);
    return types[option.type - 1];
}

// The host reads ranges when users set options; one that makes no sense is found here, where its author is to blame.
void check_range_text(const PluginEntry &entry, const Option &option)
{
    const auto dots = option.range.find("..");
    const bool numbers = option.type == OptionType::integer || option.type == OptionType::real ||
                         option.type == OptionType::integers || option.type == OptionType::reals;
    if (option.range.empty() || !numbers) return;
    if (dots != std::string::npos && to_real(option.range.substr(0, dots)) && to_real(option.range.substr(dots + 2)))
        return;
    throw Error(ErrorCode::refused,
                "option " + option.key + " has the range '" + option.range +
                    "', but a range of numbers is written as 0..1",
                entry.library);
}

void check_option(const PluginEntry &entry, const OptionTable &table, const Option &option)
{
    for (const auto &other : table)
        if (other.key == option.key)
            throw Error(ErrorCode::refused, "there are two options " + option.key, entry.library);
    check_range_text(entry, option);
    if (option.required) return;
    try {
        check_value(option, option.fallback);
    } catch (const Error &error) {
        throw Error(ErrorCode::refused, std::string("its own default is wrong: ") + error.what(), entry.library);
    }
}

OptionTable options_of(const PluginEntry &entry, const tw_component &component, const std::string &section)
{
    OptionTable table;
    for (std::uint32_t i = 0; i < component.option_count; ++i) {
        const tw_option &option = component.options[i];
        if (option.key && std::string(option.key) == "generation") continue; // the model's: section [model]
        const Option known{section,
                           text(option.key),
                           type_of(entry, option),
                           text(option.fallback),
                           text(option.range),
                           text(option.help),
                           option.fallback == nullptr};
        check_option(entry, table, known);
        table.push_back(known);
    }
    return table;
}

Preprocessing preprocessing_of(const tw_feature_extractor &extractor)
{
    Preprocessing preprocessing;
    if (!extractor.preprocessing) return preprocessing;
    const auto given = widened(extractor.preprocessing);
    if (given.channel_order) preprocessing.channel_order = given.channel_order;
    // Rounded to float32 at once: that is the arithmetic the numbers are for.
    for (int c = 0; c < 3; ++c) {
        preprocessing.scale[c] = static_cast<float>(given.scale[c]);
        preprocessing.mean[c] = static_cast<float>(given.mean[c]);
    }
    return preprocessing;
}

} // namespace

Component to_component(const PluginEntry &entry, const tw_component &raw)
{
    const tw_component component = widened(&raw);
    Component result;
    result.id = component.id;
    result.name = entry.name;
    result.kind = component.kind;
    result.version = text(component.version);
    result.summary = text(component.summary);
    result.library = entry.library;
    result.component = &raw;
    if (result.kind == TW_KIND_FEATURE_EXTRACTOR) {
        const auto extractor = widened(static_cast<const tw_feature_extractor *>(component.iface));
        if (!extractor.trunk) throw Error(ErrorCode::refused, result.id + " has no trunk", entry.library);
        result.has_tail = extractor.tail != nullptr;
        result.preprocessing = preprocessing_of(extractor);
        result.options = options_of(entry, component, "extractor");
    } else if (result.kind == TW_KIND_META_ARCHITECTURE) {
        const auto meta = widened(static_cast<const tw_meta_architecture *>(component.iface));
        if (!meta.build) throw Error(ErrorCode::refused, result.id + " has no build function", entry.library);
        result.needs_tail = (meta.needs & TW_NEEDS_TAIL) != 0;
        result.options = options_of(entry, component, "meta");
    } else {
        throw Error(ErrorCode::refused,
                    result.id + " is of kind " + result.kind + ", but this host knows " + TW_KIND_FEATURE_EXTRACTOR +
                        " and " + TW_KIND_META_ARCHITECTURE + ": install a newer Tradewind, or an older plugin",
                    entry.library);
    }
    return result;
}

} // namespace tradewind
