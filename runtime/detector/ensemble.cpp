// SPDX-License-Identifier: Apache-2.0
// Members times crops.
#include "detector/ensemble.h"

#include "tensor/clock.h"
#include "tensor/error.h"

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

DetectionList Ensemble::found_by(Detector &member, const Picture &picture, StageTimes &times) const
{
    std::vector<CroppedDetection> all;
    for (const auto &part : crops_of(options_.crops, picture.height, picture.width)) {
        StageTimes own;
        const bool whole = part.height == picture.height && part.width == picture.width;
        auto found = member.detect(whole ? picture : crop(picture, part), &own);
        for (auto &detection : shifted(std::move(found), part, picture.height, picture.width))
            all.push_back(std::move(detection));
        times.preprocess += own.preprocess;
        times.upload += own.upload;
        times.network += own.network;
        times.postprocess += own.postprocess;
        times.download += own.download;
    }
    return without_fragments(all);
}

std::vector<Detection> Ensemble::detect(const Picture &picture, StageTimes *times)
{
    if (members_.size() == 1 && options_.crops.empty()) return members_.front()->detect(picture, times);
    StageTimes sum;
    std::vector<DetectionList> found;
    for (const auto &member : members_) found.push_back(found_by(*member, picture, sum));
    const double start = milliseconds_now();
    for (auto &list : found) {
        if (!options_.classes.empty())
            std::erase_if(list, [&](const Detection &d) { return !options_.classes.count(d.class_id); });
        for (auto &detection : list)
            if (const auto label = labels_.find(detection.class_id); label != labels_.end())
                detection.label = label->second;
    }
    auto fused = fuse(found, options_.fusion);
    sum.postprocess += milliseconds_now() - start;
    if (times) {
        sum.decode = times->decode;
        *times = sum;
    }
    return fused;
}

} // namespace tradewind
