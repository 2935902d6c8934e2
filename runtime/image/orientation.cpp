// SPDX-License-Identifier: Apache-2.0
// EXIF orientation: found, and applied.
#include "image/codec.h"

#include <cstring>

namespace tradewind {
namespace {

// Bounded little- or big-endian reads; out of range reads as 0.
class Tiff {
public:
    explicit Tiff(std::span<const std::byte> bytes)
        : bytes_(bytes), little_(bytes.size() > 1 && bytes[0] == std::byte{'I'})
    {
    }

    std::uint32_t number(std::size_t at, std::size_t size) const
    {
        if (at > bytes_.size() || size > bytes_.size() - at) return 0;
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < size; ++i)
            value |= std::to_integer<std::uint32_t>(bytes_[at + i]) << (8 * (little_ ? i : size - 1 - i));
        return value;
    }

private:
    std::span<const std::byte> bytes_;
    bool little_;
};

// Where the pixel of the upright picture at (y, x) comes from.
struct Source {
    std::int64_t y, x;
};

Source source_of(int orientation, std::int64_t y, std::int64_t x, std::int64_t height, std::int64_t width)
{
    switch (orientation) { // height and width are those of the stored picture
    case 2:
        return {y, width - 1 - x};
    case 3:
        return {height - 1 - y, width - 1 - x};
    case 4:
        return {height - 1 - y, x};
    case 5:
        return {x, y};
    case 6:
        return {height - 1 - x, y};
    case 7:
        return {height - 1 - x, width - 1 - y};
    case 8:
        return {x, width - 1 - y};
    }
    return {y, x};
}

} // namespace

int exif_orientation(std::span<const std::byte> tiff)
{
    constexpr std::uint32_t orientation_tag = 0x0112;
    const Tiff data(tiff);
    if (data.number(2, 2) != 42) return 1;
    const std::size_t directory = data.number(4, 4), entries = data.number(directory, 2);
    for (std::size_t i = 0; i < entries; ++i) {
        const std::size_t entry = directory + 2 + 12 * i;
        if (data.number(entry, 2) != orientation_tag) continue;
        const auto value = data.number(entry + 8, 2);
        return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
    }
    return 1;
}

void make_upright(Picture &picture, int orientation)
{
    picture.exif_orientation = orientation;
    if (orientation < 2 || orientation > 8) return;
    const bool turned = orientation >= 5;
    const std::int64_t height = turned ? picture.width : picture.height,
                       width = turned ? picture.height : picture.width;
    std::vector<std::uint8_t> upright(picture.rgb.size());
    std::uint8_t *to = upright.data();
    for (std::int64_t y = 0; y < height; ++y)
        for (std::int64_t x = 0; x < width; ++x, to += 3) {
            const Source from = source_of(orientation, y, x, picture.height, picture.width);
            std::memcpy(to, picture.row(from.y) + 3 * from.x, 3);
        }
    picture.rgb = std::move(upright);
    picture.height = height;
    picture.width = width;
}

} // namespace tradewind
