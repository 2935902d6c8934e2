// SPDX-License-Identifier: Apache-2.0
// Sizes of the resize that keeps the aspect, and the conventions on rows that can be checked by hand.
#include "image/resize.h"

#include <doctest/doctest.h>

using namespace tradewind;

namespace {

std::pair<std::int64_t, std::int64_t> kept(std::int64_t height, std::int64_t width, std::int64_t least = 600,
                                           std::int64_t most = 1024)
{
    const ImageSize size = keep_aspect_size({height, width}, least, most);
    return {size.height, size.width};
}

std::vector<float> row(const std::vector<float> &from, ResizeMethod method, std::int64_t width)
{
    std::vector<float> to(static_cast<std::size_t>(width));
    resize(from.data(), {1, static_cast<std::int64_t>(from.size())}, 1, method, {1, width}, to.data());
    return to;
}

} // namespace

TEST_CASE("the shorter side rules unless the longer one gets too long")
{
    CHECK(kept(480, 640) == std::pair<std::int64_t, std::int64_t>(600, 800));
    CHECK(kept(640, 480) == std::pair<std::int64_t, std::int64_t>(800, 600));
    CHECK(kept(300, 1200) == std::pair<std::int64_t, std::int64_t>(256, 1024));
    CHECK(kept(600, 600) == std::pair<std::int64_t, std::int64_t>(600, 600));
    CHECK(kept(1, 5000) == std::pair<std::int64_t, std::int64_t>(1, 1024)); // 0.2 rounds to 0, and there is a pixel
}

TEST_CASE("conventions of the bilinear resize")
{
    using Floats = std::vector<float>;
    CHECK(row({0, 10}, ResizeMethod::bilinear, 4) == Floats{0, 5, 10, 10});
    CHECK(row({0, 9}, ResizeMethod::bilinear_align_corners, 4) == Floats{0, 3, 6, 9});
    CHECK(row({0, 8}, ResizeMethod::bilinear_half_pixel, 4) == Floats{0, 2, 6, 8});
    CHECK(row({0, 1, 2}, ResizeMethod::bilinear, 2) == Floats{0, 1.5f});
    CHECK(row({7}, ResizeMethod::bilinear, 3) == Floats{7, 7, 7});
}

TEST_CASE("pixels are rounded only where asked")
{
    const Picture picture{1, 2, {0, 0, 0, 5, 5, 5}, 1, ""};
    float plain[12], rounded[12];
    resize(picture, ResizeMethod::bilinear, {1, 4}, plain);
    resize(picture, ResizeMethod::bilinear_rounded, {1, 4}, rounded);
    CHECK(plain[3] == 2.5f);
    CHECK(rounded[3] == 3.0f);
}
