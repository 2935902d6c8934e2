// SPDX-License-Identifier: Apache-2.0
// What a component is told while it describes: its options, and the extractor as functions of the host.
#include "host/description.h"

#include "host/loader.h"
#include "tensor/near_names.h"

#include <algorithm>
#include <cstring>
#include <initializer_list>
#include <utility>

namespace tradewind {
namespace {

const Description &self(const tw_build *build) { return *static_cast<const Description *>(build); }

const tw_option &declared(const Description &description, const std::string &key)
{
    const tw_component component = widened(description.component.component);
    std::vector<std::string> keys;
    for (std::uint32_t i = 0; i < component.option_count; ++i) {
        if (component.options[i].key == key) return component.options[i];
        keys.push_back(component.options[i].key);
    }
    throw Error(ErrorCode::refused,
                "the plugin asks for an option '" + key + "' that it does not declare" + did_you_mean(key, keys),
                description.component.library);
}

// The setting behind an option key, which must have been declared with one of these types.
std::string setting_name(const Description &description, const std::string &key,
                         std::initializer_list<std::uint32_t> types)
{
    const tw_option &option = declared(description, key);
    if (!std::count(types.begin(), types.end(), option.type))
        throw Error(ErrorCode::refused, "the plugin reads its option '" + key + "' as another type than it declares",
                    description.component.library);
    if (key == "generation") return "model.generation"; // the model's, whoever asks
    return (description.component.kind == TW_KIND_META_ARCHITECTURE ? "meta." : "extractor.") + key;
}

// Reads an option through `read`; after an error, `nothing`.
template <class T, class F>
T read_option(const tw_build *build, const char *key, std::initializer_list<std::uint32_t> types, T nothing, F &&read)
{
    const Description &description = self(build);
    T value = nothing;
    guarded(description.graph, [&] { value = read(description, setting_name(description, key ? key : "", types)); });
    return value;
}

std::int64_t get_i64(const tw_build *build, const char *key)
{
    const auto read = [&](const Description &d, const std::string &name) -> std::int64_t {
        return declared(d, key).type == TW_OPTION_BOOL ? d.settings.boolean(name) : d.settings.integer(name);
    };
    return read_option<std::int64_t>(build, key, {TW_OPTION_I64, TW_OPTION_BOOL}, 0, read);
}

double get_f64(const tw_build *build, const char *key)
{
    return read_option(build, key, {TW_OPTION_F64}, 0.0,
                       [](const Description &d, const std::string &name) { return d.settings.real(name); });
}

const char *get_str(const tw_build *build, const char *key)
{
    return read_option<const char *>(build, key, {TW_OPTION_STR}, "",
                                     [](const Description &d, const std::string &name) {
                                         return d.texts.emplace_back(d.settings.text(name)).c_str();
                                     });
}

std::uint32_t get_i64s(const tw_build *build, const char *key, const std::int64_t **values)
{
    return read_option(build, key, {TW_OPTION_I64S}, 0u, [&](const Description &d, const std::string &name) {
        const auto &list = d.integers.emplace_back(d.settings.integers(name));
        *values = list.data();
        return static_cast<std::uint32_t>(list.size());
    });
}

std::uint32_t get_f64s(const tw_build *build, const char *key, const double **values)
{
    return read_option(build, key, {TW_OPTION_F64S}, 0u, [&](const Description &d, const std::string &name) {
        const auto &list = d.reals.emplace_back(d.settings.reals(name));
        *values = list.data();
        return static_cast<std::uint32_t>(list.size());
    });
}

std::uint32_t get_strs(const tw_build *build, const char *key, const char *const **values)
{
    return read_option(build, key, {TW_OPTION_STRS}, 0u, [&](const Description &d, const std::string &name) {
        auto &list = d.text_lists.emplace_back();
        for (const auto &text : d.settings.texts(name)) list.push_back(d.texts.emplace_back(text).c_str());
        *values = list.data();
        return static_cast<std::uint32_t>(list.size());
    });
}

tw_status trunk(const tw_build *build, const char *scope, tw_value image)
{
    auto &description = const_cast<Description &>(self(build));
    tw_graph &graph = *description.graph;
    guarded(&graph, [&] {
        if (std::exchange(description.trunk_done, true))
            throw Error(ErrorCode::refused, "the plugin asks for the trunk twice", description.component.library);
        graph.scopes.emplace_back(scope ? scope : "");
        run_trunk(graph, *description.extractor, description.settings, image);
        if (!graph.error) graph.scopes.pop_back();
    });
    return graph.error ? TW_INVALID : TW_OK;
}

tw_value tail(const tw_build *build, const char *scope, tw_value regions)
{
    const Description &description = self(build);
    tw_graph &graph = *description.graph;
    tw_value result = 0;
    guarded(&graph, [&] {
        const Component &extractor = *description.extractor;
        const auto interface = widened(static_cast<const tw_feature_extractor *>(extractor.component->iface));
        const Description inner(graph, extractor, description.settings);
        graph.scopes.emplace_back(scope ? scope : "");
        call(graph, extractor,
             [&](tw_error &error) { return interface.tail(extractor.component, &inner, regions, &result, &error); });
        if (!graph.error) graph.scopes.pop_back();
    });
    return graph.error ? 0 : result;
}

std::uint32_t tap_count(const tw_build *build) { return static_cast<std::uint32_t>(self(build).graph->taps.size()); }

void fill(const TapInfo &from, tw_tap *to)
{
    const tw_tap full{to->struct_size, from.value, from.name.c_str(), from.scope.c_str(), from.stride, from.channels};
    std::memcpy(to, &full, to->struct_size < sizeof full ? to->struct_size : sizeof full);
}

tw_status tap_at(const tw_build *build, std::uint32_t index, tw_tap *tap)
{
    const auto &taps = self(build).graph->taps;
    if (index >= taps.size()) return TW_NOT_FOUND;
    fill(taps[index], tap);
    return TW_OK;
}

[[noreturn]] void refuse_tap(const tw_graph &graph, const std::string &wanted)
{
    std::vector<std::string> names;
    std::string list;
    for (const auto &known : graph.taps) {
        names.push_back(known.name);
        list += (list.empty() ? "" : ", ") + known.name;
    }
    throw Error(ErrorCode::usage, "the feature extractor has no tap '" + wanted + "'" + did_you_mean(wanted, names) +
                                      "; its taps are " + (list.empty() ? "none" : list));
}

tw_status tap_named(const tw_build *build, const char *name, tw_tap *tap)
{
    tw_graph &graph = *self(build).graph;
    for (const auto &known : graph.taps)
        if (name && known.name == name) return fill(known, tap), TW_OK;
    guarded(&graph, [&] { refuse_tap(graph, name ? name : ""); });
    return TW_NOT_FOUND;
}

std::int64_t class_count(const tw_build *build) { return self(build).classes; }

// An extractor has no extractor below it.
tw_build functions(tw_graph &graph, bool with_extractor)
{
    tw_build build{sizeof(tw_build), 0,        &graph_api(), &graph, get_i64,   get_f64, get_str,   get_i64s,
                   get_f64s,         get_strs, trunk,        tail,   tap_count, tap_at,  tap_named, class_count};
    if (!with_extractor) {
        build.trunk = nullptr;
        build.tail = nullptr;
        build.tap_count = nullptr;
        build.tap_at = nullptr;
        build.tap_named = nullptr;
        build.class_count = nullptr;
    }
    return build;
}

} // namespace

Description::Description(tw_graph &to, const Component &of, const Settings &from)
    : tw_build(functions(to, of.kind == TW_KIND_META_ARCHITECTURE)), component(of), settings(from)
{
}

} // namespace tradewind
