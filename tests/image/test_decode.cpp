// SPDX-License-Identifier: Apache-2.0
// Decoding: exact pixels of every form, and one clear error for what is no whole picture.
#include "files.h"
#include "image/decode.h"
#include "image/draw.h"
#include "made_png.h"
#include "tensor/error.h"

#include <doctest/doctest.h>
#include <png.h>
#include <random>

using namespace tradewind;
using files::contains;

namespace {

using Bytes = std::vector<std::byte>;
using Pixels = std::vector<std::uint8_t>;

Bytes bytes_of(const std::string &text)
{
    const auto *first = reinterpret_cast<const std::byte *>(text.data());
    return {first, first + text.size()};
}

Bytes bmp_start() { return bytes_of(std::string("BM....\0\0\0\0....\x28\0\0\0 and the rest", 31)); }

Bytes cut(const Bytes &whole, std::size_t size)
{
    return {whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)};
}

std::string refusal(const Bytes &bytes, const DecodeLimits &limits = {})
{
    try {
        decode(bytes, "the file", limits);
    } catch (const Error &error) {
        CHECK(error.code() == ErrorCode::input);
        CHECK(std::string(error.what()).starts_with("the file: "));
        return error.what();
    }
    return "no error";
}

} // namespace

TEST_CASE("every form of PNG gives 8-bit RGB")
{
    const Pixels grey = {0, 0, 0, 255, 255, 255};
    CHECK(decode(png_of({PNG_COLOR_TYPE_GRAY, 1}, 1, 2, {{0x40}}), "").rgb == grey);
    CHECK(decode(png_of({PNG_COLOR_TYPE_GRAY, 2}, 1, 2, {{0x30}}), "").rgb == grey);
    CHECK(decode(png_of({PNG_COLOR_TYPE_GRAY, 4}, 1, 2, {{0x0F}}), "").rgb == grey);
    CHECK(decode(png_of({PNG_COLOR_TYPE_GRAY, 8}, 1, 2, {{0, 255}}), "").rgb == grey);
    CHECK(decode(png_of({PNG_COLOR_TYPE_GRAY, 16}, 1, 2, {{0, 0, 255, 255}}), "").rgb == grey);
    CHECK(decode(png_of({PNG_COLOR_TYPE_RGB, 8}, 1, 2, {{1, 2, 3, 4, 5, 6}}), "").rgb == Pixels{1, 2, 3, 4, 5, 6});
    CHECK(decode(png_of({PNG_COLOR_TYPE_RGB, 16}, 1, 1, {{0x80, 0x80, 0x12, 0x34, 0xFF, 0x7F}}), "").rgb ==
          Pixels{128, 18, 255});
    CHECK(decode(png_of({PNG_COLOR_TYPE_PALETTE, 8}, 1, 2, {{1, 0}}, {9, 8, 7, 6, 5, 4}), "").rgb ==
          Pixels{6, 5, 4, 9, 8, 7});
    CHECK(decode(png_of({PNG_COLOR_TYPE_PALETTE, 1}, 1, 2, {{0x80}}, {9, 8, 7, 6, 5, 4}), "").rgb ==
          Pixels{6, 5, 4, 9, 8, 7});
}

TEST_CASE("alpha is dropped, whatever it says")
{
    CHECK(decode(png_of({PNG_COLOR_TYPE_RGB_ALPHA, 8}, 1, 2, {{1, 2, 3, 0, 4, 5, 6, 255}}), "").rgb ==
          Pixels{1, 2, 3, 4, 5, 6});
    CHECK(decode(png_of({PNG_COLOR_TYPE_GRAY_ALPHA, 8}, 1, 2, {{7, 0, 8, 99}}), "").rgb == Pixels{7, 7, 7, 8, 8, 8});
}

TEST_CASE("interlaced files give the same pixels")
{
    const Picture picture = formula_picture(19, 23);
    std::vector<Pixels> rows;
    for (std::int64_t y = 0; y < picture.height; ++y)
        rows.emplace_back(picture.row(y), picture.row(y) + 3 * picture.width);
    CHECK(decode(png_of({PNG_COLOR_TYPE_RGB, 8, true}, 19, 23, rows), "").rgb == picture.rgb);
}

TEST_CASE("what is encoded is decoded")
{
    const Picture picture = formula_picture(40, 52);
    const Picture same = decode(encode_png(picture), ""), near = decode(encode_jpeg(picture), "");
    CHECK(same.rgb == picture.rgb);
    CHECK(same.format == "png");
    CHECK(near.format == "jpeg");
    CHECK(std::pair(near.height, near.width) == std::pair(picture.height, picture.width));
}

TEST_CASE("JPEG keeps colours where they are")
{
    Picture picture{16, 32, Pixels(16 * 32 * 3), 1, ""};
    for (std::size_t i = 0; i < picture.rgb.size(); i += 3) {
        const bool right = i / 3 % 32 >= 16;
        const std::uint8_t colour[] = {static_cast<std::uint8_t>(right ? 20 : 220), 90,
                                       static_cast<std::uint8_t>(right ? 200 : 40)};
        std::copy_n(colour, 3, picture.rgb.begin() + static_cast<std::ptrdiff_t>(i));
    }
    const Picture near = decode(encode_jpeg(picture), "");
    for (std::size_t i = 0; i < near.rgb.size(); ++i) CHECK(std::abs(near.rgb[i] - picture.rgb[i]) <= 6);
}

