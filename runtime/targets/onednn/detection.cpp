// SPDX-License-Identifier: Apache-2.0
// detect_from_logits and multiclass_nms: suppression in globally descending order of scores, which looks only at the
// boxes it meets and ends when enough are kept.
#include "targets/onednn/candidates.h"
#include "targets/onednn/kernels.h"
#include "targets/onednn/selection.h"

#include "ops/box_arithmetic.h"
#include "ops/crop_sampling.h"

#include <algorithm>
#include <limits>

namespace tradewind::onednn {
namespace {

// Calls offer(row, label, score) for the candidates of a stream, as long as they are wanted.
template <class Offer> void select(CandidateStream &stream, Selection &selection, std::int64_t rows, Offer offer)
{
    while (selection.wants_more() && stream.next())
        for (const Candidate &candidate : stream.chunk()) {
            if (!selection.wants_more()) break;
            const auto label = static_cast<std::size_t>(candidate.place() / static_cast<std::uint32_t>(rows));
            const std::int64_t row = candidate.place() % static_cast<std::uint32_t>(rows);
            if (selection.open(label)) offer(row, label, candidate.score());
        }
    selection.finish();
}

class DetectionKernel final : public Kernel {
public:
    explicit DetectionKernel(const KernelRequest &request)
        : encodings_(request.inputs[0].floats()), anchors_(request.inputs[1].floats()),
          logits_(request.inputs[2].floats()), rows_(request.inputs[2].shape[1]),
          stream_(CandidateStream::Values::logits, rows_, 1, request.inputs[2].shape[2] - 1,
                  static_cast<float>(request.attributes().real("score_threshold"))),
          selection_(request.attributes(), request.inputs[2].shape[2] - 1, request.outputs)
    {
        std::copy_n(request.attributes().reals("scales").begin(), 4, scales_);
    }

    void run() override
    {
        selection_.start();
        stream_.start(logits_, rows_);
        select(stream_, selection_, rows_, [this](std::int64_t row, std::size_t label, float score) {
            selection_.offer(decode_box(encodings_ + 4 * row, anchors_ + 4 * row, scales_), score, label);
        });
    }

    std::string implementation() const override { return "logit order"; }

private:
    const float *encodings_, *anchors_, *logits_;
    std::int64_t rows_;
    float scales_[4];
    CandidateStream stream_;
    Selection selection_;
};

class SuppressionKernel final : public Kernel {
public:
    explicit SuppressionKernel(const KernelRequest &request)
        : inputs_(request.inputs), rows_(inputs_[1].shape[1]), classes_(inputs_[1].shape[2]),
          stream_(CandidateStream::Values::scores, rows_, 0, classes_,
                  static_cast<float>(request.attributes().real("score_threshold"))),
          selection_(request.attributes(), classes_, request.outputs)
    {
    }

    void run() override
    {
        const bool own_boxes = inputs_[0].shape.size() == 4;
        selection_.start();
        stream_.start(inputs_[1].floats(), inputs_.size() == 3 ? live_rows(inputs_[2], rows_) : rows_);
        const auto offer = [&](std::int64_t row, std::size_t label, float) {
            const std::int64_t place = row * classes_ + static_cast<std::int64_t>(label);
            selection_.offer(corners_at(inputs_[0].floats() + 4 * (own_boxes ? place : row)),
                             inputs_[1].floats()[place], label);
        };
        select(stream_, selection_, rows_, offer);
    }

    std::string implementation() const override { return "score order"; }

private:
    std::vector<TensorView> inputs_;
    std::int64_t rows_, classes_;
    CandidateStream stream_;
    Selection selection_;
};

} // namespace

std::unique_ptr<Kernel> make_detection(const KernelRequest &request)
{
    const std::string &op = request.node.op->name;
    if (op != "detect_from_logits" && op != "multiclass_nms") return nullptr;
    const Attributes &attributes = request.attributes();
    const TensorView &scores = request.inputs[op == "multiclass_nms" ? 1 : 2];
    if (attributes.text("mode") != "regular" || scores.count() > std::numeric_limits<std::uint32_t>::max())
        return nullptr;
    if (op == "multiclass_nms") return std::make_unique<SuppressionKernel>(request);
    return attributes.text("converter") == "sigmoid" ? std::make_unique<DetectionKernel>(request) : nullptr;
}

} // namespace tradewind::onednn
