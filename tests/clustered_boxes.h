// SPDX-License-Identifier: Apache-2.0
// Boxes as detectors make them: many near one another, some beyond the window of 0 to 100.
#pragma once

#include "tensor/tensor.h"

#include <algorithm>
#include <utility>

namespace clustered_boxes {

// Nine rows after one another stand near one another. `boxes` and `centres`, of a ninth as many rows and one more, hold
// numbers in [-1, 1).
inline void cluster(tradewind::Tensor &boxes, const tradewind::Tensor &centres)
{
    for (std::int64_t i = 0; i < boxes.count() / 4; ++i) {
        float *box = boxes.floats() + 4 * i;
        const float *centre = centres.floats() + 4 * (i / 9);
        const float y = 50 + 60 * centre[0] + 4 * box[0], x = 50 + 60 * centre[1] + 4 * box[1];
        const float height = 20 + 15 * centre[2] + 3 * box[2], width = 20 + 15 * centre[3] + 3 * box[3];
        const float corners[] = {y - height / 2, x - width / 2, y + height / 2, x + width / 2};
        std::copy_n(corners, 4, box);
    }
}

// Such boxes from made-up numbers: random(shape, 0) and random(shape, 1) give those of boxes and centres.
template <class Random> tradewind::Tensor clustered(const tradewind::Shape &shape, Random &&random)
{
    tradewind::Tensor boxes = random(shape, 0u);
    cluster(boxes, random(tradewind::Shape{boxes.count() / 4 / 9 + 1, 4}, 1u));
    return boxes;
}

// Swaps corners of some, takes the extent of others.
inline void turn_some(tradewind::Tensor &boxes)
{
    for (std::int64_t i = 0; i < boxes.count() / 4; ++i) {
        float *box = boxes.floats() + 4 * i;
        if (i % 7 == 3 || i % 5 == 1) std::swap(box[0], box[2]);
        if (i % 7 == 3 || i % 11 == 2) std::swap(box[1], box[3]);
        if (i % 13 == 4) box[3] = box[1];
    }
}

} // namespace clustered_boxes
