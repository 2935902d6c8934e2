// SPDX-License-Identifier: Apache-2.0
// Members times crops.
#include "detector/ensemble.h"

#include "tensor/clock.h"
#include "tensor/error.h"

#include <algorithm>
#include <optional>

namespace tradewind {
namespace {

std::string described(const Model &model)
{
    return model.name() + (model.weights.origin.empty() ? "" : " (" + model.weights.origin + ")");
}

std::vector<const Model *> models_of(const std::vector<std::unique_ptr<Detector>> &members)
{
    std::vector<const Model *> models;
    for (const auto &member : members) models.push_back(&member->model());
    return models;
}

// A part of one of several pictures; without pixels where it is the whole one.
struct Part {
    std::size_t picture;
    PixelRectangle rectangle;
    std::optional<Picture> pixels;
};

std::optional<Picture> part_of(const Picture &picture, const PixelRectangle &part)
{
    if (part.height == picture.height && part.width == picture.width) return std::nullopt;
    return crop(picture, part);
}

// Those of one call of a detector.
struct Parts {
    std::vector<Part> parts;

    std::vector<const Picture *> pictures(std::span<const Picture *const> whole) const
    {
        std::vector<const Picture *> all;
        for (const auto &part : parts) all.push_back(part.pixels ? &*part.pixels : whole[part.picture]);
        return all;
    }
};

void add(const StageTimes &own, StageTimes &sum)
{
    sum.preprocess += own.preprocess;
    sum.upload += own.upload;
    sum.network += own.network;
    sum.postprocess += own.postprocess;
    sum.download += own.download;
}

} // namespace

std::map<int, std::string> joint_labels(const std::vector<const Model *> &models)
{
    std::map<int, std::string> labels;
    std::map<int, const Model *> named_by;
    for (const Model *model : models)
        for (const auto &[id, label] : model->labels) {
            const auto [known, added] = labels.emplace(id, label);
            if (added)
                named_by[id] = model;
            else if (known->second != label)
                throw Error(ErrorCode::usage, "models whose results are fused must have the same classes, but class " +
                                                  std::to_string(id) + " is '" + known->second + "' in " +
                                                  described(*named_by.at(id)) + " and '" + label + "' in " +
                                                  described(*model));
        }
    return labels;
}

Ensemble::Ensemble(std::vector<std::unique_ptr<Detector>> members, EnsembleOptions options)
    : members_(std::move(members)), options_(std::move(options)), labels_(joint_labels(models_of(members_)))
{
    const auto &weights = options_.fusion.weights;
    if (!weights.empty() && weights.size() != members_.size())
        throw Error(ErrorCode::usage, "there are " + std::to_string(weights.size()) + " weights for " +
                                          std::to_string(members_.size()) + " models: give one for each");
}

std::vector<DetectionList> Ensemble::found_by(Detector &member, std::span<const Picture *const> pictures,
                                              std::vector<StageTimes> &times) const
{
    std::vector<std::vector<CroppedDetection>> all(pictures.size());
    Parts waiting;
    const auto look = [&] {
        std::vector<StageTimes> own;
        const auto found = member.detect(waiting.pictures(pictures), &own);
        for (std::size_t i = 0; i < found.size(); ++i) {
            const auto &[of, rectangle, pixels] = waiting.parts[i];
            const Picture &whole = *pictures[of];
            for (auto &detection : shifted(found[i], rectangle, whole.height, whole.width))
                all[of].push_back(std::move(detection));
            add(own[i], times[of]);
        }
        waiting.parts.clear();
    };
    for (std::size_t i = 0; i < pictures.size(); ++i)
        for (const auto &rectangle : crops_of(options_.crops, pictures[i]->height, pictures[i]->width)) {
            waiting.parts.push_back({i, rectangle, part_of(*pictures[i], rectangle)});
            if (waiting.parts.size() == member.options().batch) look();
        }
    if (!waiting.parts.empty()) look();
    std::vector<DetectionList> found;
    for (const auto &one : all) found.push_back(without_fragments(one));
    return found;
}

DetectionList Ensemble::fused(std::vector<DetectionList> found) const
{
    for (auto &list : found) {
        if (!options_.classes.empty())
            std::erase_if(list, [&](const Detection &d) { return !options_.classes.count(d.class_id); });
        for (auto &detection : list)
            if (const auto label = labels_.find(detection.class_id); label != labels_.end())
                detection.label = label->second;
    }
    return fuse(found, options_.fusion);
}

DetectionList Ensemble::detect(const Picture &picture, StageTimes *times)
{
    const Picture *const only = &picture;
    std::vector<StageTimes> all;
    auto found = detect(std::span(&only, 1), &all);
    if (times) {
        all.front().decode = times->decode;
        *times = all.front();
    }
    return std::move(found.front());
}

std::vector<DetectionList> Ensemble::detect(std::span<const Picture *const> pictures, std::vector<StageTimes> *times)
{
    if (members_.size() == 1 && options_.crops.empty()) return members_.front()->detect(pictures, times);
    std::vector<StageTimes> sums(pictures.size());
    std::vector<std::vector<DetectionList>> found(pictures.size()); // by member
    for (const auto &member : members_) {
        auto lists = found_by(*member, pictures, sums);
        for (std::size_t i = 0; i < lists.size(); ++i) found[i].push_back(std::move(lists[i]));
    }
    std::vector<DetectionList> results;
    for (std::size_t i = 0; i < found.size(); ++i) {
        const double start = milliseconds_now();
        results.push_back(fused(std::move(found[i])));
        sums[i].postprocess += milliseconds_now() - start;
    }
    if (times) *times = std::move(sums);
    return results;
}

std::vector<std::int64_t> Ensemble::resized_sides(ImageSize picture) const
{
    std::vector<std::int64_t> sides;
    for (const auto &member : members_)
        for (const auto &part : crops_of(options_.crops, picture.height, picture.width)) {
            const ImageSize resized = resized_size(member->model(), {part.height, part.width});
            sides.insert(sides.end(), {resized.height, resized.width});
        }
    return sides;
}

std::size_t Ensemble::batch() const
{
    std::size_t most = 1;
    for (const auto &member : members_) most = std::max(most, member->options().batch);
    return most;
}

} // namespace tradewind
