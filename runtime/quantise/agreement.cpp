// SPDX-License-Identifier: Apache-2.0
// Annotations from detections.
#include "quantise/agreement.h"

namespace tradewind {

Annotations found_as_truth(std::span<const ImageDetections> found, int classes, double least_score)
{
    Annotations annotations;
    annotations.origin = "what is found in float32";
    for (int id = 1; id <= classes; ++id) annotations.categories.push_back({id, "class " + std::to_string(id)});
    std::int64_t number = 0;
    for (const ImageDetections &image : found) {
        annotations.images.push_back({image.image_id, std::to_string(image.image_id)});
        for (const ScoredBox &box : image.boxes) {
            if (box.score < least_score) continue;
            Annotation annotation;
            annotation.image_id = image.image_id;
            annotation.category_id = box.category_id;
            annotation.box = box.box;
            annotation.area = box.box.width * box.box.height;
            annotation.id = ++number;
            annotations.boxes.push_back(annotation);
        }
    }
    return annotations;
}

} // namespace tradewind
