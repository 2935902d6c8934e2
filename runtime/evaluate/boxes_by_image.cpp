// SPDX-License-Identifier: Apache-2.0
// A counting sort by picture: two passes over the boxes.
#include "evaluate/boxes_by_image.h"

#include "tensor/error.h"

#include <cmath>

namespace tradewind {

BoxesByImage::BoxesByImage(const Annotations &annotations) : annotations_(annotations), order_(annotations.boxes.size())
{
    for (const AnnotatedImage &image : annotations.images) places_.try_emplace(image.id);
    for (const Annotation &box : annotations.boxes) ++places_[box.image_id].count;
    std::size_t first = 0;
    for (auto &[id, place] : places_) {
        place.first = first;
        first += place.count;
        place.count = 0;
    }
    for (std::size_t i = 0; i < order_.size(); ++i) {
        Place &place = places_.at(annotations.boxes[i].image_id);
        order_[place.first + place.count++] = i;
    }
}

std::vector<const Annotation *> BoxesByImage::take(std::int64_t image_id)
{
    const auto found = places_.find(image_id);
    const std::string name = "image " + std::to_string(image_id);
    if (found == places_.end()) throw Error(ErrorCode::usage, name + " is not annotated", annotations_.origin);
    if (found->second.taken) throw Error(ErrorCode::usage, name + " was evaluated before", annotations_.origin);
    found->second.taken = true;
    std::vector<const Annotation *> boxes;
    boxes.reserve(found->second.count);
    for (std::size_t i = 0; i < found->second.count; ++i)
        boxes.push_back(&annotations_.boxes[order_[found->second.first + i]]);
    return boxes;
}

void check_finite(std::int64_t image_id, std::span<const ScoredBox> boxes)
{
    for (std::size_t i = 0; i < boxes.size(); ++i) {
        const auto &[category, box, score] = boxes[i];
        if (!std::isfinite(box.x + box.y + box.width + box.height + score))
            throw Error(ErrorCode::usage, "a box or its score is not a finite number",
                        "image " + std::to_string(image_id) + ", detection " + std::to_string(i + 1));
    }
}

} // namespace tradewind
