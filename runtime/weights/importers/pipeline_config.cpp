// SPDX-License-Identifier: Apache-2.0
// pipeline.config, field by field, as the rules say.
#include "weights/importers/pipeline_config.h"

#include "config/bounded_text.h"
#include "config/list.h"
#include "config/text_format.h"
#include "tensor/error.h"
#include "tensor/near_names.h"
#include "weights/importers/pipeline_rules.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <set>

namespace tradewind {
namespace {

using importers::Rule;
using importers::Rules;

constexpr std::size_t most_bytes = std::size_t{8} << 20;
constexpr const char *network = "model";

// Numbers were float32 to the writer: 0.300000011921 is 0.3.
std::string plain(const std::string &value)
{
    if (const auto whole = to_integer(value)) return std::to_string(*whole);
    const auto real = to_real(value.ends_with('f') ? value.substr(0, value.size() - 1) : value);
    if (!real) return value;
    char digits[32];
    return {digits, std::to_chars(digits, digits + sizeof digits, static_cast<float>(*real)).ptr};
}

class Reader {
public:
    Reader(const std::string &path, const PipelineFormat &format)
        : path_(path), rules_(format.fields), extractors_(format.extractors)
    {
    }

    PipelineSettings read(const std::vector<TextField> &file)
    {
        const TextField *model = nullptr;
        for (const TextField &field : file) {
            if (field.name != network) {
                result_.passed_over.push_back(field.name);
                continue;
            }
            if (model || !field.message) refuse(field.line, "a pipeline has one message 'model'");
            model = &field;
        }
        if (!model) refuse(1, "there is no message 'model' in this pipeline");
        read_message(*model, network);
        finish(model->line);
        return std::move(result_);
    }

private:
    [[noreturn]] void refuse(std::size_t line, const std::string &why) const
    {
        throw Error(ErrorCode::refused, why, place(line));
    }

    std::string place(std::size_t line) const { return path_ + ":" + std::to_string(line); }

    void read_message(const TextField &message, const std::string &path)
    {
        std::set<std::string> seen;
        for (const TextField &field : message.fields) {
            const std::string inner = path + "." + field.name;
            const bool again = !seen.insert(inner).second;
            const Rule *rule = rules_.find(inner);
            if (again && !(rule && (rule->verb == "list" || rule->verb == "training")) && !rules_.passed_over(inner))
                refuse(field.line, "'" + inner + "' stands twice");
            read_field(field, inner, rule);
        }
        for (const auto &[inner, rule] : rules_.of_fields(path))
            if (rule.fallback && !seen.count(inner)) apply(rule, plain(*rule.fallback), inner, message.line, true);
    }

    void read_field(const TextField &field, const std::string &path, const Rule *rule)
    {
        if (!field.message) {
            if (!rule || rule->verb == "means") refuse_unknown(field, path);
            return apply(*rule, plain(field.value), path, field.line, false);
        }
        if (rule && rule->verb == "refuse") refuse(field.line, "'" + path + "': " + rule->reason);
        if (rule && rule->verb == "means") set(rule->words[0], rule->words[1], field.line, false);
        if (rules_.passed_over(path)) return;
        if (!rules_.knows_inside(path) && !(rule && rule->verb == "means")) refuse_unknown(field, path);
        read_message(field, path);
    }

    [[noreturn]] void refuse_unknown(const TextField &field, const std::string &path) const
    {
        std::vector<std::string> names;
        const std::string message = path.substr(0, path.rfind('.'));
        for (const auto &[name, rule] : rules_.of_fields(message)) names.push_back(name.substr(message.size() + 1));
        refuse(field.line, "'" + path + "' is not known" + did_you_mean(field.name, names) +
                               "; it may change the network, so it is not passed over");
    }

    void apply(const Rule &rule, const std::string &value, const std::string &path, std::size_t line, bool absent)
    {
        const std::string field = "'" + path + "'";
        if (rule.verb == "refuse") refuse(line, field + ": " + rule.reason);
        if (rule.verb == "is") return check(rule, value, field, line, absent);
        if (rule.verb == "type") return use_extractor(value, line);
        if (rule.verb == "maps") maps_.push_back({line, value});
        if (rule.verb == "part") return add_part(rule, value, line);
        if (rule.verb != "set" && rule.verb != "list") return;
        const auto name = rule.names.find(value);
        if (name == rule.names.end() && !rule.names.empty())
            refuse(line, field + " is " + value + ", which is not built");
        const std::string known = name == rule.names.end() ? value : name->second;
        for (const auto &key : split_list(rule.words[0], ','))
            if (rule.verb == "list")
                lists_[key].push_back({line, known});
            else
                set(key, known, line, absent);
        if (rule.verb == "list") return;
        for (const auto &key : split_list(rule.words[0], ','))
            if (rule.fallback && plain(*rule.fallback) == value)
                result_.usual.insert(key);
            else
                result_.usual.erase(key);
    }

