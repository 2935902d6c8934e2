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
        const DeviceView &logits = request.inputs[1];
        ranking_.storage = logits.storage;
        ranking_.values = maps_in(logits);
        ranking_.columns = 2;
        ranking_.logits = true;
        ranking_.score_threshold = static_cast<float>(request.attributes().real("score_threshold"));
        plan_.decode(request, request.inputs[2]);
        const bool clip_after = request.attributes().text("generation") == "g3";
        plan_.suppression.rules = {!clip_after, false, clip_after, true,
                                   corners_of(request.attributes().reals("window"))};
        plan_.write_to(request, request.outputs[2]);
        plan_.results.rows = maps_out(request.outputs[3]);
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
