// SPDX-License-Identifier: Apache-2.0
// detect_from_logits and multiclass_nms: a set of candidates for each class that is wanted ("regular"), or one of the
// best class of each row ("fast").
#include "targets/cuda/suppression_steps.h"

#include <limits>
#include <set>

namespace tradewind::cuda {
namespace {

// The wanted classes from 0, ascending; empty: all.
std::vector<int> wanted_classes(const Attributes &attributes)
{
    std::set<int> wanted;
    for (const auto id : attributes.integers("classes")) wanted.insert(static_cast<int>(id - 1));
    return {wanted.begin(), wanted.end()};
}

BoxRules rules_of(const Attributes &attributes, bool fast)
{
    const bool clips = attributes.integer("clip") != 0 && !fast, after = attributes.text("generation") == "g3",
               frames = clips && attributes.integer("change_frame") != 0;
    return {clips && !after, frames && !after, clips && after, frames && after,
            corners_of(attributes.reals("clip_window"))};
}

// Of one set. More than there are places for is never needed, unless clipping drops some of them later.
std::int64_t most_of_set(const Attributes &attributes, bool fast)
{
    const std::int64_t total = attributes.integer("max_total"), of_class = attributes.integer("max_per_class");
    if (fast) return total;
    return rules_of(attributes, fast).clip_after ? of_class : std::min(total, of_class);
}

class DetectionStep final : public Step {
public:
    explicit DetectionStep(const StepRequest &request)
        : workspace_(request.context.workspace), fast_(request.attributes().text("mode") == "fast"),
          wanted_(wanted_classes(request.attributes())), plan_(plan_of(request))
    {
        plan_.suppression.rules = rules_of(request.attributes(), fast_);
        plan_.rows_have_labels = fast_;
        ranking_.score_threshold = static_cast<float>(request.attributes().real("score_threshold"));
        if (request.node.op->name == "detect_from_logits")
            read_logits(request);
        else
            read_scores(request);
        plan_.write_to(request, request.outputs[3]);
        plan_.results.classes = maps_out(request.outputs[2]);
        upload_labels(request);
        Layout layout;
        place(layout);
        workspace_->need(layout.bytes());
    }

    void run(Stream stream) override
    {
        Layout layout(workspace_->data());
        place(layout);
        if (converts_) convert_scores(stream, conversion_);
        if (fast_)
            rank_rows(stream, ranking_, static_cast<const int *>(labels_.get()), static_cast<int>(wanted_.size()));
        else
            rank_classes(stream, ranking_);
        plan_.run(stream);
    }

    std::string implementation() const override { return "cuda suppression by tiles"; }

private:
    SuppressionPlan plan_of(const StepRequest &request) const
    {
        const bool logits = request.node.op->name == "detect_from_logits";
        const Shape &values = request.inputs[logits ? 2 : 1].shape;
        const std::int64_t classes = values[2] - logits;
        const std::int64_t sets = fast_ ? 1 : wanted_.empty() ? classes : static_cast<std::int64_t>(wanted_.size());
        return suppression_plan(request, values[1], sets, most_of_set(request.attributes(), fast_));
    }

    void read_logits(const StepRequest &request)
    {
        const DeviceView &logits = request.inputs[2];
        plan_.decode(request, request.inputs[1]);
        conversion_ = score_arguments(request, logits);
        // The softmax needs all of a row, and so does the choice of its best class.
        converts_ = fast_ || conversion_.converter == Converter::softmax;
        ranking_.storage = converts_ ? Storage::f32 : logits.storage;
        ranking_.values = maps_in(logits);
        ranking_.columns = conversion_.classes + !converts_;
        ranking_.skipped = !converts_;
        ranking_.logits = !converts_ && conversion_.converter == Converter::sigmoid;
    }

    void read_scores(const StepRequest &request)
    {
        const DeviceView &boxes = request.inputs[0], &scores = request.inputs[1];
        plan_.suppression.boxes.storage = boxes.storage;
        plan_.suppression.boxes.boxes = maps_in(boxes);
        plan_.suppression.boxes.boxes_of_row = boxes.shape.size() == 4 ? static_cast<int>(boxes.shape[2]) : 1;
        ranking_.storage = scores.storage;
        ranking_.values = maps_in(scores);
        ranking_.columns = static_cast<int>(scores.shape[2]);
        if (request.inputs.size() == 3) ranking_.counts = maps_in(request.inputs[2]);
    }

    void upload_labels(const StepRequest &request)
    {
        if (wanted_.empty()) return;
        const auto *first = reinterpret_cast<const std::byte *>(wanted_.data());
        const std::size_t bytes = wanted_.size() * sizeof(int);
        labels_ = request.context.weights->get(request.node.name + " classes " +
                                                   tradewind::to_string(*request.attributes().find("classes")),
                                               bytes, [&] { return std::vector<std::byte>(first, first + bytes); });
        if (!fast_) plan_.suppression.candidates.labels = static_cast<const int *>(labels_.get());
    }

    void place(Layout &layout)
    {
        plan_.place(layout);
        ranking_.candidates = plan_.suppression.candidates;
        if (!converts_) return;
        const std::int64_t count = std::int64_t{conversion_.rows} * conversion_.classes;
        conversion_.scores = {layout.take<float>(conversion_.pictures * count), count};
        ranking_.values = {conversion_.scores.data, count};
    }

    std::shared_ptr<Workspace> workspace_;
    bool fast_, converts_ = false;
    std::vector<int> wanted_;
    std::shared_ptr<void> labels_; // wanted_ on the device
    SuppressionPlan plan_;
    ScoreArguments conversion_;
    RankArguments ranking_;
};

} // namespace

std::unique_ptr<Step> make_detection_step(const StepRequest &request)
{
    const std::string &op = request.node.op->name;
    if (op != "detect_from_logits" && op != "multiclass_nms") return nullptr;
    return std::make_unique<DetectionStep>(request);
}

} // namespace tradewind::cuda
