// SPDX-License-Identifier: Apache-2.0
// Sizes from headers.
#include "image/codecs/header_size.h"

#include "image/codec.h"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <string_view>

namespace tradewind {
namespace {

class Header {
public:
    explicit Header(std::span<const std::byte> bytes) : bytes_(bytes) {}

    bool is(std::size_t at, std::string_view text) const
    {
        return bytes_.size() >= at + text.size() && !std::memcmp(bytes_.data() + at, text.data(), text.size());
    }
    // Little-endian unless told; 0 beyond the end.
    std::int64_t number(std::size_t at, std::size_t size, bool big = false) const
    {
        std::int64_t value = 0;
        for (std::size_t i = 0; i < size; ++i) {
            const std::size_t place = at + (big ? i : size - 1 - i);
            value = value << 8 | (place < bytes_.size() ? std::to_integer<std::int64_t>(bytes_[place]) : 0);
        }
        return value;
    }
    std::size_t size() const { return bytes_.size(); }

private:
    std::span<const std::byte> bytes_;
};

std::optional<HeaderSize> bmp(const Header &h)
{
    if (h.number(14, 4) == 12) return HeaderSize{h.number(18, 2), h.number(20, 2)};
    const auto height = static_cast<std::int32_t>(h.number(22, 4)); // negative: stored top down
    return HeaderSize{static_cast<std::int32_t>(h.number(18, 4)),
                      height < 0 ? -static_cast<std::int64_t>(height) : height};
}

std::optional<HeaderSize> webp(const Header &h)
{
    if (h.is(12, "VP8X")) return HeaderSize{1 + h.number(24, 3), 1 + h.number(27, 3)};
    if (h.is(12, "VP8L")) return HeaderSize{1 + (h.number(21, 4) & 0x3FFF), 1 + (h.number(21, 4) >> 14 & 0x3FFF)};
    if (h.is(12, "VP8 ")) return HeaderSize{h.number(26, 2) & 0x3FFF, h.number(28, 2) & 0x3FFF};
    return std::nullopt;
}

std::optional<HeaderSize> tiff(const Header &h)
{
    const bool big = h.is(0, "MM");
    HeaderSize size;
    const auto directory = static_cast<std::size_t>(h.number(4, 4, big));
    for (std::int64_t i = 0, count = h.number(directory, 2, big); i < count; ++i) {
        const std::size_t entry = directory + 2 + 12 * static_cast<std::size_t>(i);
        if (entry + 12 > h.size()) break;
        const auto value = h.number(entry + 8, h.number(entry + 2, 2, big) == 3 ? 2 : 4, big);
        if (h.number(entry, 2, big) == 256) size.width = value;
        if (h.number(entry, 2, big) == 257) size.height = value;
    }
    return size.width && size.height ? std::optional(size) : std::nullopt;
}

// "P6", then two numbers, with comments from # to the end of the line.
std::optional<HeaderSize> pnm(const Header &h)
{
    std::int64_t numbers[2] = {0, 0};
    std::size_t at = 2;
    for (auto &number : numbers) {
        while (at < h.size() && !std::isdigit(static_cast<int>(h.number(at, 1)))) {
            if (h.number(at, 1) == '#')
                while (at < h.size() && h.number(at, 1) != '\n') ++at;
            ++at;
        }
        for (; at < h.size() && std::isdigit(static_cast<int>(h.number(at, 1))) && number < (1 << 28); ++at)
            number = 10 * number + h.number(at, 1) - '0';
    }
    return HeaderSize{numbers[0], numbers[1]};
}

// Boxes of JPEG 2000: length, kind, content. The code stream (kind jp2c) begins with markers SOC and SIZ, whose sizes
// are those that are decoded, whatever the header box says.
std::optional<HeaderSize> jpeg2000(const Header &h)
{
    for (std::size_t at = 0; at + 8 < h.size();) {
        const auto length = static_cast<std::size_t>(h.number(at, 4, true));
        if (h.is(at + 4, "jp2c")) {
            const std::size_t stream = at + (length == 1 ? 16 : 8);
            if (!h.is(stream, "\xFF\x4F\xFF\x51")) return std::nullopt;
            return HeaderSize{h.number(stream + 8, 4, true), h.number(stream + 12, 4, true)};
        }
        if (length < 8) return std::nullopt;
        at += length;
    }
    return std::nullopt;
}

// The content of a chunk of a RIFF file; empty when there is none.
std::span<const std::byte> riff_chunk(std::span<const std::byte> bytes, std::string_view kind)
{
    const Header h(bytes);
    for (std::size_t at = 12; at + 8 < bytes.size();) {
        const auto length = static_cast<std::size_t>(h.number(at + 4, 4));
        if (h.is(at, kind)) return bytes.subspan(at + 8, std::min(length, bytes.size() - at - 8));
        at += 8 + length + length % 2;
    }
    return {};
}

} // namespace

int stored_orientation(std::span<const std::byte> bytes)
{
    const Header h(bytes);
    if (h.is(0, "II*") || h.is(0, "MM")) return exif_orientation(bytes);
    if (!h.is(8, "WEBP")) return 1;
    const auto exif = riff_chunk(bytes, "EXIF");
    const bool prefixed = Header(exif).is(0, std::string_view("Exif\0\0", 6));
    return exif_orientation(prefixed ? exif.subspan(6) : exif);
}

std::optional<HeaderSize> header_size(std::span<const std::byte> bytes)
{
    const Header h(bytes);
    if (h.is(0, "BM")) return bmp(h);
    if (h.is(0, "GIF8")) return HeaderSize{h.number(6, 2), h.number(8, 2)};
    if (h.is(8, "WEBP")) return webp(h);
    if (h.is(4, "jP  ")) return jpeg2000(h);
    if (h.is(0, "II*") || h.is(0, "MM")) return tiff(h);
    if (h.size() > 2 && h.is(0, "P")) return pnm(h);
    return std::nullopt;
}

} // namespace tradewind
