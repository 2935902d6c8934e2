// SPDX-License-Identifier: Apache-2.0
// Annotated boxes, found by their picture.
#pragma once

#include "evaluate/annotations.h"

#include <cstddef>
#include <unordered_map>
#include <vector>

namespace tradewind {

// Refers to the annotations, which must outlive it and stay as they are.
class BoxesByImage {
public:
    explicit BoxesByImage(const Annotations &annotations);

    // Those of one picture, in the order of the file. Each picture can be taken once: throws Error(usage) for one that
    // was taken before or that the annotations do not have.
    std::vector<const Annotation *> take(std::int64_t image_id);

private:
    struct Place {
        std::size_t first = 0, count = 0; // in order_
        bool taken = false;
    };

    const Annotations &annotations_;
    std::vector<std::size_t> order_; // of annotations_.boxes, by picture
    std::unordered_map<std::int64_t, Place> places_;
};

// Throws Error(usage), naming the picture, for scores and boxes that are not finite.
void check_finite(std::int64_t image_id, std::span<const ScoredBox> boxes);

} // namespace tradewind
