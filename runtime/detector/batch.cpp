// SPDX-License-Identifier: Apache-2.0
// Which pictures go together, and their run.
#include "detector/batch.h"

#include "tensor/clock.h"

#include <algorithm>

namespace tradewind {
namespace {

// Of the picture in its file: a network sees it at the same size however it was decoded.
ImageSize size_of(const Picture &picture) { return {picture.whole_height(), picture.whole_width()}; }

DetectionList read_detections(const Model &model, const Executable &plan, std::size_t slot, const Picture &picture,
                              StageTimes &times)
{
    const double start = milliseconds_now();
    const Tensor boxes = plan.read(0, slot), scores = plan.read(1, slot), classes = plan.read(2, slot),
                 count = plan.read(3, slot);
    const double copied = milliseconds_now();
    auto detections = to_detections(model, size_of(picture), boxes, scores, classes, count);
    times.download += copied - start;
    times.postprocess += milliseconds_now() - copied;
    return detections;
}

StageTimes share_of(const RunTimes &run, std::size_t pictures)
{
    const double count = static_cast<double>(pictures);
    StageTimes times;
    times.preprocess = run.resize / count;
    times.upload = run.upload / count;
    times.network = run.network / count;
    times.postprocess = run.postprocess / count;
    times.download = run.download / count;
    return times;
}

} // namespace

std::vector<PicturesTogether> grouped(const Model &model, std::span<const Picture *const> pictures, std::size_t most)
{
    std::vector<PicturesTogether> groups;
    for (std::size_t i = 0; i < pictures.size(); ++i) {
        const ImageSize resized = resized_size(model, size_of(*pictures[i]));
        const auto open = std::find_if(groups.begin(), groups.end(), [&](const PicturesTogether &group) {
            return group.resized.height == resized.height && group.resized.width == resized.width &&
                   group.pictures.size() < most;
        });
        (open == groups.end() ? groups.emplace_back(PicturesTogether{resized, {}}) : *open).pictures.push_back(i);
    }
    return groups;
}

void detect_together(const Model &model, Executable &plan, std::span<const Picture *const> pictures,
                     const PicturesTogether &together, BatchResult &result, Timeline *timeline)
{
    const std::size_t count = together.pictures.size();
    const double start = milliseconds_now();
    std::vector<double> resizing;
    for (std::size_t slot = 0; slot < count; ++slot) {
        const double begin = milliseconds_now();
        plan.resize_into(0, slot, *pictures[together.pictures[slot]], resize_method(model));
        resizing.push_back(milliseconds_now() - begin);
    }
    const double resized = milliseconds_now();
    const StageTimes share = share_of(plan.run(timeline ? &timeline->nodes : nullptr), count);
    const double computed = milliseconds_now();
    double downloads = 0;
    for (std::size_t slot = 0; slot < count; ++slot) {
        const std::size_t picture = together.pictures[slot];
        StageTimes own;
        result.found[picture] = read_detections(model, plan, slot, *pictures[picture], own);
        downloads += own.download;
        StageTimes &times = result.times[picture] = share;
        times.preprocess += resizing[slot];
        times.download += own.download;
        times.postprocess += own.postprocess;
    }
    if (!timeline) return;
    const double copied = computed + downloads, end = milliseconds_now();
    timeline->spans = {{"resize", start, resized}, {"download", computed, copied}, {"postprocess", copied, end}};
    timeline->placements = plan.placements();
}

} // namespace tradewind
