// SPDX-License-Identifier: Apache-2.0
// PNG files through libpng's writer.
#include "made_png.h"

#include <png.h>
#include <stdexcept>

namespace {

using Bytes = std::vector<std::byte>;

void append(png_structp png, png_bytep data, png_size_t size)
{
    auto &bytes = *static_cast<Bytes *>(png_get_io_ptr(png));
    const auto *first = reinterpret_cast<const std::byte *>(data);
    bytes.insert(bytes.end(), first, first + size);
}

[[noreturn]] void fail(png_structp, png_const_charp message) { throw std::runtime_error(message); }

void write_rows(png_structp png, int passes, const std::vector<std::vector<std::uint8_t>> &rows)
{
    for (int pass = 0; pass < passes; ++pass)
        for (const auto &row : rows) png_write_row(png, row.data());
}

} // namespace

Bytes png_of(const PngForm &form, int height, int width, const std::vector<std::vector<std::uint8_t>> &rows,
             const std::vector<std::uint8_t> &palette, const std::vector<std::uint8_t> &exif)
{
    Bytes bytes;
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, fail, nullptr);
    png_infop info = png_create_info_struct(png);
    png_set_write_fn(png, &bytes, append, nullptr);
    png_set_IHDR(png, info, static_cast<png_uint_32>(width), static_cast<png_uint_32>(height), form.depth,
                 form.colour_type, form.interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (!palette.empty())
        png_set_PLTE(png, info, reinterpret_cast<const png_color *>(palette.data()),
                     static_cast<int>(palette.size() / 3));
    std::vector<std::uint8_t> copy = exif;
    if (!exif.empty()) png_set_eXIf_1(png, info, static_cast<png_uint_32>(copy.size()), copy.data());
    png_write_info(png, info);
    write_rows(png, png_set_interlace_handling(png), rows);
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    return bytes;
}
