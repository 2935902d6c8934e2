// SPDX-License-Identifier: Apache-2.0
// The fast resize against the plain one, bit by bit.
#include "targets/onednn/onednn_target.h"
#include "targets/onednn/threads.h"
#include "targets/usable_threads.h"

#include <doctest/doctest.h>

#include <random>

using namespace tradewind;

namespace {

// Exactly as long as its pixels, so that a memory checker sees any look past the end.
Picture noise(std::int64_t height, std::int64_t width)
{
    std::mt19937 generator(static_cast<unsigned>(height * 10007 + width));
    Picture picture;
    picture.height = height;
    picture.width = width;
    picture.rgb.resize(static_cast<std::size_t>(height * width * 3));
    for (auto &value : picture.rgb) value = static_cast<std::uint8_t>(generator());
    picture.rgb.shrink_to_fit();
    return picture;
}

} // namespace

TEST_CASE("the fast resize has the bits of the plain one")
{
    const ImageSize pictures[] = {{480, 640}, {1, 1}, {1, 7}, {7, 1}, {2, 2}, {33, 500}, {299, 301}, {1080, 720}};
    const ImageSize sizes[] = {{300, 300}, {1, 1}, {1, 5}, {6, 1}, {33, 47}, {600, 800}};
    const ResizeMethod methods[] = {ResizeMethod::bilinear, ResizeMethod::bilinear_rounded,
                                    ResizeMethod::bilinear_align_corners, ResizeMethod::bilinear_half_pixel};
    for (const auto &from : pictures) {
        const Picture picture = noise(from.height, from.width);
        for (const auto &to : sizes)
            for (const auto method : methods)
                for (const int threads : {1, 3}) {
                    Tensor expected({1, to.height, to.width, 3}), found({1, to.height, to.width, 3});
                    resize(picture, method, to, expected.floats());
                    const onednn::ThreadScope scope(threads);
                    onednn::resize_picture(picture, method, found.view());
                    INFO(from.height << "x" << from.width << " to " << to.height << "x" << to.width << ", method "
                                     << static_cast<int>(method));
                    REQUIRE(std::memcmp(expected.data(), found.data(), expected.bytes()) == 0);
                }
    }
}

TEST_CASE("the number of threads is sensible")
{
    CHECK(usable_threads() >= 1);
    CHECK(usable_threads() <= 4096);
}
