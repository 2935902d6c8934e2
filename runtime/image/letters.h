// SPDX-License-Identifier: Apache-2.0
// Text as pixels.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tradewind {

// How much of each pixel a text covers, 0 to 255.
struct TextMask {
    std::int64_t width = 0, height = 0;
    std::vector<std::uint8_t> cover; // height x width
};

// UTF-8 text as one line, `height` pixels high. Letters beyond Latin-1, and bytes that are no UTF-8, are shown as '?';
// what is beyond the 200th letter is not shown.
TextMask render(const std::string &text, int height);

} // namespace tradewind
