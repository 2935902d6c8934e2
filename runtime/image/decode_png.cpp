// SPDX-License-Identifier: Apache-2.0
// PNG through libpng. Palettes and grey become RGB, 16 bits become 8 by exact scaling, and alpha is dropped, as
// detectors' training pipelines do.
#include "image/codec.h"

#include "tensor/error.h"

#include <algorithm>
#include <csetjmp>
#include <cstring>
#include <png.h>

namespace tradewind {
namespace {

// What libpng's callbacks may touch. Nothing between setjmp and them may need a destructor.
struct Source {
    const std::byte *at, *end;
    bool truncated = false, warned = false;
    char message[160] = {};
};

void read_bytes(png_structp png, png_bytep to, std::size_t count)
{
    auto &source = *static_cast<Source *>(png_get_io_ptr(png));
    if (static_cast<std::size_t>(source.end - source.at) < count) {
        source.truncated = true;
        png_error(png, "the file ends too early");
    }
    std::memcpy(to, source.at, count);
    source.at += count;
}

void keep(Source &source, const char *message) { std::strncpy(source.message, message, sizeof source.message - 1); }

void on_error(png_structp png, png_const_charp message)
{
    keep(*static_cast<Source *>(png_get_error_ptr(png)), message);
    png_longjmp(png, 1);
}

void on_warning(png_structp png, png_const_charp message)
{
    auto &source = *static_cast<Source *>(png_get_error_ptr(png));
    // Damage shows as a wrong checksum; other warnings are about colour profiles and the like.
    if (std::strstr(message, "CRC")) source.warned = true;
    keep(source, message);
}

constexpr png_byte unread_chunks[] = "tEXt\0zTXt\0iTXt\0iCCP\0sPLT"; // each with its zero

class Decoder {
public:
    explicit Decoder(std::span<const std::byte> bytes) : source_{bytes.data(), bytes.data() + bytes.size()}
    {
        png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, &source_, on_error, on_warning);
        info_ = png_ ? png_create_info_struct(png_) : nullptr;
        if (!info_) throw std::bad_alloc();
    }
    ~Decoder() { png_destroy_read_struct(&png_, &info_, nullptr); }
    Decoder(const Decoder &) = delete;
    Decoder &operator=(const Decoder &) = delete;

    bool read_header()
    {
        if (setjmp(png_jmpbuf(png_))) return false;
        png_set_read_fn(png_, &source_, read_bytes);
        png_set_user_limits(png_, 0x7FFFFFFF, 0x7FFFFFFF); // ours are checked by the caller
        png_set_chunk_malloc_max(png_, 64u << 20);
        // Texts and profiles, which nobody here reads, may unpack to any size.
        png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, unread_chunks, std::size(unread_chunks) / 5);
        png_read_info(png_, info_);
        return !source_.warned;
    }

    // Allocates rows: only for sizes within the limits.
    bool choose_form()
    {
        if (setjmp(png_jmpbuf(png_))) return false;
        png_set_expand(png_);
        png_set_scale_16(png_);
        png_set_gray_to_rgb(png_);
        png_set_strip_alpha(png_);
        passes_ = png_set_interlace_handling(png_);
        png_read_update_info(png_, info_);
        return !source_.warned;
    }

    bool read_rows(std::uint8_t *rows)
    {
        if (setjmp(png_jmpbuf(png_))) return false;
        const std::size_t row_bytes = png_get_rowbytes(png_, info_);
        for (pass_ = 0; pass_ < passes_; ++pass_)
            for (row_ = 0; row_ < height(); ++row_)
                png_read_row(png_, rows + static_cast<std::size_t>(row_) * row_bytes, nullptr);
        png_read_end(png_, info_);
        return !source_.warned;
    }

    int orientation()
    {
        png_bytep data = nullptr;
        png_uint_32 size = 0;
        if (!png_get_eXIf_1(png_, info_, &size, &data)) return 1;
        return exif_orientation({reinterpret_cast<const std::byte *>(data), size});
    }

    std::int64_t width() const { return png_get_image_width(png_, info_); }
    std::int64_t height() const { return png_get_image_height(png_, info_); }
    std::size_t row_bytes() const { return png_get_rowbytes(png_, info_); }

    [[noreturn]] void refuse(const std::string &name) const
    {
        if (source_.truncated) {
            const auto all = height() * passes_,
                       part = all > 0 ? 100 * std::min(pass_ * height() + row_, all) / all : 0;
            throw Error(ErrorCode::input,
                        "the PNG is truncated: it ends after " + std::to_string(part) +
                            " % of its rows; get the whole file",
                        name, image_truncated);
        }
        throw Error(ErrorCode::input, std::string("the PNG is damaged: ") + source_.message, name, image_damaged);
    }

private:
    Source source_;
    png_structp png_ = nullptr;
    png_infop info_ = nullptr;
    int passes_ = 0, pass_ = 0;
    std::int64_t row_ = 0;
};

} // namespace

Picture decode_png(std::span<const std::byte> bytes, const std::string &name, const DecodeLimits &limits)
{
    Decoder decoder(bytes);
    if (!decoder.read_header()) decoder.refuse(name);
    check_size(decoder.width(), decoder.height(), name, limits);
    if (!decoder.choose_form()) decoder.refuse(name);
    Picture picture{decoder.height(), decoder.width(), {}, 1, "png"};
    if (decoder.row_bytes() != static_cast<std::size_t>(picture.width) * 3)
        throw Error(ErrorCode::input, "the PNG has a form of pixels that is not read", name, format_not_read);
    picture.rgb.resize(static_cast<std::size_t>(picture.height * picture.width) * 3);
    if (!decoder.read_rows(picture.rgb.data())) decoder.refuse(name);
    make_upright(picture, decoder.orientation());
    return picture;
}

} // namespace tradewind
