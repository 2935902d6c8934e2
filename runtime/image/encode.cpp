// SPDX-License-Identifier: Apache-2.0
// Pictures as JPEG and PNG bytes.
#include "image/draw.h"

#include "tensor/error.h"

#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <jpeglib.h>
#include <png.h>

namespace tradewind {
namespace {

constexpr int jpeg_quality = 92;

struct Escape {
    jpeg_error_mgr base;
    std::jmp_buf target;
};

void on_jpeg_error(j_common_ptr info) { std::longjmp(reinterpret_cast<Escape *>(info->err)->target, 1); }

// False when libjpeg gives up. `memory` is malloc'ed by it.
bool compress(const Picture &picture, unsigned char **memory, unsigned long *size)
{
    jpeg_compress_struct info;
    Escape escape;
    info.err = jpeg_std_error(&escape.base);
    escape.base.error_exit = on_jpeg_error;
    info.mem = nullptr; // so that destroying what was never made does nothing
    if (setjmp(escape.target)) {
        jpeg_destroy_compress(&info);
        return false;
    }
    jpeg_create_compress(&info);
    jpeg_mem_dest(&info, memory, size);
    info.image_width = static_cast<JDIMENSION>(picture.width);
    info.image_height = static_cast<JDIMENSION>(picture.height);
    info.input_components = 3;
    info.in_color_space = JCS_RGB;
    jpeg_set_defaults(&info);
    jpeg_set_quality(&info, jpeg_quality, TRUE);
    info.comp_info[0].h_samp_factor = info.comp_info[0].v_samp_factor = 1; // colours as sharp as the lines drawn
    jpeg_start_compress(&info, TRUE);
    while (info.next_scanline < info.image_height) {
        JSAMPROW row = const_cast<JSAMPROW>(picture.row(info.next_scanline));
        jpeg_write_scanlines(&info, &row, 1);
    }
    jpeg_finish_compress(&info);
    jpeg_destroy_compress(&info);
    return true;
}

} // namespace

std::vector<std::byte> encode_jpeg(const Picture &picture)
{
    unsigned char *memory = nullptr;
    unsigned long size = 0;
    const bool done = compress(picture, &memory, &size);
    const auto *first = reinterpret_cast<const std::byte *>(memory);
    std::vector<std::byte> bytes(first, first + (done ? size : 0));
    std::free(memory);
    if (!done) throw Error(ErrorCode::failed, "the picture cannot be written as JPEG");
    return bytes;
}

std::vector<std::byte> encode_png(const Picture &picture)
{
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = static_cast<png_uint_32>(picture.width);
    image.height = static_cast<png_uint_32>(picture.height);
    image.format = PNG_FORMAT_RGB;
    image.flags = PNG_IMAGE_FLAG_FAST;
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
    std::vector<std::byte> bytes(size);
    if (!png_image_write_to_memory(&image, bytes.data(), &size, 0, picture.rgb.data(), 0, nullptr))
        throw Error(ErrorCode::failed, std::string("the picture cannot be written as PNG: ") + image.message);
    bytes.resize(size);
    return bytes;
}

} // namespace tradewind
