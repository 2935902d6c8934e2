// SPDX-License-Identifier: Apache-2.0
// Letters from the table, scaled by averaging.
#include "image/letters.h"

#include "image/font.h"

#include <algorithm>
#include <cmath>

namespace tradewind {
namespace {

constexpr std::size_t most_letters = 200; // no picture shows more, and texts come from files

// All letters, unpacked once.
struct Font {
    std::vector<std::uint8_t> cover;
    std::vector<std::size_t> starts;

    Font()
    {
        for (const auto run : font::runs)
            cover.insert(cover.end(), (run & 15) + 1, static_cast<std::uint8_t>((run >> 4) * 17));
        std::size_t at = 0;
        for (const auto width : font::widths) {
            starts.push_back(at);
            at += static_cast<std::size_t>(width) * font::height;
        }
    }
};

std::size_t index_of(std::uint32_t code)
{
    if (code >= 0x20 && code <= 0x7E) return code - 0x20;
    if (code >= 0xA1 && code <= 0xFF) return 0x5F + code - 0xA1;
    return '?' - 0x20;
}

std::vector<std::size_t> letters_of(const std::string &text)
{
    std::vector<std::size_t> letters;
    for (std::size_t at = 0; at < text.size() && letters.size() < most_letters;) {
        const auto first = static_cast<unsigned char>(text[at]);
        const std::size_t length = first < 0x80                    ? 1
                                   : first >= 0xC2 && first < 0xE0 ? 2
                                   : first >= 0xE0 && first < 0xF0 ? 3
                                   : first >= 0xF0 && first < 0xF5 ? 4
                                                                   : 1;
        const bool two = length == 2 && at + 1 < text.size();
        const std::uint32_t code = length == 1 ? (first < 0x80 ? first : 0)
                                   : two       ? (first & 31u) << 6 | (static_cast<unsigned char>(text[at + 1]) & 63u)
                                               : 0;
        letters.push_back(index_of(code));
        at += length;
    }
    return letters;
}

TextMask at_table_size(const std::vector<std::size_t> &letters)
{
    static const Font table;
    TextMask mask;
    mask.height = font::height;
    for (const auto letter : letters) mask.width += font::widths[letter];
    mask.cover.resize(static_cast<std::size_t>(mask.width * mask.height));
    std::int64_t left = 0;
    for (const auto letter : letters) {
        const std::int64_t width = font::widths[letter];
        for (std::int64_t y = 0; y < mask.height; ++y)
            std::copy_n(table.cover.data() + table.starts[letter] + y * width, width,
                        mask.cover.data() + y * mask.width + left);
        left += width;
    }
    return mask;
}

// The part of source pixels that one target pixel covers, along one axis.
struct Span {
    std::int64_t first, last;
    float first_part, last_part;
};

Span span_of(std::int64_t index, float step, std::int64_t limit)
{
    const float from = static_cast<float>(index) * step, to = std::min(from + step, static_cast<float>(limit));
    const auto first = static_cast<std::int64_t>(from),
               last = std::min(static_cast<std::int64_t>(std::ceil(to)) - 1, limit - 1);
    return {first, std::max(first, last), first == last ? to - from : 1 - (from - static_cast<float>(first)),
            to - static_cast<float>(last)};
}

float weight(const Span &span, std::int64_t i)
{
    return i == span.first ? span.first_part : i == span.last ? span.last_part : 1.0f;
}

TextMask scaled(const TextMask &from, int height)
{
    const float step = static_cast<float>(from.height) / static_cast<float>(height);
    TextMask to;
    to.height = height;
    to.width = std::max<std::int64_t>(1, static_cast<std::int64_t>(static_cast<float>(from.width) / step));
    for (std::int64_t y = 0; y < to.height; ++y)
        for (std::int64_t x = 0; x < to.width; ++x) {
            const Span rows = span_of(y, step, from.height), columns = span_of(x, step, from.width);
            float sum = 0, area = 0;
            for (std::int64_t sy = rows.first; sy <= rows.last; ++sy)
                for (std::int64_t sx = columns.first; sx <= columns.last; ++sx) {
                    const float part = weight(rows, sy) * weight(columns, sx);
                    sum += part * static_cast<float>(from.cover[static_cast<std::size_t>(sy * from.width + sx)]);
                    area += part;
                }
            to.cover.push_back(static_cast<std::uint8_t>(area > 0 ? sum / area + 0.5f : 0));
        }
    return to;
}

} // namespace

TextMask render(const std::string &text, int height)
{
    const TextMask plain = at_table_size(letters_of(text));
    return plain.width == 0 || height == plain.height ? plain : scaled(plain, std::max(height, 1));
}

} // namespace tradewind
