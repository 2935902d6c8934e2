// SPDX-License-Identifier: Apache-2.0
// A picture and its clock.
#include "cli/detect_one.h"

#include "cli/load_picture.h"
#include "cli/terminal.h"
#include "tensor/clock.h"
#include "tensor/error.h"

namespace tradewind::cli {
namespace {

Picture detect_in(Ensemble &ensemble, const std::string &path, bool checksum, Record &record)
{
    const double start = milliseconds_now();
    Picture picture = load_picture(path, checksum ? &record.sha256 : nullptr);
    record.times.decode = milliseconds_now() - start;
    record.width = picture.width;
    record.height = picture.height;
    record.exif_orientation = picture.exif_orientation;
    record.detections = ensemble.detect(picture, &record.times);
    record.times.total = milliseconds_now() - start;
    return picture;
}

} // namespace

Looked detect_one(Ensemble &ensemble, const Input &input, std::int64_t image_id, bool checksum)
{
    Looked looked;
    Record &record = looked.record;
    record.file = input.path;
    record.image_id = image_id;
    try {
        if (!input.failure.empty()) throw Error(ErrorCode::input, input.failure, input.path, input_unreadable);
        looked.picture = detect_in(ensemble, input.path, checksum, record);
    } catch (const Error &error) {
        if (error.code() != ErrorCode::input && error.code() != ErrorCode::resource) throw;
        looked.out_of_memory = error.code() == ErrorCode::resource;
        record.error = {error.id().empty() ? out_of_memory : error.id(), error.message()};
        warn(error.what());
    }
    return looked;
}

int exit_code_of(std::size_t pictures, std::size_t failed, std::size_t out_of_memory)
{
    if (failed == 0) return 0;
    return static_cast<int>(out_of_memory == pictures ? ErrorCode::resource : ErrorCode::input);
}

} // namespace tradewind::cli
