// SPDX-License-Identifier: Apache-2.0
// Detections as the truth for others.
#include "quantise/agreement.h"

#include "evaluate/coco_evaluation.h"

#include <doctest/doctest.h>

using namespace tradewind;

namespace {

double agreement(const Annotations &truth, const std::vector<ImageDetections> &found)
{
    CocoEvaluation evaluation(truth);
    for (const auto &image : found) evaluation.add(image.image_id, image.boxes);
    return evaluation.result().number("AP50");
}

} // namespace

TEST_CASE("a detector agrees wholly with itself, and less with one that misses something")
{
    std::vector<ImageDetections> found = {
        {7, {{1, {10, 10, 50, 50}, 0.9}, {2, {80, 10, 40, 40}, 0.5}, {1, {5, 90, 9, 9}, 0.1}}},
        {8, {{2, {0, 0, 30, 30}, 0.7}}}};
    const Annotations truth = found_as_truth(found, 3, 0.3);
    CHECK(truth.boxes.size() == 3); // not the one with a score of 0.1
    CHECK(agreement(truth, found) == doctest::Approx(1.0));
    found[0].boxes[1].box.x = 500;
    CHECK(agreement(truth, found) == doctest::Approx(0.75).epsilon(0.01)); // of class 2, one of two is found
    CHECK(agreement(found_as_truth(found, 3, 0.95), found) == -1);
}
