// SPDX-License-Identifier: Apache-2.0
// Reading rules.
#include "weights/importers/pipeline_rules.h"

#include "config/list.h"
#include "tensor/error.h"

#include <algorithm>

namespace tradewind::importers {
namespace {

constexpr const char *all_inside = ".*";

// How many words each verb takes at least.
const std::map<std::string, std::size_t> verbs = {{"set", 1},  {"list", 1}, {"part", 3},   {"means", 2},   {"type", 0},
                                                  {"maps", 0}, {"is", 1},   {"refuse", 0}, {"training", 0}};

std::string rest_of(const std::vector<std::string> &words, std::size_t from)
{
    std::string text;
    for (std::size_t i = from; i < words.size(); ++i) text += (text.empty() ? "" : " ") + words[i];
    return text;
}

Rule parse_rule(const Setting &setting)
{
    std::vector<std::string> words = split_list(setting.value, ' ');
    std::erase(words, "");
    Rule rule{words.empty() ? "" : words[0], {}, {}, {}, {}};
    std::size_t at = 1;
    const auto is_clause = [&] { return words[at] == "else" || words[at] == "with" || words[at] == "because"; };
    while (rule.verb != "refuse" && at < words.size() && !is_clause()) rule.words.push_back(words[at++]);
    if (rule.verb == "refuse") rule.reason = rest_of(words, 1);
    while (rule.verb != "refuse" && at < words.size()) {
        const std::string clause = words[at++];
        if (clause == "because") {
            rule.reason = rest_of(words, at);
            break;
        }
        if (clause == "else" && at < words.size()) rule.fallback = words[at++];
        for (; clause == "with" && at < words.size() && !is_clause(); ++at) {
            const auto colon = std::min(words[at].find(':'), words[at].size() - 1);
            rule.names[words[at].substr(0, colon)] = words[at].substr(colon + 1);
        }
        if (clause != "else" && clause != "with") break;
    }
    const auto verb = verbs.find(rule.verb);
    if (verb == verbs.end() || rule.words.size() < verb->second)
        throw Error(ErrorCode::usage, "'" + setting.value + "' is no rule for a field", setting.origin);
    return rule;
}

} // namespace

Rules::Rules(const Settings &fields)
{
    for (const auto &[path, setting] : fields.all()) rules_[path] = parse_rule(setting);
}

const Rule *Rules::find(const std::string &path) const
{
    const auto found = rules_.find(path);
    return found == rules_.end() ? nullptr : &found->second;
}

bool Rules::passed_over(const std::string &path) const { return rules_.count(path + all_inside) != 0; }

bool Rules::knows_inside(const std::string &path) const
{
    const auto next = rules_.lower_bound(path + ".");
    return next != rules_.end() && next->first.starts_with(path + ".");
}

std::map<std::string, Rule> Rules::of_fields(const std::string &message) const
{
    std::map<std::string, Rule> found;
    const std::string prefix = message + ".";
    for (auto next = rules_.lower_bound(prefix); next != rules_.end() && next->first.starts_with(prefix); ++next)
        if (next->first.find('.', prefix.size()) == std::string::npos) found.insert(*next);
    return found;
}

} // namespace tradewind::importers
