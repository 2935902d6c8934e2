// SPDX-License-Identifier: Apache-2.0
// The box coders that decode_boxes knows, once for every kernel.
#pragma once

#include "graph/attributes.h"
#include "ops/box_arithmetic.h"

#include <cstdint>

namespace tradewind {

class BoxCoder {
public:
    explicit BoxCoder(const Attributes &attributes); // of decode_boxes

    TRADEWIND_PORTABLE std::int64_t code_size() const { return kind_ == Kind::square ? 3 : 4; }

    // `deviations`: four numbers of the anchor, for mean_stddev; null: those of the attribute.
    TRADEWIND_PORTABLE BoxCorners decode(const float *code, const float *anchor, const float *deviations) const
    {
        if (kind_ == Kind::faster_rcnn) return decode_box(code, anchor, numbers_);
        return kind_ == Kind::square ? decode_square(code, anchor, numbers_)
                                     : decode_corners(code, anchor, deviations ? deviations : numbers_);
    }

private:
    enum class Kind { faster_rcnn, square, mean_stddev };

    Kind kind_;
    float numbers_[4]; // scales, or standard deviations
};

} // namespace tradewind
