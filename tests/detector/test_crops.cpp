// SPDX-License-Identifier: Apache-2.0
// Where crops lie, and boxes at their borders.
#include "detector/crops.h"
#include "image/decode.h"
#include "tensor/error.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <vector>

using namespace tradewind;

namespace {

std::vector<PixelRectangle> crops(const std::string &text, std::int64_t height, std::int64_t width,
                                  double overlap = 0.2)
{
    CropPlan plan = parse_crops(text, "--crops");
    plan.overlap = overlap;
    return crops_of(plan, height, width);
}

bool is(const PixelRectangle &part, std::int64_t y, std::int64_t x, std::int64_t height, std::int64_t width)
{
    return part.y == y && part.x == x && part.height == height && part.width == width;
}

Detection at(float ymin, float xmin, float ymax, float xmax, int id = 1)
{
    return {{ymin, xmin, ymax, xmax}, id, "x", 0.5f};
}

} // namespace

TEST_CASE("a grid, tiles of a size, and the whole picture")
{
    // 2 tiles that overlap by a fifth: 180 = side (2 - 0.2), so 100 each.
    const auto grid = crops("2x1+full", 180, 70);
    REQUIRE(grid.size() == 3);
    CHECK(is(grid[0], 0, 0, 100, 70));
    CHECK(is(grid[1], 80, 0, 100, 70));
    CHECK(is(grid[2], 0, 0, 180, 70));
    // Steps of 80, the last one moved back to the end.
    const auto tiles = crops("tile:100", 100, 270);
    REQUIRE(tiles.size() == 4);
    for (std::size_t i = 0; i < 4; ++i) CHECK(is(tiles[i], 0, std::vector<std::int64_t>{0, 80, 160, 170}[i], 100, 100));
    CHECK(crops("tile:40x64", 40, 64).size() == 1);
    // A picture that is no larger than a tile is looked at once, whole.
    REQUIRE(crops("tile:640+full", 300, 200).size() == 1);
    CHECK(is(crops("tile:640+full", 300, 200)[0], 0, 0, 300, 200));
    CHECK(is(crops("none", 30, 20)[0], 0, 0, 30, 20));
}

TEST_CASE("crops cover every pixel, stay inside and never repeat, whatever the size")
{
    for (const std::string text : {"1x1", "2x2", "3x5", "64x64", "tile:32", "tile:33x100"})
        for (const auto &[height, width] : {std::pair<int, int>{1, 1}, {2, 3}, {31, 200}, {97, 101}, {256, 33}})
            for (const double overlap : {0.0, 0.2, 0.9}) {
                CAPTURE(text);
                CAPTURE(height);
                CAPTURE(overlap);
                std::vector<int> seen(static_cast<std::size_t>(height * width));
                const auto parts = crops(text, height, width, overlap);
                std::set<std::pair<std::int64_t, std::int64_t>> places;
                for (const auto &p : parts) {
                    places.insert({p.y, p.x});
                    REQUIRE((p.y >= 0 && p.x >= 0 && p.height > 0 && p.width > 0));
                    REQUIRE((p.y + p.height <= height && p.x + p.width <= width));
                    for (auto y = p.y; y < p.y + p.height; ++y)
                        for (auto x = p.x; x < p.x + p.width; ++x) seen[static_cast<std::size_t>(y * width + x)] = 1;
                }
                REQUIRE(places.size() == parts.size());
                REQUIRE(std::count(seen.begin(), seen.end(), 0) == 0);
            }
}

TEST_CASE("texts that name no crops are refused")
{
    for (const char *text : {"", "2", "2x", "0x2", "2x65", "-1x2", "tile:", "tile:31", "tile:99999", "tile:64x", "full",
                             "2x2+ful", "2x2x2"})
        CHECK_THROWS_AS(parse_crops(text, "--crops"), Error);
}

TEST_CASE("boxes return to the picture; those at inner borders are cut")
{
    const PixelRectangle part{80, 0, 100, 70}; // of 180 x 70: its upper border lies inside the picture
    const auto found = shifted({at(0.4f, 5, 20, 30), at(30, 0, 100, 70), at(50, 0, 60, 9)}, part, 180, 70);
    REQUIRE(found.size() == 3);
    CHECK(found[0].detection.box.ymin == doctest::Approx(80.4));
    CHECK(found[0].detection.box.xmin == 5);
    CHECK(found[0].cut);
    CHECK_FALSE(found[1].cut); // ends where the picture does
    CHECK_FALSE(found[2].cut);
}

TEST_CASE("a cut box gives way to a whole one that holds it, and stays otherwise")
{
    const CroppedDetection fragment{at(0, 0, 10, 10), true}, whole{at(0, 0, 10, 40), false},
        other{at(0, 0, 10, 40, 2), false}, part{at(0, 0, 10, 5), false};
    CHECK(without_fragments({fragment, whole}).size() == 1);
    CHECK(without_fragments({fragment, whole})[0].box.xmax == 40);
    CHECK(without_fragments({fragment, other}).size() == 2); // of another class
    CHECK(without_fragments({fragment, part}).size() == 2);  // holds exactly half
    CHECK(without_fragments({fragment, fragment}).size() == 2);
    CHECK(without_fragments({whole, part}).size() == 2);
}

TEST_CASE("the pixels of a crop")
{
    const Picture picture = formula_picture(20, 30), part = crop(picture, {4, 7, 9, 11});
    REQUIRE((part.height == 9 && part.width == 11 && part.rgb.size() == 9 * 11 * 3));
    for (int y = 0; y < 9; ++y)
        for (int i = 0; i < 33; ++i) REQUIRE(part.row(y)[i] == picture.row(y + 4)[21 + i]);
}
