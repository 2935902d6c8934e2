// SPDX-License-Identifier: Apache-2.0
// The codec module: BMP, WebP, TIFF, PNM, JPEG 2000 and whatever else this OpenCV was built with.
#include "image/codec.h"
#include "image/codecs/header_size.h"
#include "tensor/error.h"

#include <opencv2/imgcodecs.hpp>

namespace {

using tradewind::DecodeLimits;
using tradewind::Error;
using tradewind::ErrorCode;
using tradewind::Picture;

cv::Mat decoded(std::span<const std::byte> bytes)
{
    const cv::Mat raw(1, static_cast<int>(bytes.size()), CV_8UC1, const_cast<std::byte *>(bytes.data()));
    try {
        return cv::imdecode(raw, cv::IMREAD_COLOR);
    } catch (const cv::Exception &) {
        return {};
    }
}

Picture to_picture(const cv::Mat &bgr)
{
    Picture picture{bgr.rows, bgr.cols, {}, 1, ""};
    picture.rgb.resize(static_cast<std::size_t>(picture.height * picture.width) * 3);
    std::uint8_t *to = picture.rgb.data();
    for (int y = 0; y < bgr.rows; ++y) {
        const std::uint8_t *from = bgr.ptr<std::uint8_t>(y);
        for (int x = 0; x < bgr.cols; ++x, from += 3, to += 3) {
            to[0] = from[2];
            to[1] = from[1];
            to[2] = from[0];
        }
    }
    return picture;
}

} // namespace

extern "C" {

__attribute__((visibility("default"))) extern const char tradewind_module_version[] = TRADEWIND_MODULE_VERSION;

// The signature is tradewind::ForeignDecoder's; a module belongs to one build of the runtime, so C++ may cross.
__attribute__((visibility("default"))) Picture tradewind_decode_foreign_v0(std::span<const std::byte> bytes,
                                                                           const DecodeLimits &limits)
{
    const std::string format = tradewind::sniff(bytes);
    const auto size = tradewind::header_size(bytes);
    if (size) tradewind::check_size(size->width, size->height, "", limits);
    const cv::Mat bgr = size ? decoded(bytes) : cv::Mat(); // nothing is decoded whose size is not known
    if (bgr.empty() && format == "gif")
        throw Error(ErrorCode::input, "GIF is not read by this OpenCV; convert the picture to PNG or JPEG", "",
                    tradewind::format_not_read);
    if (bgr.empty())
        throw Error(ErrorCode::input,
                    "the " + format + " picture is damaged, or of a kind that is not read; convert it to PNG or JPEG",
                    "", tradewind::image_damaged);
    tradewind::check_size(bgr.cols, bgr.rows, "", limits);
    Picture picture = to_picture(bgr);
    const int orientation = tradewind::stored_orientation(bytes);
    if (format == "tiff")
        picture.exif_orientation = orientation; // OpenCV has turned it
    else
        tradewind::make_upright(picture, orientation);
    return picture;
}
}
