// SPDX-License-Identifier: Apache-2.0
// Results as JSON and back. Each part lists its members once, for both directions.
#include "study/result.h"

#include "tensor/error.h"

#include <nlohmann/json.hpp>

namespace tradewind {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char *schema = "tradewind-result-1";

template <class Visitor, class T>
void members(Visitor &&visit, T &time) requires std::is_same_v<std::remove_const_t<T>, TimeSummary>
{
    visit("count", time.count);
    visit("median", time.median);
    visit("low", time.low);
    visit("high", time.high);
    visit("p90", time.p90);
    visit("p99", time.p99);
    visit("mean", time.mean);
    visit("least", time.least);
}

template <class Visitor, class T>
void members(Visitor &&visit, T &configuration) requires std::is_same_v<std::remove_const_t<T>, Configuration>
{
    visit("config", configuration.config);
    visit("meta", configuration.meta);
    visit("extractor", configuration.extractor);
    visit("weights", configuration.weights);
    visit("target", configuration.target);
    visit("precision", configuration.precision);
    visit("threads", configuration.threads);
    visit("batch", configuration.batch);
    visit("streams", configuration.streams);
    visit("size", configuration.size);
    visit("resized_height", configuration.resized_height);
    visit("resized_width", configuration.resized_width);
    visit("proposals", configuration.proposals);
    visit("output_stride", configuration.output_stride);
    visit("settings", configuration.settings);
}

template <class Visitor, class T>
void members(Visitor &&visit, T &machine) requires std::is_same_v<std::remove_const_t<T>, MachineFacts>
{
    visit("cpu", machine.cpu);
    visit("system", machine.system);
    visit("cores", machine.cores);
    visit("memory_bytes", machine.memory_bytes);
}

template <class Visitor, class T>
void members(Visitor &&visit, T &network) requires std::is_same_v<std::remove_const_t<T>, NetworkFacts>
{
    visit("name", network.name);
    visit("parameters", network.parameters);
    visit("multiply_adds", network.multiply_adds);
    visit("nodes", network.nodes);
}

template <class Visitor, class T>
void members(Visitor &&visit, T &memory) requires std::is_same_v<std::remove_const_t<T>, MemoryFacts>
{
    visit("peak_bytes", memory.peak_bytes);
    visit("predicted_bytes", memory.predicted_bytes);
    visit("activation_bytes", memory.activation_bytes);
    visit("weight_bytes", memory.weight_bytes);
}

template <class Visitor, class T>
void members(Visitor &&visit, T &node) requires std::is_same_v<std::remove_const_t<T>, NodeTime>
{
    visit("node", node.node);
    visit("op", node.op);
    visit("implementation", node.implementation);
    visit("milliseconds", node.milliseconds);
    visit("share", node.share);
    visit("multiply_adds", node.multiply_adds);
    visit("giga_flops", node.giga_flops);
    visit("choice", node.choice);
}

template <class Visitor, class T>
void members(Visitor &&visit, T &accuracy) requires std::is_same_v<std::remove_const_t<T>, Accuracy>
{
    visit("numbers", accuracy.numbers);
    visit("ap_by_iou", accuracy.ap_by_iou);
    visit("pictures", accuracy.pictures);
    visit("annotations", accuracy.annotations);
}

template <class Visitor, class T>
void members(Visitor &&visit, T &result) requires std::is_same_v<std::remove_const_t<T>, Result>
{
    visit("key", result.key);
    visit("status", result.status);
    visit("error", result.error);
    visit("configuration", result.configuration);
    visit("machine", result.machine);
    visit("versions", result.versions);
    visit("network", result.network);
    visit("inputs", result.inputs);
    visit("time_ms", result.time);
    visit("stage_sum_ratio", result.stage_sum_ratio);
    visit("rounds_ms", result.rounds);
    visit("rounds_waited_ms", result.rounds_waited);
    visit("first_picture_ms", result.first_picture);
    visit("start_to_first_ms", result.start_to_first);
    visit("pictures_per_second", result.pictures_per_second);
    visit("memory", result.memory);
    visit("joules_per_picture", result.joules_per_picture);
    visit("energy_note", result.energy_note);
    visit("accuracy", result.accuracy);
    visit("accuracy_note", result.accuracy_note);
    visit("profile", result.profile);
}

struct Nothing {
    template <class T> void operator()(const char *, T &) const {}
};
template <class T>
concept HasMembers = requires(T &value)
{
    members(Nothing(), value);
};

template <class T> Json written(const T &value);
template <class T> Json written(const std::optional<T> &value);
template <class T> Json written(const std::vector<T> &values);
template <class T> Json written(const std::map<std::string, T> &values);

template <class T> Json written(const T &value)
{
    if constexpr (HasMembers<const T>) {
        Json json = Json::object();
        members([&](const char *name, const auto &member) { json[name] = written(member); }, value);
        return json;
    } else {
        return value;
    }
}
template <class T> Json written(const std::optional<T> &value) { return value ? written(*value) : Json(); }
template <class T> Json written(const std::vector<T> &values)
{
    Json json = Json::array();
    for (const auto &value : values) json.push_back(written(value));
    return json;
}
template <class T> Json written(const std::map<std::string, T> &values)
{
    Json json = Json::object();
    for (const auto &[name, value] : values) json[name] = written(value);
    return json;
}

template <class T> void read(const Json &json, T &value);
template <class T> void read(const Json &json, std::optional<T> &value);
template <class T> void read(const Json &json, std::vector<T> &values);
template <class T> void read(const Json &json, std::map<std::string, T> &values);

template <class T> void read(const Json &json, T &value)
{
    if constexpr (HasMembers<T>)
        members(
            [&](const char *name, auto &member) {
                if (const auto found = json.find(name); found != json.end() && !found->is_null()) read(*found, member);
            },
            value);
    else
        value = json.get<T>();
}
template <class T> void read(const Json &json, std::optional<T> &value) { read(json, value.emplace()); }
template <class T> void read(const Json &json, std::vector<T> &values)
{
    for (const auto &element : json) read(element, values.emplace_back());
}
template <class T> void read(const Json &json, std::map<std::string, T> &values)
{
    for (const auto &[name, element] : json.items()) read(element, values[name]);
}

} // namespace

const std::vector<std::string> &stage_names()
{
    static const std::vector<std::string> names = {"decode",      "resize",   "upload", "network",
                                                   "postprocess", "download", "encode"};
    return names;
}

std::string to_json(const Result &result)
{
    Json json = {{"schema", schema}};
    json.update(written(result));
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result result_from_json(const std::string &text, const std::string &origin)
try {
    const Json json = Json::parse(text);
    if (!json.is_object() || json.value("schema", "") != schema)
        throw Error(ErrorCode::usage, std::string("this is no result: it has no \"schema\":\"") + schema + "\"",
                    origin);
    Result result;
    read(json, result);
    return result;
} catch (const Json::parse_error &error) {
    throw Error(ErrorCode::usage, "this is no result: it is no JSON from byte " + std::to_string(error.byte) + " on",
                origin);
} catch (const Json::exception &) {
    throw Error(ErrorCode::usage, "this is no result: a member is of another type than it must be", origin);
}

} // namespace tradewind
