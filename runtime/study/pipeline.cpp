// SPDX-License-Identifier: Apache-2.0
// As detect does it, with a clock between the parts.
#include "study/pipeline.h"

#include "output/record_text.h"
#include "tensor/clock.h"

#include <iterator>

namespace tradewind {

PictureTimes Pipeline::run(const std::vector<const PictureSource *> &sources, Timeline *timeline)
{
    std::vector<StageTimes> stages;
    const double start = milliseconds_now();
    std::vector<Picture> pictures;
    for (const PictureSource *source : sources) pictures.push_back(source->load());
    const double decoded = milliseconds_now();
    auto found = detector_.detect(pictures, &stages, timeline);
    const double detected = milliseconds_now();
    const double count = static_cast<double>(sources.size());
    for (std::size_t i = 0; i < sources.size(); ++i) {
        stages[i].decode = (decoded - start) / count;
        written_ += encode(*sources[i], pictures[i], std::move(found[i]), stages[i]);
    }
    const double encoded = milliseconds_now();
    pictures.clear();
    const double end = milliseconds_now();
    PictureTimes times;
    for (const StageTimes &one : stages) {
        const double parts[] = {one.preprocess, one.upload, one.network, one.postprocess, one.download};
        for (std::size_t i = 0; i < std::size(parts); ++i) times.stages[i + 1] += parts[i] / count;
    }
    times.stages.front() = (decoded - start + end - encoded) / count;
    times.stages.back() = (encoded - detected) / count;
    times.total = (end - start) / count;
    if (timeline) {
        timeline->spans.push_back({"decode", start, decoded});
        timeline->spans.push_back({"encode", detected, encoded});
        timeline->spans.push_back({"decode", encoded, end});
    }
    return times;
}

std::size_t Pipeline::encode(const PictureSource &source, const Picture &picture, DetectionList found,
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
