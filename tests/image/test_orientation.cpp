// SPDX-License-Identifier: Apache-2.0
// The eight orientations of EXIF 2.3 (tag 0x0112).
#include "image/codec.h"
#include "image/draw.h"
#include "made_png.h"

#include <doctest/doctest.h>
#include <png.h>

using namespace tradewind;

namespace {

using Letters = std::vector<std::string>;

// One letter a pixel, in all three channels.
Picture picture_of(const Letters &rows)
{
    Picture picture{static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(rows[0].size()), {}, 1, ""};
    for (const auto &row : rows)
        for (const char c : row) picture.rgb.insert(picture.rgb.end(), 3, static_cast<std::uint8_t>(c));
    return picture;
}

Letters letters_of(const Picture &picture)
{
    Letters rows;
    for (std::int64_t y = 0; y < picture.height; ++y) {
        rows.emplace_back();
        for (std::int64_t x = 0; x < picture.width; ++x) rows.back() += static_cast<char>(picture.row(y)[3 * x]);
    }
    return rows;
}

// Where the stored row 0 and column 0 are seen, in the words of the standard: 1 top left, 2 top right, 3 bottom right,
// 4 bottom left, 5 left top, 6 right top, 7 right bottom, 8 left bottom.
const std::vector<Letters> upright = {{"abc", "def"},     {"cba", "fed"},     {"fed", "cba"},     {"def", "abc"},
                                      {"ad", "be", "cf"}, {"da", "eb", "fc"}, {"fc", "eb", "da"}, {"cf", "be", "ad"}};

std::vector<std::uint8_t> exif(int orientation, bool little)
{
    const auto value = static_cast<std::uint8_t>(orientation);
    if (little) return {'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, value, 0, 0, 0, 0, 0, 0, 0};
    return {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, value, 0, 0, 0, 0, 0, 0};
}

int orientation_in(const std::vector<std::uint8_t> &block) { return exif_orientation(std::as_bytes(std::span(block))); }

// The JPEG with an EXIF segment after its first marker.
std::vector<std::byte> with_exif(const std::vector<std::byte> &jpeg, const std::vector<std::uint8_t> &block)
{
    std::vector<std::uint8_t> segment = {0xFF, 0xE1, 0, static_cast<std::uint8_t>(block.size() + 8), 'E', 'x', 'i',
                                         'f',  0,    0};
    segment.insert(segment.end(), block.begin(), block.end());
    std::vector<std::byte> bytes = jpeg;
    const auto inserted = std::as_bytes(std::span(segment));
    bytes.insert(bytes.begin() + 2, inserted.begin(), inserted.end());
    return bytes;
}

} // namespace

TEST_CASE("each orientation is made upright")
{
    for (int orientation = 1; orientation <= 8; ++orientation) {
        CAPTURE(orientation);
        Picture picture = picture_of({"abc", "def"});
        make_upright(picture, orientation);
        CHECK(letters_of(picture) == upright[static_cast<std::size_t>(orientation - 1)]);
        CHECK(picture.exif_orientation == orientation);
    }
}

TEST_CASE("it is read from both byte orders, and damage means upright")
{
    for (int orientation = 1; orientation <= 8; ++orientation)
        for (const bool little : {false, true}) CHECK(orientation_in(exif(orientation, little)) == orientation);
    CHECK(orientation_in(exif(0, true)) == 1);
    CHECK(orientation_in(exif(9, false)) == 1);
    CHECK(orientation_in({}) == 1);
    const auto whole = exif(6, true);
    for (std::size_t size = 0; size < 19; ++size)
        CHECK(orientation_in({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}) == 1);
    auto astray = whole;
    astray[4] = 0xFF; // the directory lies beyond the end
    CHECK(orientation_in(astray) == 1);
}

TEST_CASE("JPEG and PNG carry it")
{
    const Picture stored = formula_picture(16, 32);
    for (int orientation = 1; orientation <= 8; ++orientation) {
        CAPTURE(orientation);
        Picture expected = decode(encode_jpeg(stored), "");
        make_upright(expected, orientation);
        const Picture jpeg = decode(with_exif(encode_jpeg(stored), exif(orientation, orientation % 2 == 0)), "");
        CHECK(jpeg.rgb == expected.rgb);
        CHECK(std::pair(jpeg.height, jpeg.width) == (orientation >= 5 ? std::pair<std::int64_t, std::int64_t>(32, 16)
                                                                      : std::pair<std::int64_t, std::int64_t>(16, 32)));
        const Picture png = decode(
            png_of({PNG_COLOR_TYPE_GRAY, 8}, 2, 3, {{'a', 'b', 'c'}, {'d', 'e', 'f'}}, {}, exif(orientation, true)),
            "");
        CHECK(letters_of(png) == upright[static_cast<std::size_t>(orientation - 1)]);
    }
}

TEST_CASE("what is enough of a turned picture is said of it as it is seen")
{
    const auto turned = with_exif(encode_jpeg(formula_picture(160, 320)), exif(6, true)); // 320 x 160 upright
    DecodeLimits limits;
    limits.enough = [](ImageSize whole) {
        CHECK(whole.height == 320);
        CHECK(whole.width == 160);
        return ImageSize{160, 10};
    };
    const Picture picture = decode(turned, "", limits);
    CHECK(picture.height == 160);
    CHECK(picture.width == 80);
    CHECK(picture.whole_height() == 320);
    CHECK(picture.whole_width() == 160);
}
