// SPDX-License-Identifier: Apache-2.0
// detect_from_logits, detect_from_maps and multiclass_nms: suppression in globally descending order of scores, which
// looks only at the boxes it meets and ends when enough are kept.
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

// Where the codes and the logits of each box are, backgrounds left out.
struct Predictions {
    std::vector<const float *> codes, logits;
    std::int64_t classes;
    const float *anchors;
};

Predictions of_logits(const KernelRequest &request)
{
    const TensorView &codes = request.inputs[0], &logits = request.inputs[2];
    const std::int64_t rows = logits.shape[1], columns = logits.shape[2];
    return {rows_of(codes.floats(), rows, 4, 0), rows_of(logits.floats(), rows, columns, 1), columns - 1,
            request.inputs[1].floats()};
}

Predictions of_maps(const KernelRequest &request)
{
    const std::int64_t columns = request.attributes().integer("columns");
    Predictions all{{}, {}, columns - 1, request.inputs[0].floats()};
    for (const TensorView &map : std::span(request.inputs).subspan(1)) {
        const std::int64_t per_cell = map.shape[3] / (4 + columns), pixels = map.shape[1] * map.shape[2];
        for (std::int64_t p = 0; p < pixels; ++p)
            for (std::int64_t i = 0; i < per_cell; ++i) {
                const float *pixel = map.floats() + p * map.shape[3];
                all.codes.push_back(pixel + 4 * i);
                all.logits.push_back(pixel + 4 * per_cell + columns * i + 1);
            }
    }
    return all;
}

class DetectionKernel final : public Kernel {
public:
    DetectionKernel(const KernelRequest &request, Predictions predictions)
        : codes_(std::move(predictions.codes)), anchors_(predictions.anchors),
          stream_(CandidateStream::Values::logits, std::move(predictions.logits), predictions.classes,
                  static_cast<float>(request.attributes().real("score_threshold"))),
          selection_(request.attributes(), predictions.classes, request.outputs)
    {
        std::copy_n(request.attributes().reals("scales").begin(), 4, scales_);
    }

    void run() override
    {
        selection_.start();
        stream_.start(stream_.rows());
        select(stream_, selection_, stream_.rows(), [this](std::int64_t row, std::size_t label, float score) {
            selection_.offer(decode_box(codes_[static_cast<std::size_t>(row)], anchors_ + 4 * row, scales_), score,
                             label);
        });
    }

    std::string implementation() const override { return "logit order"; }

private:
    std::vector<const float *> codes_;
    const float *anchors_;
    float scales_[4];
    CandidateStream stream_;
    Selection selection_;
};

class SuppressionKernel final : public Kernel {
public:
    explicit SuppressionKernel(const KernelRequest &request)
        : inputs_(request.inputs), rows_(inputs_[1].shape[1]), classes_(inputs_[1].shape[2]),
          stream_(CandidateStream::Values::scores, rows_of(inputs_[1].floats(), rows_, classes_, 0), classes_,
                  static_cast<float>(request.attributes().real("score_threshold"))),
          selection_(request.attributes(), classes_, request.outputs)
    {
    }

    void run() override
    {
        const bool own_boxes = inputs_[0].shape.size() == 4;
        selection_.start();
        stream_.start(inputs_.size() == 3 ? live_rows(inputs_[2], rows_) : rows_);
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
    if (op != "detect_from_logits" && op != "detect_from_maps" && op != "multiclass_nms") return nullptr;
    const Attributes &attributes = request.attributes();
    std::int64_t numbers = 0;
    for (const TensorView &input : request.inputs) numbers += input.count();
    if (attributes.text("mode") != "regular" || numbers > std::numeric_limits<std::uint32_t>::max()) return nullptr;
    if (op == "multiclass_nms") return std::make_unique<SuppressionKernel>(request);
    if (attributes.text("converter") != "sigmoid") return nullptr;
    return std::make_unique<DetectionKernel>(request, op == "detect_from_maps" ? of_maps(request) : of_logits(request));
}

} // namespace tradewind::onednn
