// SPDX-License-Identifier: Apache-2.0
// JPEG through libjpeg-turbo, with its default settings: every decoder of this kind gives these pixels.
#include "image/codec.h"

#include "tensor/error.h"

#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <jpeglib.h>
#include <new>

namespace tradewind {
namespace {

constexpr int most_scans = 100; // a progressive file may ask for thousands, each a pass over the whole picture

// Where libjpeg-turbo puts a row. In memory that begins at a multiple of 32 it goes past the caches, which takes
// longer; so this begins between two of them, and how long a picture takes does not depend on where it lies.
class RowBetween {
public:
    explicit RowBetween(std::size_t bytes) : bytes_(bytes + 32) {}
    std::uint8_t *begin()
    {
        const auto address = reinterpret_cast<std::uintptr_t>(bytes_.data());
        return bytes_.data() + (48 - address % 32) % 32;
    }

private:
    std::vector<std::uint8_t> bytes_;
};

// libjpeg reports errors through callbacks that must not return; nothing between setjmp and them may need a destructor.
struct Reporter {
    jpeg_error_mgr base;
    std::jmp_buf escape;
    char message[JMSG_LENGTH_MAX];
    bool warned;
};

Reporter &reporter(j_common_ptr info) { return *reinterpret_cast<Reporter *>(info->err); }

void on_error(j_common_ptr info)
{
    if (!reporter(info).warned)
        info->err->format_message(info, reporter(info).message); // else the warning is the cause
    std::longjmp(reporter(info).escape, 1);
}

void on_message(j_common_ptr info, int level)
{
    if (level >= 0 || reporter(info).warned) return; // traces, and warnings after the first
    reporter(info).warned = true;
    info->err->format_message(info, reporter(info).message);
}

void on_scan(j_common_ptr info)
{
    if (!info->is_decompressor || reinterpret_cast<j_decompress_ptr>(info)->input_scan_number <= most_scans) return;
    std::snprintf(reporter(info).message, sizeof reporter(info).message, "more than %d scans", most_scans);
    std::longjmp(reporter(info).escape, 1);
}

class Decoder {
public:
    Decoder()
    {
        info_.err = jpeg_std_error(&reporter_.base);
        reporter_.base.error_exit = on_error;
        reporter_.base.emit_message = on_message;
        reporter_.message[0] = 0;
        reporter_.warned = false;
        progress_.progress_monitor = on_scan;
        if (setjmp(reporter_.escape)) throw std::bad_alloc(); // all that can go wrong here
        jpeg_create_decompress(&info_);
        info_.progress = &progress_;
    }
    ~Decoder() { jpeg_destroy_decompress(&info_); }

    // False after an error or a warning; message() says which.
    bool read_header(std::span<const std::byte> bytes)
    {
        if (setjmp(reporter_.escape)) return false;
        jpeg_mem_src(&info_, reinterpret_cast<const unsigned char *>(bytes.data()), bytes.size());
        jpeg_save_markers(&info_, JPEG_APP0 + 1, 0xFFFF);
        jpeg_read_header(&info_, TRUE);
        const bool four = info_.jpeg_color_space == JCS_CMYK || info_.jpeg_color_space == JCS_YCCK;
        info_.out_color_space = four ? JCS_CMYK : JCS_RGB;
        jpeg_calc_output_dimensions(&info_);
        return !reporter_.warned;
    }

    // Rows of the stored picture into `rows`; each has 3 bytes a pixel, or 4 for CMYK. `between`: room for a
    // RowBetween.
    bool read_rows(std::uint8_t *rows, std::size_t row_bytes, std::uint8_t *between)
    {
        if (setjmp(reporter_.escape)) return false;
        jpeg_start_decompress(&info_);
        while (info_.output_scanline < info_.output_height && !reporter_.warned) {
            std::uint8_t *to = rows + info_.output_scanline * row_bytes;
            JSAMPROW row = between;
            if (jpeg_read_scanlines(&info_, &row, 1)) std::memcpy(to, between, row_bytes);
        }
        if (!reporter_.warned) jpeg_finish_decompress(&info_);
        return !reporter_.warned;
    }

    int orientation() const
    {
        for (auto marker = info_.marker_list; marker; marker = marker->next)
            if (marker->marker == JPEG_APP0 + 1 && marker->data_length > 6 && !std::memcmp(marker->data, "Exif\0", 6))
                return exif_orientation(
                    {reinterpret_cast<const std::byte *>(marker->data) + 6, marker->data_length - 6});
        return 1;
    }

