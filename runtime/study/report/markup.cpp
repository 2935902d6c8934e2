// SPDX-License-Identifier: Apache-2.0
// Text and numbers for HTML and SVG.
#include "study/report/markup.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace tradewind::reporting {
namespace {

std::string fixed(double value, int digits)
{
    char buffer[400];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, digits).ptr;
    return {buffer, end};
}

std::string with_separators(std::string digits)
{
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > (digits[0] == '-' ? 1 : 0); at -= 3)
        digits.insert(static_cast<std::size_t>(at), ",");
    return digits;
}

std::string without_zeros(std::string text)
{
    if (text.find('.') == std::string::npos) return text;
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text == "-0" ? "0" : text;
}

} // namespace

std::string escaped(const std::string &text)
{
    std::string safe;
    for (const char c : text) {
        if (c == '&')
            safe += "&amp;";
        else if (c == '<')
            safe += "&lt;";
        else if (c == '>')
            safe += "&gt;";
        else if (c == '"')
            safe += "&quot;";
        else if (c == '\'')
            safe += "&#39;";
        else if ((static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f)
            safe += "\xEF\xBF\xBD";
        else
            safe += c;
    }
    return safe;
}

std::string number(double value)
{
    if (!std::isfinite(value)) return "?";
    const double size = std::abs(value);
    if (size >= 1e15 || (size > 0 && size < 1e-6)) {
        char buffer[64];
        return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific, 2).ptr};
    }
    if (size >= 999.5) return with_separators(fixed(value, 0));
    int digits = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
    for (double below = 1; size > 0 && size < below && digits < 8; below /= 10) ++digits;
    return without_zeros(fixed(value, digits));
}

std::string exact(double value)
{
    char buffer[64];
    return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr};
}

std::string pixels(double value) { return std::isfinite(value) ? without_zeros(fixed(value, 2)) : "0"; }

std::string element(const std::string &tag, const std::string &attributes, const std::string &content)
{
    return "<" + tag + attributes + ">" + content + "</" + tag + ">";
}

std::string sentence(const std::string &text, const std::string &kind)
{
    return element("p", kind.empty() ? "" : " class=\"" + kind + "\"", escaped(text)) + "\n";
}

std::string counted(std::size_t count, const std::string &one, const std::string &several)
{
    return std::to_string(count) + " " + (count == 1 ? one : several);
}

} // namespace tradewind::reporting
