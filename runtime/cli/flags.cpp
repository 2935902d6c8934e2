// SPDX-License-Identifier: Apache-2.0
// Parsing through Boost.Program_options, with messages of our own.
#include "cli/flags.h"

#include "config/list.h"
#include "tensor/error.h"
#include "tensor/near_names.h"

#include <boost/program_options.hpp>

#include <algorithm>
#include <filesystem>

namespace tradewind::cli {
namespace {

namespace po = boost::program_options;

[[noreturn]] void refuse(const std::string &why) { throw Error(ErrorCode::usage, why); }

po::options_description describe(const std::vector<Flag> &known)
{
    po::options_description options;
    for (const Flag &flag : known) {
        const bool takes_value = *flag.value;
        const std::string name = std::string(flag.name) + (*flag.letter ? std::string(",") + flag.letter : "");
        const auto add = [&](const std::string &n) {
            if (takes_value)
                options.add_options()(n.c_str(), po::value<std::vector<std::string>>());
            else
                options.add_options()(n.c_str(), "");
        };
        add(name);
        for (const char *alias : flag.aliases) add(alias);
    }
    options.add_options()("input", po::value<std::vector<std::string>>());
    return options;
}

[[noreturn]] void refuse_unknown(const std::vector<Flag> &known, const std::string &given)
{
    const std::string name = given.substr(0, given.find('='));
    std::vector<std::string> names;
    for (const Flag &flag : known) names.push_back(flag.name);
    auto near = near_names(name.substr(std::min(name.find_first_not_of('-'), name.size())), names);
    for (auto &other : near) other = "--" + other;
    std::error_code ignored;
    const bool file = std::filesystem::exists(given, ignored);
    refuse("there is no option '" + name + "'" + did_you_mean(near) +
           (file ? "; the file of that name is ./" + given : "; --help lists all"));
}

const Flag *owner(const std::vector<Flag> &known, const std::string &name)
{
    for (const Flag &flag : known) {
        if (name == flag.name) return &flag;
        for (const char *alias : flag.aliases)
            if (name == alias) return &flag;
    }
    return nullptr;
}

po::parsed_options parsed(const std::vector<Flag> &known, const std::vector<std::string> &arguments)
{
    const auto options = describe(known);
    po::positional_options_description positional;
    positional.add("input", -1);
    const int style = po::command_line_style::default_style & ~po::command_line_style::allow_guessing;
    try {
        return po::command_line_parser(arguments).options(options).positional(positional).style(style).run();
    } catch (const po::unknown_option &error) {
        refuse_unknown(known, error.get_option_name());
    } catch (const po::invalid_command_line_syntax &error) {
        const std::string name = error.get_option_name();
        const bool surplus = error.kind() == po::invalid_syntax::extra_parameter;
        refuse(name + (surplus ? " takes no value" : " needs a value"));
    } catch (const po::error &error) {
        refuse(error.what());
    }
}

} // namespace

std::optional<std::string> Flags::value(const std::string &name) const
{
    const auto found = values_.find(name);
    return found == values_.end() ? std::nullopt : std::optional(found->second.front());
}

std::vector<std::string> Flags::all(const std::string &name) const
{
    const auto found = values_.find(name);
    return found == values_.end() ? std::vector<std::string>{} : found->second;
}

Flags parse(const std::vector<Flag> &known, const std::vector<std::string> &arguments, std::size_t most_inputs)
{
    Flags flags;
    const po::parsed_options options =
        parsed(known, arguments); // keeps its descriptions elsewhere: only texts are read
    for (const auto &option : options.options) {
        if (option.position_key >= 0 || option.string_key == "input") {
            flags.inputs_.insert(flags.inputs_.end(), option.value.begin(), option.value.end());
            continue;
        }
        const Flag *flag = owner(known, option.string_key);
        if (!flag) refuse_unknown(known, option.string_key);
        auto &values = flags.values_[flag->name];
        if (!values.empty() && !flag->repeated) refuse("--" + std::string(flag->name) + " is given twice");
        if (option.value.empty()) values.emplace_back();
        values.insert(values.end(), option.value.begin(), option.value.end());
    }
    if (flags.inputs_.size() > most_inputs) refuse("'" + flags.inputs_[most_inputs] + "' is one argument too many");
    return flags;
}

double real_between(const std::string &option, const std::string &text, double least, double most)
{
    const auto value = to_real(text);
    const auto shown = [](double number) { return std::to_string(static_cast<long>(number)); };
    if (!value || *value < least || *value > most)
        refuse(option + " is '" + text + "', but must be a number from " + shown(least) + " to " + shown(most));
    return *value;
}

long integer_between(const std::string &option, const std::string &text, long least, long most)
{
    const auto value = to_integer(text);
    if (!value || *value < least || *value > most)
        refuse(option + " is '" + text + "', but must be a whole number from " + std::to_string(least) + " to " +
               std::to_string(most));
    return static_cast<long>(*value);
}

} // namespace tradewind::cli
