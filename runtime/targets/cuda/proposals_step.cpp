// SPDX-License-Identifier: Apache-2.0
// proposals: one set of candidates, decoded when suppression looks at them.
#include "targets/cuda/suppression_steps.h"

namespace tradewind::cuda {
namespace {

class ProposalsStep final : public Step {
public:
    explicit ProposalsStep(const StepRequest &request)
        : workspace_(request.context.workspace),
          plan_(suppression_plan(request, request.inputs[2].shape[0], 1, request.attributes().integer("max_proposals")))
    {
        const DeviceView &codes = request.inputs[0], &logits = request.inputs[1];
        ranking_.storage = logits.storage;
        ranking_.values = maps_in(logits);
        ranking_.columns = 2;
        ranking_.logits = true;
        ranking_.score_threshold = static_cast<float>(request.attributes().real("score_threshold"));
        CandidateBoxes &boxes = plan_.suppression.boxes;
        boxes.storage = codes.storage;
        boxes.boxes = maps_in(codes);
        boxes.anchors = maps_in(request.inputs[2]);
        std::copy_n(request.attributes().reals("scales").begin(), 4, boxes.scales);
        const bool clip_after = request.attributes().text("generation") == "g3";
        plan_.suppression.rules = {!clip_after, false, clip_after, true,
                                   corners_of(request.attributes().reals("window"))};
        set_results(request);
        Layout layout;
        plan_.place(layout);
        workspace_->need(layout.bytes());
    }

    void run(Stream stream) override
    {
        Layout layout(workspace_->data());
        plan_.place(layout);
        ranking_.candidates = plan_.suppression.candidates;
        rank_objectness(stream, ranking_);
        plan_.run(stream);
    }

    std::string implementation() const override { return "cuda suppression by tiles"; }

private:
    void set_results(const StepRequest &request)
    {
        DetectionArguments &results = plan_.results;
        results.most = counted(request, request.outputs[1].count());
        results.boxes = maps_out(request.outputs[0]);
        results.scores = maps_out(request.outputs[1]);
        results.count = maps_out(request.outputs[2]);
        results.rows = maps_out(request.outputs[3]);
    }

    std::shared_ptr<Workspace> workspace_;
    SuppressionPlan plan_;
    RankArguments ranking_;
};

} // namespace

std::unique_ptr<Step> make_proposals_step(const StepRequest &request)
{
    if (request.node.op->name != "proposals") return nullptr;
    return std::make_unique<ProposalsStep>(request);
}

} // namespace tradewind::cuda
