// SPDX-License-Identifier: Apache-2.0
// Options of a command: declared once, parsed strictly.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tradewind::cli {

struct Flag {
    const char *name;                       // "score"
    const char *value = "";                 // "T"; empty: the flag takes no value
    const char *letter = "";                // "o"
    std::vector<const char *> aliases = {}; // "conf": work, and are shown by help only
    bool repeated = false;
};

class Flags {
public:
    bool has(const std::string &name) const { return values_.count(name) != 0; }
    std::optional<std::string> value(const std::string &name) const;
    std::vector<std::string> all(const std::string &name) const;
    const std::vector<std::string> &inputs() const { return inputs_; }
    void set(const std::string &name, const std::string &value) { values_[name] = {value}; } // as if it had been given

private:
    friend Flags parse(const std::vector<Flag> &, const std::vector<std::string> &, std::size_t);
    std::map<std::string, std::vector<std::string>> values_;
    std::vector<std::string> inputs_;
};

// Throws Error(usage), in one line and with near misses, for unknown options, missing and surplus values, options given
// twice and more than `most_inputs` positional arguments.
Flags parse(const std::vector<Flag> &known, const std::vector<std::string> &arguments, std::size_t most_inputs);

// Values by type; Error(usage) names the option and what is allowed.
double real_between(const std::string &option, const std::string &text, double least, double most);
long integer_between(const std::string &option, const std::string &text, long least, long most);

} // namespace tradewind::cli
