// SPDX-License-Identifier: Apache-2.0
// proposals: suppression in descending order of objectness, which decodes only the boxes it meets and ends when enough
// are kept.
#include "targets/onednn/candidates.h"
#include "targets/onednn/instruction_sets.h"
#include "targets/onednn/kernels.h"

#include "ops/box_arithmetic.h"

#include <algorithm>
#include <limits>

namespace tradewind::onednn {
namespace {

constexpr std::int64_t block = 16; // boxes that are compared before the first look at the result

// Ordered boxes, one array for each corner, filled up to whole blocks with boxes without area.
struct Columns {
    float *ymin, *xmin, *ymax, *xmax, *area;
};

// The arithmetic of iou(), on many boxes at once.
FOR_EACH_INSTRUCTION_SET bool covered(const Columns &kept, std::int64_t count, const BoxCorners &box, float threshold)
{
    const float own = area(box);
    if (own <= 0) return false;
    for (std::int64_t first = 0; first < count; first += block) {
        int hits = 0;
        for (std::int64_t i = first; i < first + block; ++i) {
            const float height = std::max(std::min(kept.ymax[i], box.ymax) - std::max(kept.ymin[i], box.ymin), 0.0f);
            const float width = std::max(std::min(kept.xmax[i], box.xmax) - std::max(kept.xmin[i], box.xmin), 0.0f);
            const float intersection = height * width, both = kept.area[i] + own - intersection;
            hits += !(kept.area[i] <= 0) & (intersection / both > threshold);
        }
        if (hits) return true;
    }
    return false;
}

class ProposalKernel final : public Kernel {
public:
    explicit ProposalKernel(const KernelRequest &request)
        : encodings_(request.inputs[0].floats()), logits_(request.inputs[1].floats()),
          anchors_(request.inputs[2].floats()), rows_(request.inputs[2].shape[0]), outputs_(request.outputs),
          most_(outputs_[1].count()), iou_threshold_(static_cast<float>(request.attributes().real("iou_threshold"))),
          clip_after_(request.attributes().text("generation") == "g3"),
          // All anchors as the columns of one row: in order of place, and read without a break.
          differences_(static_cast<std::size_t>(rows_)),
          stream_(CandidateStream::Values::logits, {differences_.data()}, rows_,
                  static_cast<float>(request.attributes().real("score_threshold"))),
          kept_(static_cast<std::size_t>(5 * padded()))
    {
        std::copy_n(request.attributes().reals("scales").begin(), 4, scales_);
        const auto &window = request.attributes().reals("window");
        const auto at = [&](std::size_t i) { return static_cast<float>(window[i]); };
        window_ = {at(0), at(1), at(2), at(3)};
    }

    void run() override
    {
        clear();
        for (std::int64_t i = 0; i < rows_; ++i)
            differences_[static_cast<std::size_t>(i)] = logits_[2 * i + 1] - logits_[2 * i];
        stream_.start(1);
        while (count_ < most_ && stream_.next())
            for (const Candidate &candidate : stream_.chunk()) {
                if (count_ == most_) break;
                consider(candidate);
            }
        outputs_[2].floats()[0] = static_cast<float>(written_);
    }

    std::string implementation() const override { return "logit order"; }

private:
    std::int64_t padded() const { return (most_ + block - 1) / block * block; }

    Columns columns()
    {
        float *first = kept_.data();
        const std::int64_t length = padded();
        return {first, first + length, first + 2 * length, first + 3 * length, first + 4 * length};
    }

    void consider(const Candidate &candidate)
    {
        const std::int64_t row = candidate.place();
        BoxCorners box = decode_box(encodings_ + 4 * row, anchors_ + 4 * row, scales_);
        if (!clip_after_ && !clipped(box)) return;
        const BoxCorners corners = ordered(box);
        if (covered(columns(), count_, corners, iou_threshold_)) return;
        keep(corners);
        if (clip_after_ && !clipped(box)) return; // has had its place all the same
        write(in_frame(box, window_), candidate.score(), row);
    }

    bool clipped(BoxCorners &box) const
    {
        box = clip(box, window_);
        return area(box) > 0;
    }

    void keep(const BoxCorners &box)
    {
        const Columns to = columns();
        to.ymin[count_] = box.ymin;
        to.xmin[count_] = box.xmin;
        to.ymax[count_] = box.ymax;
        to.xmax[count_] = box.xmax;
        to.area[count_] = area(box);
        ++count_;
    }

    void write(const BoxCorners &box, float score, std::int64_t row)
    {
        store(box, outputs_[0].floats() + 4 * written_);
        outputs_[1].floats()[written_] = score;
        outputs_[3].floats()[written_] = static_cast<float>(row);
        ++written_;
    }

    void clear()
    {
        count_ = written_ = 0;
        std::fill(kept_.begin(), kept_.end(), 0.0f);
        std::fill_n(outputs_[0].floats(), 4 * most_, 0.0f);
        std::fill_n(outputs_[1].floats(), most_, 0.0f);
        std::fill_n(outputs_[3].floats(), most_, -1.0f);
    }

    const float *encodings_, *logits_, *anchors_;
    std::int64_t rows_;
    std::vector<TensorView> outputs_;
    std::int64_t most_;
    float scales_[4], iou_threshold_;
    bool clip_after_; // the third generation clips what the suppression has kept
    BoxCorners window_;
    std::vector<float> differences_;
    CandidateStream stream_;
    std::vector<float> kept_;
    std::int64_t count_ = 0, written_ = 0;
};

} // namespace

std::unique_ptr<Kernel> make_proposals(const KernelRequest &request)
{
    if (request.node.op->name != "proposals" || request.inputs[2].shape[0] > std::numeric_limits<std::uint32_t>::max())
        return nullptr;
    return std::make_unique<ProposalKernel>(request);
}

} // namespace tradewind::onednn
