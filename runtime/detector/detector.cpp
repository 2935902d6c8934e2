// SPDX-License-Identifier: Apache-2.0
// Picture in, detections out.
#include "detector/detector.h"

#include "detector/plan.h"
#include "detector/state.h"
#include "tensor/clock.h"
#include "tensor/error.h"

#include <new>

namespace tradewind {
namespace {

// State is private to Detector.
template <class State> Executable &plan_for(State &state, ImageSize size)
{
    if (Executable *plan = state.plans.find(size)) return *plan;
    const auto make_room = [&](std::size_t bytes) { state.plans.make_room(bytes); };
    auto plan = compile(detection_graph(state.model, size, state.options), *state.target, state.options, state.shared,
                        make_room);
    release_pages(state.model.weights); // what was read beside what was meant
    return state.plans.insert(size, std::move(plan));
}

} // namespace

Detector::Detector(Model model, std::unique_ptr<Target> target, DetectorOptions options)
    : state_(std::make_unique<State>(std::move(model), std::move(target), std::move(options)))
{
}
Detector::~Detector() = default;

const Model &Detector::model() const { return state_->model; }
const Target &Detector::target() const { return *state_->target; }

std::vector<Detection> Detector::detect(const Picture &picture, StageTimes *times, Timeline *timeline)
try {
    require_meta_architecture(state_->model);
    const ImageSize original{picture.height, picture.width};
    Executable &plan = plan_for(*state_, resized_size(state_->model, original));
    const double start = milliseconds_now();
    plan.resize_into(0, picture, resize_method(state_->model));
    const double resized = milliseconds_now();
    const RunTimes run = plan.run(timeline ? &timeline->nodes : nullptr);
    const double computed = milliseconds_now();
    const Tensor boxes = plan.read(0), scores = plan.read(1), classes = plan.read(2), count = plan.read(3);
    const double copied = milliseconds_now();
    auto detections = to_detections(state_->model, original, boxes, scores, classes, count);
    const double end = milliseconds_now();
    if (times) {
        times->preprocess = resized - start;
        times->upload = 0;
        times->network = run.network;
        times->download = copied - computed;
        times->postprocess = run.postprocess + end - copied;
    }
    if (timeline) {
        timeline->spans = {{"resize", start, resized}, {"download", computed, copied}, {"postprocess", copied, end}};
        timeline->placements = plan.placements();
    }
    return detections;
} catch (const std::bad_alloc &) {
    throw Error(ErrorCode::resource, "there is not enough memory for this network at this picture size");
}

std::vector<Placement> Detector::placements(ImageSize picture)
{
    require_meta_architecture(state_->model);
    return plan_for(*state_, resized_size(state_->model, picture)).placements();
}

PlanStatistics Detector::plan_statistics() const
{
    return {state_->plans.count(), state_->plans.activation_bytes(), state_->shared ? state_->shared->bytes() : 0};
}

} // namespace tradewind
