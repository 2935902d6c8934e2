// SPDX-License-Identifier: Apache-2.0
// Text and numbers for HTML and SVG.
#pragma once

#include <string>

namespace tradewind::reporting {

// Safe between tags and in quoted attributes, for any bytes: & < > " ' become entities, control characters but newlines
// become U+FFFD.
std::string escaped(const std::string &text);

// For people: three significant digits or all of the integer part, thousands apart ("0.0123", "45.6", "12,345").
std::string number(double value);

// For programs: the shortest text that is read back as the same number.
std::string exact(double value);

// For drawing: pixels with two digits at most, the same on every machine.
std::string pixels(double value);

// "<tag>content</tag>"; `attributes` begin with a space. Content is markup already.
std::string element(const std::string &tag, const std::string &attributes, const std::string &content);

// A paragraph of plain text.
std::string sentence(const std::string &text, const std::string &kind = "");

// "1 pair", "2 pairs".
std::string counted(std::size_t count, const std::string &one, const std::string &several);

} // namespace tradewind::reporting
