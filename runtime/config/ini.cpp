// SPDX-License-Identifier: Apache-2.0
// INI files: sections, keys, comments on lines of their own.
#include "config/settings.h"

#include "config/bounded_text.h"
#include "config/list.h"
#include "tensor/error.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace tradewind {
namespace {

constexpr std::size_t most_bytes = std::size_t{1} << 20;

[[noreturn]] void refuse(const std::string &place, const std::string &why)
{
    throw Error(ErrorCode::usage, why, place);
}

std::string section_of(const std::string &line, const std::string &place)
{
    if (line.back() != ']' || trim(line.substr(1, line.size() - 2)).empty())
        refuse(place, "a section is written [name], not " + line);
    return trim(line.substr(1, line.size() - 2));
}

void read_pair(const std::string &line, const std::string &section, const std::string &place, Settings &settings)
{
    const auto equals = line.find('=');
    if (equals == std::string::npos || trim(line.substr(0, equals)).empty())
        refuse(place, "expected 'key = value' or '[section]', not '" + line.substr(0, 60) + "'");
    if (section.empty()) refuse(place, "'" + trim(line.substr(0, equals)) + "' stands before any [section]");
    const std::string name = section + "." + trim(line.substr(0, equals));
    if (const Setting *before = settings.find(name)) refuse(place, name + " is set twice, first at " + before->origin);
    settings.set(name, trim(line.substr(equals + 1)), place);
}

} // namespace

Settings parse_ini(const std::string &text, const std::string &file, std::vector<std::string> *sections)
{
    Settings settings;
    std::string section;
    std::size_t number = 0, at = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    while (at < text.size()) {
        const auto end = text.find('\n', at);
        const std::string line = trim(text.substr(at, end - at)), place = file + ":" + std::to_string(++number);
        at = end == std::string::npos ? text.size() : end + 1;
        if (line.empty() || line[0] == '#' || line[0] == ';') continue;
        if (line[0] != '[') {
            read_pair(line, section, place, settings);
            continue;
        }
        section = section_of(line, place);
        if (sections && !std::count(sections->begin(), sections->end(), section)) sections->push_back(section);
    }
    return settings;
}

Settings read_ini(const std::string &path, std::vector<std::string> *sections)
{
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored))
        throw Error(ErrorCode::usage, "the config cannot be read: it is a folder", path);
    std::ifstream stream(path, std::ios::binary);
    if (!stream) throw Error(ErrorCode::usage, std::string("the config cannot be read: ") + std::strerror(errno), path);
    const auto text = read_at_most(stream, most_bytes);
    if (!text || text->find('\0') != std::string::npos)
        throw Error(ErrorCode::usage, "the config cannot be read, or is no text", path);
    return parse_ini(*text, path, sections);
}

std::string to_ini(const Settings &settings, const OptionTable &table, bool with_help, bool with_origin)
{
    std::string text, section;
    for (const auto &option : table) {
        const Setting *setting = settings.find(option.section + "." + option.key);
        if (!setting) continue;
        if (section != option.section) text += (section.empty() ? "[" : "\n[") + option.section + "]\n";
        section = option.section;
        if (with_help)
            text += "# " + option.help + (option.fallback.empty() ? "" : " (default " + option.fallback + ")") +
                    (option.range.empty() ? "" : " (" + option.range + ")") + "\n";
        if (with_origin) text += "# from " + setting->origin + "\n";
        text += option.key + " = " + setting->value + "\n";
    }
    return text;
}

} // namespace tradewind
