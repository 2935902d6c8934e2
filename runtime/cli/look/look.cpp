// SPDX-License-Identifier: Apache-2.0
// A picture and its clock.
#include "cli/look/look.h"

#include "cli/load_picture.h"
#include "tensor/clock.h"
#include "tensor/error.h"

namespace tradewind::cli {
namespace {

// To be called while the error is being handled.
void fail(Looked &looked, const Error &error)
{
    if (error.code() != ErrorCode::input && error.code() != ErrorCode::resource) throw;
    looked.picture.reset();
    looked.out_of_memory = error.code() == ErrorCode::resource;
    looked.record.error = {error.id().empty() ? out_of_memory : error.id(), error.message()};
    looked.warning = error.what();
}

void finish(Record &record, DetectionList found, const StageTimes &times, double detecting)
{
    const double decode = record.times.decode;
    record.detections = std::move(found);
    record.times = times;
    record.times.decode = decode;
    record.times.total = decode + detecting;
}

} // namespace

Looked open_picture(const Task &task, bool checksum)
{
    Looked looked;
    Record &record = looked.record;
    record.file = task.input.path;
    record.image_id = task.image_id;
    try {
        if (!task.input.failure.empty())
            throw Error(ErrorCode::input, task.input.failure, record.file, input_unreadable);
        const double start = milliseconds_now();
        looked.picture = load_picture(record.file, checksum ? &record.sha256 : nullptr, task.enough);
        record.times.decode = milliseconds_now() - start;
        record.width = looked.picture->whole_width();
        record.height = looked.picture->whole_height();
        record.exif_orientation = looked.picture->exif_orientation;
    } catch (const Error &error) {
        fail(looked, error);
    }
    return looked;
}

void detect_in(Ensemble &ensemble, std::span<Looked *const> pictures)
try {
    std::vector<const Picture *> pixels;
    for (const Looked *looked : pictures) pixels.push_back(&*looked->picture);
    std::vector<StageTimes> times;
    const double start = milliseconds_now();
    auto found = ensemble.detect(pixels, &times);
    const double share = (milliseconds_now() - start) / static_cast<double>(pictures.size());
    for (std::size_t i = 0; i < pictures.size(); ++i) finish(pictures[i]->record, std::move(found[i]), times[i], share);
} catch (const Error &error) {
    if (error.code() == ErrorCode::input && pictures.size() > 1) {
        for (Looked *const &one : pictures) detect_in(ensemble, {&one, 1});
        return;
    }
    for (Looked *looked : pictures) fail(*looked, error);
}

int exit_code_of(std::size_t pictures, std::size_t failed, std::size_t out_of_memory)
{
    if (failed == 0) return 0;
    return static_cast<int>(out_of_memory == pictures ? ErrorCode::resource : ErrorCode::input);
}

} // namespace tradewind::cli
