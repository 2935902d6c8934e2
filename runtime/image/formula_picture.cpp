// SPDX-License-Identifier: Apache-2.0
// A picture that any implementation can make.
#include "image/decode.h"

#include "tensor/error.h"
#include "tensor/seed.h"

namespace tradewind {

// value = (2 * ((x * (c + 2) + y * (3 - c)) mod 256) + 255 * (((x >> 5) ^ (y >> 5)) & 1) + noise) div 4
Picture formula_picture(std::int64_t height, std::int64_t width)
{
    if (height < 1 || width < 1 || height > 16'384 || width > 16'384)
        throw Error(ErrorCode::usage, "a formula picture has sides from 1 to 16384",
                    "picture:" + std::to_string(height) + "x" + std::to_string(width));
    Picture picture{height, width, std::vector<std::uint8_t>(static_cast<std::size_t>(height * width * 3)), 1, ""};
    const auto hash = seed_hash("picture/" + std::to_string(height) + "x" + std::to_string(width));
    std::size_t i = 0;
    for (std::int64_t y = 0; y < height; ++y)
        for (std::int64_t x = 0; x < width; ++x)
            for (std::int64_t c = 0; c < 3; ++c, ++i) {
                const auto ramp = 2 * ((x * (c + 2) + y * (3 - c)) % 256), check = 255 * (((x >> 5) ^ (y >> 5)) & 1);
                picture.rgb[i] =
                    static_cast<std::uint8_t>((ramp + check + static_cast<std::int64_t>(seed_bits(hash, i) >> 56)) / 4);
            }
    return picture;
}

} // namespace tradewind