    void check(const Rule &rule, const std::string &value, const std::string &field, std::size_t line,
               bool absent) const
    {
        const auto same = [&](const std::string &word) { return plain(word) == value; };
        if (std::any_of(rule.words.begin(), rule.words.end(), same)) return;
        refuse(line, field + (absent ? " is absent, which means " : " is ") + value + ": " + rule.reason);
    }

    // A value that two fields give must be the same; where a field is absent, another may give it.
    void set(const std::string &key, const std::string &value, std::size_t line, bool absent)
    {
        const Setting *before = result_.settings.find(key);
        const bool weak = before && before->origin.ends_with(pipeline_default);
        if (before && before->value != value && !weak && !absent)
            refuse(line, "this makes " + key + " " + value + ", but it is " + before->value + " at " + before->origin +
                             ": they must be the same here");
        if (before && absent) return;
        result_.settings.set(key, value, place(line) + (absent ? pipeline_default : ""));
    }

    void add_part(const Rule &rule, const std::string &value, std::size_t line)
    {
        auto &parts = parts_[rule.words[0]];
        parts.separator = rule.words[2];
        parts.line = line;
        parts.values[rule.words[1]] = value;
    }

    void use_extractor(const std::string &type, std::size_t line)
    {
        std::vector<std::string> types;
        for (const auto &[name, setting] : extractors_.all()) {
            const std::string section = name.substr(0, name.find('.')), key = name.substr(section.size() + 1);
            if (std::find(types.begin(), types.end(), section) == types.end()) types.push_back(section);
            if (section != type) continue;
            known_ = true;
            if (key == "maps")
                expected_maps_ = setting.value;
            else
                of_type_.set(key, setting.value, place(line));
        }
        if (known_) return;
        std::string list;
        for (const auto &name : types) list += (list.empty() ? "" : ", ") + name;
        refuse(line, "there is no feature extractor of type '" + type.substr(0, 60) + "' here; there are " + list);
    }

    void finish(std::size_t line)
    {
        if (!known_) refuse(line, "the pipeline names no feature extractor");
        for (const auto &[at, count] : maps_)
            if (!expected_maps_.empty() && count != expected_maps_)
                refuse(at, "the pipeline has anchors for " + count + " maps, but this type of feature extractor has " +
                               expected_maps_);
        for (const auto &[key, values] : lists_) {
            std::string list;
            for (const auto &[at, value] : values) list += (list.empty() ? "" : ",") + value;
            result_.settings.set(key, list, place(values.front().first));
        }
        for (const auto &[key, parts] : parts_) {
            std::string joined;
            for (const auto &[number, value] : parts.values) joined += (joined.empty() ? "" : parts.separator) + value;
            result_.settings.set(key, joined, place(parts.line));
        }
        if (!result_.settings.find("model.meta")) refuse(line, "the pipeline names no detector that is known here");
        for (const auto &[key, setting] : of_type_.all()) {
            const Setting *before = result_.settings.find(key);
            if (!before || before->origin.ends_with(pipeline_default))
                result_.settings.set(key, setting.value, setting.origin);
        }
    }

    struct Parts {
        std::string separator;
        std::size_t line = 0;
        std::map<std::string, std::string> values; // by number
    };

    const std::string &path_;
    const Rules rules_;
    const Settings &extractors_;
    PipelineSettings result_;
    std::map<std::string, std::vector<std::pair<std::size_t, std::string>>> lists_;
    std::map<std::string, Parts> parts_;
    std::vector<std::pair<std::size_t, std::string>> maps_;
    bool known_ = false;
    std::string expected_maps_;
    Settings of_type_;
};

} // namespace

PipelineSettings parse_pipeline_config(const std::string &text, const std::string &path, const PipelineFormat &format)
try {
    return Reader(path, format).read(parse_text_format(text, path));
} catch (const Error &error) { // what a file says wrongly is not the user's to correct
    throw Error(ErrorCode::refused, error.message(), error.context());
}

PipelineSettings read_pipeline_config(const std::string &path, const PipelineFormat &format)
{
    std::ifstream stream(path, std::ios::binary);
    const auto text = stream ? read_at_most(stream, most_bytes) : std::nullopt;
    if (!text) throw Error(ErrorCode::refused, "the pipeline cannot be read, or is larger than 8 MiB", path);
    return parse_pipeline_config(*text, path, format);
}

} // namespace tradewind
