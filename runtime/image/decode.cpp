// SPDX-License-Identifier: Apache-2.0
// Which decoder, and whether at all.
#include "image/decode.h"

#include "image/codec.h"
#include "tensor/error.h"

#include <cstring>

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
    {"BM", 2, 0, "bmp"},
    {"GIF8", 4, 0, "gif"},
    {"II*\0", 4, 0, "tiff"},
    {"MM\0*", 4, 0, "tiff"},
    {"WEBP", 4, 8, "webp"},
    {"P1", 2, 0, "pnm"},
    {"P2", 2, 0, "pnm"},
    {"P3", 2, 0, "pnm"},
    {"P4", 2, 0, "pnm"},
    {"P5", 2, 0, "pnm"},
    {"P6", 2, 0, "pnm"},
    {"\0\0\0\x0CjP  ", 8, 0, "jpeg2000"},
    {"\x76\x2F\x31\x01", 4, 0, "exr"},
};

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
    return "";
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
    throw Error(ErrorCode::input, "there is not enough memory for this picture", name, out_of_memory);
}

} // namespace tradewind
