// SPDX-License-Identifier: Apache-2.0
// Which decoder, and whether at all.
#include "image/decode.h"

#include "image/codec.h"
#include "tensor/error.h"

#include <algorithm>
#include <cstring>
#include <iterator>

namespace tradewind {
namespace {

struct Signature {
    const char *bytes;
    std::size_t size, at;
    const char *format;
};

constexpr Signature signatures[] = {
    {"\xFF\xD8\xFF", 3, 0, "jpeg"},
    {"\x89PNG\r\n\x1A\n", 8, 0, "png"},
    {"GIF8", 4, 0, "gif"},
    {"II*\0", 4, 0, "tiff"},
    {"MM\0*", 4, 0, "tiff"},
    {"WEBP", 4, 8, "webp"},
    {"\0\0\0\x0CjP  ", 8, 0, "jpeg2000"},
};

int byte_at(std::span<const std::byte> bytes, std::size_t at)
{
    return at < bytes.size() ? std::to_integer<int>(bytes[at]) : -1;
}

// Two letters may begin any text, so the next field must make sense as well: the size of the second header.
bool is_bmp(std::span<const std::byte> bytes)
{
    constexpr int sizes[] = {12, 16, 40, 52, 56, 64, 108, 124};
    return byte_at(bytes, 0) == 'B' && byte_at(bytes, 1) == 'M' && byte_at(bytes, 15) == 0 &&
           std::count(std::begin(sizes), std::end(sizes), byte_at(bytes, 14));
}

// "P1" to "P6" and white space.
bool is_pnm(std::span<const std::byte> bytes)
{
    const int next = byte_at(bytes, 2);
    return byte_at(bytes, 0) == 'P' && byte_at(bytes, 1) >= '1' && byte_at(bytes, 1) <= '6' &&
           (next == ' ' || next == '\n' || next == '\r' || next == '\t');
}

std::string first_bytes(std::span<const std::byte> bytes)
{
    std::string text;
    for (std::size_t i = 0; i < std::min<std::size_t>(bytes.size(), 12); ++i) {
        const auto c = std::to_integer<unsigned char>(bytes[i]);
        text += c >= 32 && c < 127 ? static_cast<char>(c) : '.';
    }
    return text;
}

} // namespace

std::string sniff(std::span<const std::byte> bytes)
{
    for (const Signature &signature : signatures)
        if (bytes.size() >= signature.at + signature.size &&
            !std::memcmp(bytes.data() + signature.at, signature.bytes, signature.size))
            return signature.format;
    return is_bmp(bytes) ? "bmp" : is_pnm(bytes) ? "pnm" : "";
}

void check_size(std::int64_t width, std::int64_t height, const std::string &name, const DecodeLimits &limits)
{
    const std::string size = std::to_string(width) + " x " + std::to_string(height) + " pixels";
    if (width < 1 || height < 1)
        throw Error(ErrorCode::input, "the picture has no pixels (" + size + ")", name, image_damaged);
    if (width > limits.max_side || height > limits.max_side)
        throw Error(ErrorCode::input,
                    "the picture is too large: " + size + ", the limit is " + std::to_string(limits.max_side) +
                        " a side",
                    name, image_too_large);
    if (width * height > limits.max_pixels)
        throw Error(ErrorCode::input,
                    "the picture is too large: " + size + ", the limit is " + std::to_string(limits.max_pixels) +
                        " in all",
                    name, image_too_large);
}

Picture decode(std::span<const std::byte> bytes, const std::string &name, const DecodeLimits &limits,
               const ForeignDecoder &foreign)
try {
    if (bytes.empty()) throw Error(ErrorCode::input, "the file is empty (0 bytes)", name, not_a_picture);
    const std::string format = sniff(bytes);
    if (format == "jpeg") return decode_jpeg(bytes, name, limits);
    if (format == "png") return decode_png(bytes, name, limits);
    if (format.empty())
        throw Error(ErrorCode::input, "this is no picture: it starts with '" + first_bytes(bytes) + "'", name,
                    not_a_picture);
    if (!foreign)
        throw Error(ErrorCode::input,
                    "pictures of format " + format +
                        " need the codec module, which is not installed; convert it to PNG or JPEG",
                    name, format_not_read);
    Picture picture = foreign(bytes, limits);
    picture.format = format;
    return picture;
} catch (const Error &error) {
    throw error.context().empty() ? error.within(name) : error;
} catch (const std::bad_alloc &) {
    throw Error(ErrorCode::resource, "there is not enough memory for this picture", name, out_of_memory);
}

} // namespace tradewind
