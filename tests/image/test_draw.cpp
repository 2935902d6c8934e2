// SPDX-License-Identifier: Apache-2.0
// Annotated pictures: what is drawn where, and that nothing is drawn outside.
#include "image/draw.h"
#include "image/letters.h"

#include <doctest/doctest.h>

#include <array>

using namespace tradewind;

namespace {

using Colour = std::array<std::uint8_t, 3>;

Picture black(std::int64_t height, std::int64_t width)
{
    return {height, width, std::vector<std::uint8_t>(static_cast<std::size_t>(height * width * 3)), 1, ""};
}

Colour at(const Picture &picture, std::int64_t y, std::int64_t x)
{
    const auto *p = picture.row(y) + 3 * x;
    return {p[0], p[1], p[2]};
}

std::int64_t line_width(const Picture &picture, std::int64_t y, std::int64_t left)
{
    std::int64_t width = 0;
    while (at(picture, y, left + width) != Colour{}) ++width;
    return width;
}

} // namespace

TEST_CASE("a frame of the class's colour lies just inside the box")
{
    Picture picture = black(200, 300);
    draw(picture, {{50, 60, 150, 260, 3, "cat 0.90"}});
    const Colour colour = at(picture, 100, 60);
    CHECK(colour != Colour{});
    CHECK(at(picture, 100, 259) == colour);
    CHECK(at(picture, 149, 160) == colour);
    for (const auto &[y, x] : {std::pair{100, 59}, {100, 260}, {150, 160}, {100, 100}})
        CHECK(at(picture, y, x) == Colour{});
}

TEST_CASE("colours follow the class, width of lines the size of the picture")
{
    Picture small = black(400, 400), large = black(4000, 4000);
    draw(small, {{100, 50, 200, 150, 1, ""}, {100, 250, 200, 350, 2, ""}});
    draw(large, {{1000, 500, 2000, 1500, 1, ""}});
    CHECK(at(small, 150, 50) == at(large, 1500, 500));
    CHECK(at(small, 150, 50) != at(small, 150, 250));
    CHECK(line_width(small, 150, 50) == 2);
    CHECK(line_width(large, 1500, 500) == 16);
}

TEST_CASE("labels stay inside the picture and off each other")
{
    Picture one = black(120, 200), two = one;
    draw(one, {{0, 150, 60, 200, 1, "a long label 0.99"}});
    std::int64_t lit = 0;
    for (std::int64_t x = 0; x < 150; ++x) lit += at(one, 5, x) != Colour{};
    CHECK(lit > 40); // moved to the left, and down into the picture
    draw(two, {{40, 20, 100, 120, 1, "first"}, {40, 20, 100, 120, 2, "second"}});
    const Colour first = at(two, 38, 22), second = at(two, 42, 25);
    CHECK(first != Colour{});
    CHECK(second != Colour{});
    CHECK(first != second);
}

TEST_CASE("nothing goes wrong at the edges")
{
    for (const auto &[height, width] : {std::pair{1, 1}, {2, 300}, {300, 2}}) {
        Picture picture = black(height, width);
        draw(picture, {{-50, -50, 500, 500, 7, "everything"},
                       {0, 0, 0, 0, 0, ""},
                       {1e6f, 1e6f, 2e6f, 2e6f, -3, "\xff\xfe bytes \xe2\x82"}});
        CHECK(picture.rgb.size() == static_cast<std::size_t>(3 * height * width));
    }
    Picture untouched = black(8, 8);
    draw(untouched, {});
    CHECK(untouched.rgb == black(8, 8).rgb);
}

TEST_CASE("texts are as wide as their letters")
{
    const TextMask short_text = render("i", 20), long_text = render("iii", 20);
    CHECK(short_text.height == 20);
    CHECK(long_text.width > 2 * short_text.width);
    CHECK(render("", 20).width == 0);
    const TextMask unknown = render("\xE4\xB8\xAD", 20), question = render("?", 20);
    CHECK(unknown.cover == question.cover);
    CHECK(render("\xC3\xA9", 20).cover != question.cover); // e with an accent is in the font
}
