// SPDX-License-Identifier: Apache-2.0
// Protocol buffers as text ("name: value", "name { ... }"), as a tree without a schema: published label maps and
// pipeline configs are written so.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace tradewind {

struct TextField {
    std::string name;
    std::size_t line = 0; // the first is 1
    bool message = false; // "name { ... }", else one value
    bool quoted = false;  // the value is a string, without its quotes and escapes; else a number or a word
    std::string value;
    std::vector<TextField> fields; // of a message, in the order of the file; a list [a, b] is one field for each
};

// The fields of the whole file. Read are comments (#), both forms of brackets ({} and <>), lists, strings with escapes
// and of several parts, separators (, and ;). Bounded: 64 levels of messages, a million fields. Throws Error(usage)
// with "file:line" as context.
std::vector<TextField> parse_text_format(const std::string &text, const std::string &file);

} // namespace tradewind
