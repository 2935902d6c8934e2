// SPDX-License-Identifier: Apache-2.0
// What the steps of detection ops have in common.
#pragma once

#include "targets/cuda/kernels/detections.h"
#include "targets/cuda/step.h"

namespace tradewind::cuda {

MapsIn maps_in(const DeviceView &view);
MapsOut maps_out(const DeviceView &view);
BoxCorners corners_of(const std::vector<double> &numbers);

// Throws Error(failed), naming the node, where more entries are asked for than kernels count.
int counted(const StepRequest &request, std::int64_t entries);

// All but the scores. Of an op with the attributes of convert_scores.
ScoreArguments score_arguments(const StepRequest &request, const DeviceView &logits);

// Arrays one after the other in the workspace, each aligned to 256 bytes; without a base it only counts.
class Layout {
public:
    explicit Layout(void *base = nullptr) : base_(static_cast<std::byte *>(base)) {}

    template <class T> T *take(std::int64_t count)
    {
        std::byte *const at = base_ ? base_ + bytes_ : nullptr;
        bytes_ += (static_cast<std::size_t>(count) * sizeof(T) + 255) / 256 * 256;
        return reinterpret_cast<T *>(at);
    }
    std::size_t bytes() const { return bytes_; }

private:
    std::byte *base_;
    std::size_t bytes_ = 0;
};

// Suppression and the writing of its results. Candidates, and what is kept of them, lie in the workspace.
struct SuppressionPlan {
    SuppressArguments suppression;
    DetectionArguments results; // its candidates and kept are those of the suppression
    bool rows_have_labels = false;

    // Codes are input 0 of the op, whose scales stand in its attributes.
    void decode(const StepRequest &request, const DeviceView &anchors);
    // Boxes and scores are outputs 0 and 1.
    void write_to(const StepRequest &request, const DeviceView &count);

    void place(Layout &layout);
    void run(Stream stream) const; // after the candidates were ranked
};

// For `sets` of `rows` each, of which at most `most` are kept.
SuppressionPlan suppression_plan(const StepRequest &request, std::int64_t rows, std::int64_t sets, std::int64_t most);

} // namespace tradewind::cuda
