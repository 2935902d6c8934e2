// SPDX-License-Identifier: Apache-2.0
// One declared setting: everything that flags, INI keys, --help, README tables and did-you-mean are made from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tradewind {

enum class OptionType { integer, real, text, integers, reals, texts, boolean };

struct Option {
    std::string section; // "model", "image", "extractor", "meta"
    std::string key;     // "score_threshold"
    OptionType type = OptionType::text;
    std::string fallback; // default, as text; lists are comma-separated
    // Allowed: "" anything; "0..1" an inclusive range for every number; "regular|fast" one of these words (or
    // nothing, when the default is nothing).
    std::string range;
    std::string help;
    bool required = false; // has no default
};

using OptionTable = std::vector<Option>;

// Sections [model] and [image], which the host itself declares.
const OptionTable &host_options();

// Throws Error(usage) naming section.key, the value, what is allowed and, for words, near misses.
void check_value(const Option &option, const std::string &value);

} // namespace tradewind
