// SPDX-License-Identifier: Apache-2.0
// Picture in, detections out.
#include "detector/detector.h"

#include "detector/batch.h"
#include "detector/precision_choice.h"
#include "detector/process_limit.h"
#include "detector/state.h"
#include "tensor/error.h"

#include <new>
#include <utility>

namespace tradewind {
namespace {

DetectorOptions taken_by(const Target &target, const Model &model, DetectorOptions options)
{
    require_ranges(model, options.precision);
    if (const auto why = target.refuses(options.precision, 1); !why.empty()) throw Error(ErrorCode::usage, why);
    if (!target.refuses(options.precision, 2).empty()) options.batch = 1; // one after the other, whatever is asked for
    if (const auto why = target.refuses(options.precision, options.batch); !why.empty())
        throw Error(ErrorCode::usage, why);
    return options;
}

// Ranges of a version with other passes may name values that are not there any more. State is private to Detector.
template <class State> void say_unknown_ranges(const State &state, const Graph &graph)
{
    if (state.options.precision != Precision::int8 || !state.options.log) return;
    const auto unknown = unknown_names(state.model.quantisation, graph);
    if (unknown.empty()) return;
    state.options.log(std::to_string(unknown.size()) + " of " + std::to_string(state.model.quantisation.ranges.size()) +
                      " ranges of the model are of values that its network does not have, the first of them '" +
                      *unknown.begin() + "': 'tradewind model quantise' makes new ones");
}

template <class State> Executable &plan_for(State &state, ImageSize size)
{
    if (Executable *plan = state.plans.find(size)) return *plan;
    const std::lock_guard lock(*state.compiling);
    if (state.options.process_memory > 0 && state.options.arena)
        make_room_in_process(state.model, *state.target, state.options, size, state.shared.get(), state.plans);
    const auto make_room = [&](std::size_t bytes) { state.plans.make_room(bytes); };
    Graph graph = detection_graph(state.model, size, state.options);
    if (state.plans.count() == 0) say_unknown_ranges(state, graph);
    auto plan = compile(std::move(graph), *state.target, state.options, state.shared, make_room);
    release_pages(state.model.weights); // what was read beside what was meant
    if (const std::string algorithms = plan->algorithms(); !algorithms.empty()) state.algorithms.insert(algorithms);
    return state.plans.insert(size, std::move(plan));
}

// What a smaller batch would help.
[[noreturn]] void out_of_memory(std::size_t batch, const std::string &why, const std::string &context)
{
    throw Error(ErrorCode::resource,
                why + (batch > 1 ? "; it is for " + std::to_string(batch) + " pictures at once: lower --batch" : ""),
                context);
}

} // namespace

Detector::Detector(Model model, std::shared_ptr<Target> target, DetectorOptions options)
    : state_(std::make_unique<State>(std::move(model), std::move(target), std::move(options)))
{
    state_->options = taken_by(*state_->target, state_->model, std::move(state_->options));
}
Detector::Detector(std::unique_ptr<State> state) : state_(std::move(state)) {}
Detector::~Detector() = default;

std::unique_ptr<Detector> Detector::twin(std::shared_ptr<Arena> arena) const
{
    DetectorOptions options = state_->options;
    options.arena = std::move(arena);
    options.log = {};
    return std::unique_ptr<Detector>(new Detector(
        std::make_unique<State>(state_->model, state_->target, std::move(options), state_->shared, state_->compiling)));
}

const Model &Detector::model() const { return state_->model; }
const Target &Detector::target() const { return *state_->target; }
const DetectorOptions &Detector::options() const { return state_->options; }

DetectionList Detector::detect(const Picture &picture, StageTimes *times, Timeline *timeline)
{
    const Picture *const only = &picture;
    std::vector<StageTimes> all;
    auto found = detect(std::span(&only, 1), &all, timeline);
    if (times) {
        all.front().decode = times->decode;
        all.front().total = times->total;
        *times = all.front();
    }
    return std::move(found.front());
}

std::vector<DetectionList> Detector::detect(std::span<const Picture> pictures, std::vector<StageTimes> *times,
                                            Timeline *timeline)
{
    std::vector<const Picture *> each;
    for (const auto &picture : pictures) each.push_back(&picture);
    return detect(each, times, timeline);
}

std::vector<DetectionList> Detector::detect(std::span<const Picture *const> pictures, std::vector<StageTimes> *times,
                                            Timeline *timeline)
try {
    require_meta_architecture(state_->model);
    BatchResult result{std::vector<DetectionList>(pictures.size()), std::vector<StageTimes>(pictures.size())};
    for (const PicturesTogether &together : grouped(state_->model, pictures, state_->options.batch)) {
        Executable &plan = plan_for(*state_, together.resized);
        detect_together(state_->model, plan, pictures, together, result, std::exchange(timeline, nullptr));
    }
    if (times) *times = std::move(result.times);
    return std::move(result.found);
} catch (const std::bad_alloc &) {
    out_of_memory(state_->options.batch, "there is not enough memory for this network at this picture size", "");
} catch (const Error &error) {
    if (error.code() != ErrorCode::resource) throw;
    out_of_memory(state_->options.batch, error.message(), error.context());
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

const std::set<std::string> &Detector::algorithms() const { return state_->algorithms; }

} // namespace tradewind
