// SPDX-License-Identifier: Apache-2.0
// As detect does it, with a clock between the parts.
#include "study/pipeline.h"

#include "output/record_text.h"
#include "tensor/clock.h"

#include <optional>

namespace tradewind {

PictureTimes Pipeline::run(const PictureSource &source, Timeline *timeline)
{
    PictureTimes times;
    StageTimes stages;
    const double start = milliseconds_now();
    std::optional<Picture> picture = source.load();
    const double decoded = milliseconds_now();
    auto found = detector_.detect(*picture, &stages, timeline);
    const double detected = milliseconds_now();
    stages.decode = decoded - start;
    written_ += encode(source, *picture, std::move(found), stages);
    const double encoded = milliseconds_now();
    picture.reset();
    const double end = milliseconds_now();
    times.stages = {stages.decode + (end - encoded),
                    stages.preprocess,
                    stages.upload,
                    stages.network,
                    stages.postprocess,
                    stages.download,
                    encoded - detected};
    times.total = end - start;
    if (timeline) {
        timeline->spans.push_back({"decode", start, decoded});
        timeline->spans.push_back({"encode", detected, encoded});
        timeline->spans.push_back({"decode", encoded, end});
    }
    return times;
}

std::size_t Pipeline::encode(const PictureSource &source, const Picture &picture, std::vector<Detection> found,
                             const StageTimes &times) const
{
    Record record;
    record.file = source.name;
    record.width = picture.width;
    record.height = picture.height;
    record.exif_orientation = picture.exif_orientation;
    record.detections = std::move(found);
    record.times = times;
    std::size_t bytes = json_record(record).size();
    if (annotate_) bytes += annotated_picture(picture, record.detections).size();
    return bytes;
}

} // namespace tradewind
