// SPDX-License-Identifier: Apache-2.0
// What 8 bits cost in accuracy, on pictures that calibration has not seen.
#pragma once

#include "cli/model/quantise_pictures.h"
#include "detector/detector.h"

#include <functional>
#include <map>

namespace tradewind::cli {

// With annotations, COCO's average precision. Without, how well what is found agrees with what float32 finds with a
// score of at least 0.3, or half of the best one where that is lower: COCO's average precision
// at an overlap of 0.5 with that as the truth, where float32 has 1.
class HeldOutAccuracy {
public:
    using Open = std::function<std::unique_ptr<Target>()>;

    // Runs the model in float32. `step` is called after each picture. `pictures` must outlive it. Throws Error(check)
    // where there is nothing to measure by: no object is annotated, or none found.
    HeldOutAccuracy(const Model &model, const QuantisePictures &pictures, Open open, DetectorOptions options,
                    std::function<void()> step);

    std::string measure() const { return annotated_ ? "AP" : "agreement"; }
    double of_float32() const { return float32_; }
    double of_int8(const Quantisation &quantisation) const; // runs it

private:
    std::vector<ImageDetections> found(const Quantisation &quantisation, Precision precision) const;
    double accuracy(const std::vector<ImageDetections> &found) const;

    Model model_;
    const QuantisePictures &pictures_;
    Open open_;
    DetectorOptions options_;
    std::function<void()> step_;
    bool annotated_;
    std::map<int, std::int64_t> categories_; // by class
    Annotations truth_;
    double float32_ = 0;
};

} // namespace tradewind::cli
