// SPDX-License-Identifier: Apache-2.0
// Boxes as detectors make them: many near one another, some beyond the window of 0 to 100.
#pragma once

#include "ops/made_up.h"

namespace clustered_boxes {

// Nine rows after one another stand near one another.
inline tradewind::Tensor clustered(const std::string &name, const tradewind::Shape &shape)
{
    tradewind::Tensor boxes = made_up::random(name, shape);
    const std::int64_t count = boxes.count() / 4;
    const tradewind::Tensor centres = made_up::random(name + " centres", {count / 9 + 1, 4});
    for (std::int64_t i = 0; i < count; ++i) {
        float *box = boxes.floats() + 4 * i;
        const float *centre = centres.floats() + 4 * (i / 9);
        const float y = 50 + 60 * centre[0] + 4 * box[0], x = 50 + 60 * centre[1] + 4 * box[1];
        const float height = 20 + 15 * centre[2] + 3 * box[2], width = 20 + 15 * centre[3] + 3 * box[3];
        const float corners[] = {y - height / 2, x - width / 2, y + height / 2, x + width / 2};
        std::copy_n(corners, 4, box);
    }
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