TEST_CASE("every truncation is told, with how much there is")
{
    const Picture picture = formula_picture(24, 24);
    for (const auto &[whole, kind] : {std::pair{encode_png(picture), "PNG"}, {encode_jpeg(picture), "JPEG"}}) {
        CAPTURE(kind);
        CHECK(refusal({}) == "the file: the file is empty (0 bytes)");
        for (std::size_t size = 1; size < whole.size(); ++size) {
            CAPTURE(size);
            const std::string said = refusal(cut(whole, size));
            REQUIRE(said != "no error");
            CAPTURE(said);
            if (size > 8) CHECK(contains(said, std::string("the ") + kind + " is truncated: it ends after "));
        }
        CHECK(contains(refusal(cut(whole, whole.size() - 16)), " % of its rows; get the whole file"));
    }
}

TEST_CASE("damage never crashes, and a checksum that fails is told")
{
    const Picture picture = formula_picture(24, 24);
    std::mt19937 random(7);
    for (const auto &whole : {encode_png(picture), encode_jpeg(picture)}) {
        int refused = 0;
        for (int round = 0; round < 3000; ++round) {
            Bytes bytes = whole;
            for (unsigned n = 1 + random() % 6; n > 0; --n)
                bytes[random() % bytes.size()] = static_cast<std::byte>(random());
            refused += refusal(bytes, {200, 40'000}) != "no error";
        }
        CHECK(refused > 300);
    }
    Bytes png = encode_png(picture);
    for (std::size_t at = 8; at < png.size(); ++at) {
        Bytes bytes = png;
        bytes[at] ^= std::byte{0x10};
        CAPTURE(at);
        CHECK(refusal(bytes) != "no error");
    }
}

TEST_CASE("limits are checked against the header")
{
    const Bytes png = encode_png(formula_picture(30, 50));
    CHECK(contains(refusal(png, {49, 1000'000}), "too large: 50 x 30 pixels, the limit is 49 a side"));
    CHECK(contains(refusal(png, {50, 1499}), "too large: 50 x 30 pixels, the limit is 1499 in all"));
    CHECK(refusal(png, {50, 1500}) == "no error");
}

TEST_CASE("what is no picture is told by its first bytes")
{
    CHECK(contains(refusal(bytes_of("hello, world")), "this is no picture: it starts with 'hello, world'"));
    CHECK(contains(refusal(bmp_start()), "format bmp need the codec module"));
    CHECK(sniff(bytes_of("P6 2 2 255")) == "pnm");
    CHECK(sniff(bytes_of("RIFF....WEBPVP8 ")) == "webp");
    CHECK(sniff(bytes_of("")) == "");
    CHECK(sniff(bytes_of("BM is how a text may begin")) == "");
    CHECK(sniff(bytes_of("P6 or P60?")) == "pnm");
    CHECK(sniff(bytes_of("P60")) == "");
}

TEST_CASE("the other decoder gets what is left, and its format is named")
{
    const auto decoder = [](std::span<const std::byte>, const DecodeLimits &) { return formula_picture(2, 2); };
    CHECK(decode(bmp_start(), "x", {}, decoder).format == "bmp");
}

TEST_CASE("JPEG is decoded at the smallest part of its size that is enough")
{
    const Bytes jpeg = encode_jpeg(formula_picture(400, 647));
    const auto decoded = [&](ImageSize enough) {
        DecodeLimits limits;
        limits.enough = [enough](ImageSize whole) {
            CHECK(whole.height == 400);
            CHECK(whole.width == 647);
            return enough;
        };
        return decode(jpeg, "", limits);
    };
    const Picture whole = decode(jpeg, ""), half = decoded({101, 150}), quarter = decoded({100, 150}),
                  eighth = decoded({1, 1});
    CHECK(whole.file_height == 0);
    CHECK(whole.whole_height() == 400);
    CHECK(half.height == 200);
    CHECK(half.width == 324); // the last column stands for one pixel
    CHECK(half.whole_height() == 400);
    CHECK(half.whole_width() == 647);
    CHECK(quarter.height == 100);
    CHECK(quarter.width == 162);
    CHECK(eighth.height == 50);
    CHECK(decoded({400, 1}).rgb == whole.rgb);
    CHECK(decoded({1, 1000}).rgb == whole.rgb);
    // The mean of a part of the picture stays.
    for (const auto &[picture, part] : {std::pair{&half, 2}, std::pair{&quarter, 4}, std::pair{&eighth, 8}}) {
        double large = 0, small = 0;
        for (std::int64_t y = 0; y < 320; ++y)
            for (std::int64_t x = 0; x < 320; ++x) large += whole.row(y)[3 * x] / (320.0 * 320.0);
        const std::int64_t side = 320 / part;
        for (std::int64_t y = 0; y < side; ++y)
            for (std::int64_t x = 0; x < side; ++x) small += picture->row(y)[3 * x] / static_cast<double>(side * side);
        CHECK(std::abs(large - small) < 1.0);
    }
}