    // Between the header and the rows: one pixel for `part` x `part` of them (1, 2, 4, 8), rounded up at the ends.
    void reduce(unsigned part)
    {
        info_.scale_num = 1;
        info_.scale_denom = part;
        if (setjmp(reporter_.escape)) throw std::bad_alloc();
        jpeg_calc_output_dimensions(&info_);
    }

    std::int64_t output_width() const { return info_.output_width; }
    std::int64_t output_height() const { return info_.output_height; }

    const char *message() const { return reporter_.message; }
    bool cmyk() const { return info_.out_color_space == JCS_CMYK; }
    bool inverted() const { return info_.saw_Adobe_marker; } // Adobe writes CMYK with 255 for no ink
    std::int64_t width() const { return info_.image_width; }
    std::int64_t height() const { return info_.image_height; }
    std::int64_t rows_done() const { return info_.output_scanline; }

private:
    Reporter reporter_;
    jpeg_progress_mgr progress_{};
    jpeg_decompress_struct info_{};
};

[[noreturn]] void refuse(const Decoder &decoder, const std::string &name)
{
    const std::string message = decoder.message();
    if (message.find("Premature end") != std::string::npos || message.find("file truncated") != std::string::npos) {
        const auto part = decoder.output_height() ? 100 * decoder.rows_done() / decoder.output_height() : 0;
        throw Error(ErrorCode::input,
                    "the JPEG is truncated: it ends after " + std::to_string(part) +
                        " % of its rows; get the whole file",
                    name, image_truncated);
    }
    throw Error(ErrorCode::input, "the JPEG is damaged: " + message, name, image_damaged);
}

// The largest part of a side that leaves enough.
unsigned reduction(ImageSize stored, int orientation, const DecodeLimits &limits)
{
    if (!limits.enough) return 1;
    const bool turned = orientation >= 5;
    const ImageSize enough =
        limits.enough(turned ? ImageSize{stored.width, stored.height} : ImageSize{stored.height, stored.width});
    const std::int64_t height = turned ? enough.width : enough.height, width = turned ? enough.height : enough.width;
    unsigned part = 1;
    while (part < 8 && stored.height >= height * 2 * part && stored.width >= width * 2 * part) part *= 2;
    return part;
}

void cmyk_to_rgb(const std::uint8_t *from, std::size_t pixels, bool inverted, std::uint8_t *to)
{
    for (std::size_t i = 0; i < pixels; ++i, from += 4, to += 3)
        for (int c = 0; c < 3; ++c) {
            const int light = inverted ? from[c] : 255 - from[c], white = inverted ? from[3] : 255 - from[3];
            to[c] = static_cast<std::uint8_t>((light * white + 127) / 255);
        }
}

} // namespace

Picture decode_jpeg(std::span<const std::byte> bytes, const std::string &name, const DecodeLimits &limits)
{
    Decoder decoder;
    if (!decoder.read_header(bytes)) refuse(decoder, name);
    check_size(decoder.width(), decoder.height(), name, limits);
    const int orientation = decoder.orientation(); // the markers are gone once the rows are read
    const ImageSize stored{decoder.height(), decoder.width()};
    const unsigned part = reduction(stored, orientation, limits);
    if (part > 1) decoder.reduce(part);
    Picture picture{decoder.output_height(), decoder.output_width(), {}, 1, "jpeg"};
    const auto width = static_cast<std::size_t>(picture.width),
               pixels = width * static_cast<std::size_t>(picture.height);
    picture.rgb.resize(3 * pixels);
    std::vector<std::uint8_t> inks(decoder.cmyk() ? 4 * pixels : 0);
    RowBetween row(4 * width);
    const bool whole = decoder.cmyk() ? decoder.read_rows(inks.data(), 4 * width, row.begin())
                                      : decoder.read_rows(picture.rgb.data(), 3 * width, row.begin());
    if (!whole) refuse(decoder, name);
    if (decoder.cmyk()) cmyk_to_rgb(inks.data(), pixels, decoder.inverted(), picture.rgb.data());
    make_upright(picture, orientation);
    if (part > 1) {
        const bool turned = orientation >= 5;
        picture.file_height = turned ? stored.width : stored.height;
        picture.file_width = turned ? stored.height : stored.width;
    }
    return picture;
}

} // namespace tradewind
