// SPDX-License-Identifier: Apache-2.0
// Running held-out pictures in one precision and the other.
#include "cli/model/quantise_accuracy.h"

#include "cli/eval/category_match.h"
#include "cli/load_picture.h"
#include "evaluate/coco_evaluation.h"
#include "quantise/agreement.h"
#include "tensor/error.h"

#include <algorithm>

namespace tradewind::cli {
namespace {

constexpr double sure = 0.3;
// Precision at high recall is made of detections with low scores.
constexpr const char *score_key = "meta.score_threshold", *lowest_score = "1e-08";

Model with_all_detections(Model model)
{
    if (model.settings.find(score_key)) model.settings.set(score_key, lowest_score, "quantise");
    return model;
}

// Models whose scores are low find things too.
double least_score(const std::vector<ImageDetections> &found)
{
    double best = 0;
    for (const ImageDetections &image : found)
        for (const ScoredBox &box : image.boxes) best = std::max(best, static_cast<double>(box.score));
    return std::min(sure, best / 2);
}

int classes_of(const Model &model) { return static_cast<int>(model.settings.integer("model.classes")); }

ScoredBox scored(const Detection &detection, std::int64_t category)
{
    const Box &box = detection.box;
    return {category, {box.xmin, box.ymin, box.xmax - box.xmin, box.ymax - box.ymin}, detection.score};
}

} // namespace

HeldOutAccuracy::HeldOutAccuracy(const Model &model, const QuantisePictures &pictures, Open open,
                                 DetectorOptions options, std::function<void()> step)
    : model_(with_all_detections(model)), pictures_(pictures), open_(std::move(open)), options_(std::move(options)),
      step_(std::move(step)), annotated_(pictures.annotations.has_value())
{
    if (annotated_)
        categories_ = match_categories(model_.labels, classes_of(model_), *pictures.annotations).category;
    else
        for (int id = 1; id <= classes_of(model_); ++id) categories_[id] = id;
    const auto in_float32 = found({}, Precision::f32);
    truth_ =
        annotated_ ? *pictures.annotations : found_as_truth(in_float32, classes_of(model_), least_score(in_float32));
    float32_ = accuracy(in_float32);
    if (float32_ >= 0) return;
    throw Error(ErrorCode::check, annotated_ ? "no object is annotated in the pictures that are held out: give more"
                                             : "nothing is found in the pictures that are held out, so that it cannot "
                                               "be told what 8 bits lose: give pictures of what the model knows");
}

double HeldOutAccuracy::of_int8(const Quantisation &quantisation) const
{
    return accuracy(found(quantisation, Precision::int8));
}

std::vector<ImageDetections> HeldOutAccuracy::found(const Quantisation &quantisation, Precision precision) const
{
    Model model = model_;
    model.quantisation = quantisation;
    DetectorOptions options = options_;
    options.precision = precision;
    Detector detector(std::move(model), open_(), options);
    std::vector<ImageDetections> all;
    for (const NumberedPicture &picture : pictures_.held_out) {
        ImageDetections image{picture.id, {}};
        for (const Detection &detection : detector.detect(load_picture(picture.path)))
            if (const auto category = categories_.find(detection.class_id); category != categories_.end())
                image.boxes.push_back(scored(detection, category->second));
        all.push_back(std::move(image));
        step_();
    }
    return all;
}

double HeldOutAccuracy::accuracy(const std::vector<ImageDetections> &found) const
{
    CocoEvaluation evaluation(truth_);
    for (const ImageDetections &image : found) evaluation.add(image.image_id, image.boxes);
    return evaluation.result().number(annotated_ ? "AP" : "AP50");
}

} // namespace tradewind::cli
