// SPDX-License-Identifier: Apache-2.0
// proposals: every score and every box, then one suppression.
#include "targets/reference/kernels.h"

#include "targets/reference/non_max_suppression.h"

#include <algorithm>

namespace tradewind::reference {
namespace {

std::vector<Candidate> candidates_of(const Operation &operation)
{
    const auto &given = operation.attributes.reals("scales");
    const std::vector<float> scales(given.begin(), given.end());
    const auto threshold = static_cast<float>(operation.attributes.real("score_threshold"));
    const float *codes = operation.inputs[0].floats(), *logits = operation.inputs[1].floats(),
                *anchors = operation.inputs[2].floats();
    std::vector<Candidate> candidates;
    for (std::int64_t i = 0; i < operation.inputs[2].shape[0]; ++i)
        if (const float score = objectness(logits + 2 * i); score > threshold)
            candidates.push_back({decode_box(codes + 4 * i, anchors + 4 * i, scales.data()), score, i, 0});
    return candidates;
}

void write(const std::vector<Candidate> &kept, const BoxCorners &window, std::span<const TensorView> outputs)
{
    std::fill_n(outputs[0].floats(), outputs[0].count(), 0.0f);
    std::fill_n(outputs[1].floats(), outputs[1].count(), 0.0f);
    std::fill_n(outputs[3].floats(), outputs[3].count(), -1.0f);
    for (std::size_t i = 0; i < kept.size(); ++i) {
        store(in_frame(kept[i].box, window), outputs[0].floats() + 4 * i);
        outputs[1].floats()[i] = kept[i].score;
        outputs[3].floats()[i] = static_cast<float>(kept[i].row);
    }
    outputs[2].floats()[0] = static_cast<float>(kept.size());
}

} // namespace

void proposals(const Operation &operation)
{
    const auto &corners = operation.attributes.reals("window");
    const auto at = [&](std::size_t i) { return static_cast<float>(corners[i]); };
    const BoxCorners window{at(0), at(1), at(2), at(3)};
    const bool clip_after = operation.attributes.text("generation") == "g3";
    auto candidates = candidates_of(operation);
    if (!clip_after) clip_and_drop_empty(candidates, window);
    auto kept = suppress(std::move(candidates), static_cast<float>(operation.attributes.real("iou_threshold")),
                         operation.attributes.integer("max_proposals"));
    if (clip_after) clip_and_drop_empty(kept, window);
    write(kept, window, operation.outputs);
}

} // namespace tradewind::reference
