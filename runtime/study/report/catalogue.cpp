// SPDX-License-Identifier: Apache-2.0
// Reads published names and measurements.
#include "study/report/catalogue.h"

#include "tensor/error.h"

#include <algorithm>
#include <functional>

namespace tradewind::reporting {
namespace {

using Section = std::map<std::string, Setting>; // by key

std::map<std::string, Section> sections_of(const Settings &settings)
{
    std::map<std::string, Section> sections;
    for (const auto &[name, setting] : settings.all()) {
        const auto dot = name.rfind('.');
        sections[name.substr(0, dot)][name.substr(dot + 1)] = setting;
    }
    return sections;
}

double real(const Setting &setting)
{
    try {
        std::size_t used = 0;
        const double value = std::stod(setting.value, &used);
        if (used == setting.value.size()) return value;
    } catch (const std::exception &) {
    }
    throw Error(ErrorCode::usage, "expected a number, not '" + setting.value + "'", setting.origin);
}

using Handlers = std::map<std::string, std::function<void(const Setting &)>>;

void read_section(const Section &section, const Handlers &handlers)
{
    for (const auto &[key, setting] : section) {
        const auto found = handlers.find(key);
        if (found == handlers.end()) throw Error(ErrorCode::usage, "no such key: " + key, setting.origin);
        found->second(setting);
    }
}

auto into(std::string &text)
{
    return [&text](const Setting &setting) { text = setting.value; };
}
auto into(std::optional<double> &value)
{
    return [&value](const Setting &setting) { value = real(setting); };
}

NamedPart part_of(const std::string &id, const Section &section)
{
    NamedPart part;
    part.id = part.name = part.label = id;
    std::optional<double> order;
    std::string ignored;
    read_section(section, {{"name", into(part.name)},
                           {"label", into(part.label)},
                           {"top1", into(part.top1)},
                           {"order", into(order)},
                           {"source", into(ignored)},
                           {"where", [&](const Setting &setting) {
                                const auto equals = setting.value.find('=');
                                part.key = setting.value.substr(0, equals);
                                part.value = equals == std::string::npos ? "" : setting.value.substr(equals + 1);
                            }}});
    part.order = order.value_or(1e9);
    return part;
}

void read_source(const std::map<std::string, Section> &all, const std::string &owner, const std::string &id,
                 std::string &text, std::string &machine)
{
    const auto found = all.find("source " + id);
    if (found == all.end()) throw Error(ErrorCode::usage, "[" + owner + "] has no source, or one that is not there");
    read_section(found->second, {{"text", into(text)}, {"machine", into(machine)}});
}

PublishedPoint point_of(const std::string &id, const Section &section, const std::map<std::string, Section> &all)
{
    PublishedPoint point;
    point.id = id;
    std::string source;
    Handlers handlers = {{"label", into(point.label)},
                         {"meta", into(point.meta)},
                         {"extractor", into(point.extractor)},
                         {"time_ms", into(point.time)},
                         {"size", into(point.size)},
                         {"proposals", into(point.proposals)},
                         {"source", into(source)},
                         {"output_stride", into(point.output_stride)}};
    for (const char *name : {"AP", "AP50", "AP75", "APs", "APm", "APl"})
        handlers[name] = [&point, name](const Setting &setting) { point.accuracy[name] = real(setting); };
    read_section(section, handlers);
    read_source(all, "point " + id, source, point.source, point.machine);
    return point;
}

Remark remark_of(const std::string &id, const Section &section, const std::map<std::string, Section> &all)
{
    Remark remark;
    std::string source, ignored;
    read_section(section, {{"figure", into(remark.figure)}, {"text", into(remark.text)}, {"source", into(source)}});
    read_source(all, "remark " + id, source, remark.source, ignored);
    return remark;
}

void sort(std::vector<NamedPart> &parts)
{
    std::stable_sort(parts.begin(), parts.end(), [](const auto &a, const auto &b) { return a.order < b.order; });
}

} // namespace

std::optional<double> PublishedPoint::number(const std::string &name) const
{
    const auto found = accuracy.find(name);
    return found == accuracy.end() ? std::nullopt : std::optional(found->second);
}

Catalogue catalogue_of(const Settings &settings)
{
    Catalogue catalogue;
    const auto sections = sections_of(settings);
    for (const auto &[name, section] : sections) {
        const auto space = name.find(' ');
        const std::string kind = name.substr(0, space), id = space == std::string::npos ? "" : name.substr(space + 1);
        if (kind == "meta")
            catalogue.metas.push_back(part_of(id, section));
        else if (kind == "extractor")
            catalogue.extractors.push_back(part_of(id, section));
        else if (kind == "point")
            catalogue.points.push_back(point_of(id, section, sections));
        else if (kind == "remark")
            catalogue.remarks.push_back(remark_of(id, section, sections));
        else if (kind != "source")
            throw Error(ErrorCode::usage, "no such section: [" + name + "]", section.begin()->second.origin);
    }
    sort(catalogue.metas);
    sort(catalogue.extractors);
    return catalogue;
}

} // namespace tradewind::reporting
