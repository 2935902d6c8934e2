// SPDX-License-Identifier: Apache-2.0
// detect_from_logits: suppression in globally descending order of scores, which decodes only the boxes it meets and
// ends when enough are kept. Within a class that is the order of the plain kernel, and classes do not see one another.
#include "targets/onednn/candidates.h"
#include "targets/onednn/kernels.h"

#include "ops/box_arithmetic.h"

#include <algorithm>
#include <limits>

namespace tradewind::onednn {
namespace {

// What has been kept of each class, as chains through one array.
class Kept {
public:
    explicit Kept(std::size_t classes) : heads_(classes), counts_(classes) {}

    void clear()
    {
        boxes_.clear();
        std::fill(heads_.begin(), heads_.end(), none);
        std::fill(counts_.begin(), counts_.end(), 0);
    }

    std::int64_t count(std::size_t label) const { return counts_[label]; }

    bool covers(std::size_t label, const BoxCorners &box, float iou_threshold) const
    {
        for (std::int32_t i = heads_[label]; i != none; i = boxes_[static_cast<std::size_t>(i)].next)
            if (iou(boxes_[static_cast<std::size_t>(i)].box, box) > iou_threshold) return true;
        return false;
    }

    void add(std::size_t label, const BoxCorners &box)
    {
        boxes_.push_back({box, heads_[label]});
        heads_[label] = static_cast<std::int32_t>(boxes_.size() - 1);
        ++counts_[label];
    }

private:
    struct Link {
        BoxCorners box;
        std::int32_t next;
    };

    static constexpr std::int32_t none = -1;
    std::vector<Link> boxes_;
    std::vector<std::int32_t> heads_;
    std::vector<std::int64_t> counts_;
};

class DetectionKernel final : public Kernel {
public:
    explicit DetectionKernel(const KernelRequest &request)
        : encodings_(request.inputs[0].floats()), anchors_(request.inputs[1].floats()),
          logits_(request.inputs[2].floats()), rows_(request.inputs[2].shape[1]),
          classes_(request.inputs[2].shape[2] - 1), outputs_(request.outputs),
          iou_threshold_(static_cast<float>(request.attributes().real("iou_threshold"))),
          max_per_class_(request.attributes().integer("max_per_class")),
          max_total_(request.attributes().integer("max_total")), clip_(request.attributes().integer("clip") != 0),
          clip_after_(request.attributes().text("generation") == "g3"),
          stream_(rows_, classes_ + 1, static_cast<float>(request.attributes().real("score_threshold"))),
          kept_(static_cast<std::size_t>(classes_))
    {
        std::copy_n(request.attributes().reals("scales").begin(), 4, scales_);
        const auto &ids = request.attributes().integers("classes");
        wanted_.assign(static_cast<std::size_t>(classes_), ids.empty());
        for (const auto id : ids) wanted_[static_cast<std::size_t>(id - 1)] = true;
        wanted_classes_ = std::count(wanted_.begin(), wanted_.end(), true);
    }

    void run() override
    {
        clear_outputs();
        kept_.clear();
        full_classes_ = 0;
        stream_.start(logits_);
        while (wants_more() && stream_.next())
            for (const Candidate &candidate : stream_.chunk()) {
                if (!wants_more()) break;
                consider(candidate);
            }
        outputs_[3].floats()[0] = static_cast<float>(written_);
    }

    std::string implementation() const override { return "logit order"; }

private:
    bool wants_more() const { return written_ < max_total_ && full_classes_ < wanted_classes_; }

    void consider(const Candidate &candidate)
    {
        const auto label = static_cast<std::size_t>(candidate.place() / static_cast<std::uint32_t>(rows_));
        const std::int64_t row = candidate.place() % static_cast<std::uint32_t>(rows_);
        if (!wanted_[label] || kept_.count(label) == max_per_class_) return;
        BoxCorners box = decode_box(encodings_ + 4 * row, anchors_ + 4 * row, scales_);
        if (clip_ && !clip_after_) {
            box = clip_to_unit(box);
            if (!(area(box) > 0)) return;
        }
        const BoxCorners corners = ordered(box);
        if (kept_.covers(label, corners, iou_threshold_)) return;
        kept_.add(label, corners);
        full_classes_ += kept_.count(label) == max_per_class_;
        if (clip_ && clip_after_) {
            box = clip_to_unit(box);
            if (!(area(box) > 0)) return; // has had its place among those of its class all the same
        }
        write(box, candidate.score(), label);
    }

    void write(const BoxCorners &box, float score, std::size_t label)
    {
        float *to = outputs_[0].floats() + 4 * written_;
        to[0] = box.ymin;
        to[1] = box.xmin;
        to[2] = box.ymax;
        to[3] = box.xmax;
        outputs_[1].floats()[written_] = score;
        outputs_[2].floats()[written_] = static_cast<float>(label + 1);
        ++written_;
    }

    void clear_outputs()
    {
        written_ = 0;
        std::fill_n(outputs_[0].floats(), 4 * max_total_, 0.0f);
        std::fill_n(outputs_[1].floats(), max_total_, 0.0f);
        std::fill_n(outputs_[2].floats(), max_total_, 1.0f);
    }

    const float *encodings_, *anchors_, *logits_;
    std::int64_t rows_, classes_;
    std::vector<TensorView> outputs_;
    float scales_[4], iou_threshold_;
    std::int64_t max_per_class_, max_total_;
    bool clip_, clip_after_; // the third generation clips what the suppression has kept
    std::vector<bool> wanted_;
    std::int64_t wanted_classes_ = 0;
    CandidateStream stream_;
    Kept kept_;
    std::int64_t full_classes_ = 0, written_ = 0;
};

} // namespace

std::unique_ptr<Kernel> make_detection(const KernelRequest &request)
{
    if (request.node.op->name != "detect_from_logits") return nullptr;
    const Attributes &attributes = request.attributes();
    const bool known = attributes.text("mode") == "regular" && attributes.text("converter") == "sigmoid" &&
                       attributes.integer("max_per_class") > 0 && attributes.integer("change_frame") == 0 &&
                       attributes.reals("clip_window") == std::vector<double>{0, 0, 1, 1} &&
                       request.inputs[2].count() <= std::numeric_limits<std::uint32_t>::max();
    return known ? std::make_unique<DetectionKernel>(request) : nullptr;
}

} // namespace tradewind::onednn
