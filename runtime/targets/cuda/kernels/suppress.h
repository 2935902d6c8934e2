// SPDX-License-Identifier: Apache-2.0
// Non-maximum suppression within each set of candidates: what is kept of it, in order.
#pragma once

#include "ops/box_arithmetic.h"
#include "targets/cuda/kernels/candidates.h"
#include "targets/cuda/kernels/suppression.h"

namespace tradewind::cuda {

// The box of a row, or of a row and a label: given as it is, or decoded when it is looked at.
struct CandidateBoxes {
    Storage storage = Storage::f32; // of boxes or codes; anchors are float32
    MapsIn boxes;
    MapsIn anchors; // data null: boxes are given
    float scales[4] = {1, 1, 1, 1};
    int boxes_of_row = 1; // or one for each label

    TRADEWIND_PORTABLE BoxCorners box(std::int64_t picture, int row, int label) const
    {
        const std::int64_t at = 4 * (static_cast<std::int64_t>(row) * boxes_of_row + (boxes_of_row > 1 ? label : 0));
        if (storage == Storage::f16) return box_at<Half>(picture, at);
        return storage == Storage::bf16 ? box_at<BFloat16>(picture, at) : box_at<float>(picture, at);
    }

private:
    template <class T> TRADEWIND_PORTABLE BoxCorners box_at(std::int64_t picture, std::int64_t at) const
    {
        const T *from = boxes.of<T>(picture) + at;
        const float numbers[4] = {to_float(from[0]), to_float(from[1]), to_float(from[2]), to_float(from[3])};
        return anchors.data ? decode_box(numbers, anchors.of<float>(picture) + at, scales) : corners_at(numbers);
    }
};

// What becomes of a box before suppression sees it, and after it was kept.
struct BoxRules {
    bool clip_before = false, frame_before = false, clip_after = false, frame_after = false;
    BoxCorners window = {0, 0, 1, 1};

    // False: nothing is left.
    TRADEWIND_PORTABLE bool enter(BoxCorners &box) const { return apply(box, clip_before, frame_before); }
    TRADEWIND_PORTABLE bool leave(BoxCorners &box, float score) const
    {
        return apply(box, clip_after, frame_after) && !(clip_after && score < 0);
    }

private:
    TRADEWIND_PORTABLE bool apply(BoxCorners &box, bool clips, bool frames) const
    {
        if (clips) box = clip(box, window);
        if (clips && !(area(box) > 0)) return false;
        if (frames) box = in_frame(box, window);
        return true;
    }
};

// For each picture and set, `capacity` entries, a multiple of four. Entries with a key of 0 are none.
struct Kept {
    std::uint32_t *keys = nullptr;
    AlignedBox *boxes = nullptr;
    int *rows = nullptr;
    int capacity = 0;
};

struct SuppressArguments {
    Candidates candidates;
    CandidateBoxes boxes;
    BoxRules rules;
    float iou_threshold = 0;
    int most = 0; // of a set, at most kept.capacity
    Kept kept;    // written
};

void suppress(Stream stream, const SuppressArguments &arguments);

} // namespace tradewind::cuda
