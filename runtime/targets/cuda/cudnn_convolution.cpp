// SPDX-License-Identifier: Apache-2.0
// Choosing plans and keeping them.
#include "targets/cuda/cudnn_convolution.h"

#include "targets/cuda/cudnn_measurement.h"
#include "targets/cuda/faults.h"
#include "tensor/error.h"

#include <algorithm>
#include <iterator>

namespace tradewind::cuda {
namespace {

// Where the activation is ours.
constexpr const char *mark = ", then activated";

class CudnnConvolution final : public Convolution {
public:
    CudnnConvolution(cudnnHandle_t handle, std::shared_ptr<const ConvolutionPlan> plan)
        : handle_(handle), plan_(std::move(plan))
    {
    }

    void run(Stream stream, const ConvolutionArguments &arguments) override
    {
        execute(*plan_, handle_, stream, arguments);
    }
    std::size_t workspace_bytes() const override { return plan_->workspace_bytes; }
    std::string implementation() const override
    {
        return "cudnn engine " + plan_->engine.substr(0, plan_->engine.find(' ')) +
               (plan_->form.after == Activation::none ? "" : mark) + (plan_->compiled ? ", compiled" : "") +
               (plan_->transforms ? ", by transforms" : "");
    }

private:
    cudnnHandle_t handle_;
    std::shared_ptr<const ConvolutionPlan> plan_;
};

// Of each form: those that cuDNN brings, and those that it compiles.
constexpr std::size_t most_measured = 24, most_compiled = 3;
constexpr std::size_t most_kept = 2000; // plans

// Compiling takes up to seconds for each; it is worth that only where what cuDNN brings lacks the activation.
std::size_t compiled_to_measure(const ConvolutionShape &shape)
{
    return shape.activation == Activation::relu6 ? most_compiled : 0;
}

std::vector<Candidate> candidates_to_measure(const Form &form, const PlanDevice &device, std::size_t compiled_room)
{
    std::vector<Candidate> chosen;
    std::size_t brought = 0, compiled = 0;
    for (const auto proposals : {Proposals::predicted, Proposals::fallback})
        for (Candidate &candidate : propose(form, device, proposals)) {
            const bool room = candidate.compiled ? compiled++ < compiled_room : brought++ < most_measured;
            if (room && !candidate.transforms) chosen.push_back(std::move(candidate));
        }
    return chosen;
}

// That of the plan, marked.
std::string engine_of(const ConvolutionPlan &plan)
{
    return plan.engine + (plan.form.after == Activation::none ? "" : mark);
}

// The candidate of what engine_of() gave; the text comes from a file, and may be that of none.
std::optional<Candidate> candidate_of(const std::string &text, const ConvolutionShape &shape, const PlanDevice &device)
try {
    const bool activated = text.ends_with(mark);
    const std::string engine = activated ? text.substr(0, text.size() - std::string(mark).size()) : text;
    for (const Form &form : forms_of(shape))
        if ((form.after != Activation::none) == activated) return find_candidate(form, device, engine);
    return std::nullopt;
} catch (const Error &) {
    return std::nullopt;
}

// Null where nothing that can be used is kept.
std::shared_ptr<const ConvolutionPlan> kept_plan(const PlanCache &cache, const std::string &key,
                                                 const ConvolutionShape &shape, const PlanDevice &device)
{
    const auto known = cache.find(key);
    if (!known) return nullptr;
    const auto candidate = candidate_of(known->engine, shape, device);
    if (!candidate) return nullptr;
    if (candidate->compiled)
        if (const std::string text = cache.compiled(key, known->engine); !text.empty())
            if (auto plan = restore_plan(*candidate, device, text)) return plan;
    return build_plan(*candidate, device);
}

void keep_plan(PlanCache &cache, const std::string &key, const Measured &best)
{
    cache.keep(key, {engine_of(*best.plan), best.microseconds});
    if (best.plan->compiled) cache.keep_compiled(key, engine_of(*best.plan), text_of(*best.plan));
}

std::shared_ptr<const ConvolutionPlan> first_plan(const std::vector<Candidate> &candidates, const PlanDevice &device)
{
    for (const Candidate &candidate : candidates)
        if (auto plan = build_plan(candidate, device)) return plan;
    return nullptr;
}

} // namespace

std::shared_ptr<const ConvolutionPlan> predicted_plan(const ConvolutionShape &shape, const PlanDevice &device)
try {
    const std::size_t plain = plain_workspace(shape);
    std::vector<Candidate> large, transforming;
    for (const auto proposals : {Proposals::predicted, Proposals::fallback})
        for (const Form &form : forms_of(shape))
            for (Candidate &candidate : propose(form, device, proposals)) {
                const auto plan = candidate.transforms ? nullptr : build_plan(candidate, device);
                if (plan && plan->workspace_bytes <= plain) return plan;
                if (plan || candidate.transforms) (plan ? large : transforming).push_back(std::move(candidate));
            }
    if (auto plan = first_plan(large, device)) return plan;
    if (auto plan = first_plan(transforming, device)) return plan;
    throw Error(ErrorCode::failed, "cuDNN has no engine for it: a newer cuDNN, another --precision or --target cpu may "
                                   "help");
} catch (const Error &error) {
    throw error.within("convolution " + to_string(shape));
}

CudnnConvolutions::CudnnConvolutions(cudnnHandle_t handle, DeviceFacts facts)
    : device_{handle, {}}, facts_(std::move(facts))
{
}

std::unique_ptr<Convolution> CudnnConvolutions::make(const ConvolutionShape &shape, const ConvolutionChoice &choice)
{
    Plan &plan = plans_[{shape, choice.by}];
    if (!plan && choice.by == ConvolutionChoice::By::measurement) plan = measured(shape, choice.cache_folder);
    if (!plan) plan = predicted_plan(shape, device_);
    forget(cudaPeekAtLastError()); // which engines that cannot be built leave behind
    auto convolution = std::make_unique<CudnnConvolution>(device_.handle, plan);
    if (plans_.size() > most_kept) forget_unused();
    return convolution;
}

CudnnConvolutions::Plan CudnnConvolutions::measured(const ConvolutionShape &shape, const std::string &cache_folder)
{
    PlanCache cache(cache_folder);
    const std::string key = plan_key(facts_, shape);
    if (auto plan = kept_plan(cache, key, shape, device_)) return plan;
    std::vector<Candidate> all;
    for (const Form &form : forms_of(shape)) {
        auto found = candidates_to_measure(form, device_, compiled_to_measure(shape));
        std::move(found.begin(), found.end(), std::back_inserter(all));
    }
    const Measured best = fastest(all, shape, device_);
    if (best.plan) keep_plan(cache, key, best);
    return best.plan;
}

void CudnnConvolutions::forget_unused()
{
    std::erase_if(plans_, [](const auto &plan) { return plan.second.use_count() == 1; });
}

} // namespace tradewind::cuda
