// SPDX-License-Identifier: Apache-2.0
// Choosing plans and keeping them.
#include "targets/cuda/cudnn_convolution.h"

#include "targets/cuda/cudnn_measurement.h"
#include "tensor/error.h"

namespace tradewind::cuda {
namespace {

class CudnnConvolution final : public Convolution {
public:
    CudnnConvolution(cudnnHandle_t handle, const ConvolutionShape &shape, std::shared_ptr<const ConvolutionPlan> plan)
        : handle_(handle), shape_(shape), plan_(std::move(plan))
    {
    }

    void run(Stream stream, const ConvolutionArguments &arguments) override
    {
        execute(*plan_, shape_, handle_, stream, arguments);
    }
    std::size_t workspace_bytes() const override { return plan_->workspace_bytes; }
    std::string implementation() const override
    {
        return "cudnn engine " + plan_->engine.substr(0, plan_->engine.find(' ')) +
               (plan_->transforms ? ", by transforms" : "");
    }

private:
    cudnnHandle_t handle_;
    ConvolutionShape shape_;
    std::shared_ptr<const ConvolutionPlan> plan_;
};

std::shared_ptr<const ConvolutionPlan> first_plan(const std::vector<Candidate> &candidates, bool transforms,
                                                  const PlanDevice &device)
{
    for (const Candidate &candidate : candidates)
        if (candidate.transforms == transforms)
            if (auto plan = build_plan(candidate, device)) return plan;
    return nullptr;
}

constexpr std::size_t most_measured = 16; // candidates of each kind: building some takes a second
constexpr std::size_t most_kept = 2000;   // plans

std::vector<Candidate> candidates_to_measure(const Descriptor &graph, const ConvolutionShape &shape,
                                             const PlanDevice &device)
{
    std::vector<Candidate> all;
    for (const auto proposals : {Proposals::predicted, Proposals::fallback})
        for (Candidate &candidate : propose(graph, shape, device, proposals))
            if (!candidate.transforms && all.size() < most_measured) all.push_back(std::move(candidate));
    return all;
}

} // namespace

std::shared_ptr<const ConvolutionPlan> predicted_plan(const ConvolutionShape &shape, const PlanDevice &device)
{
    const Descriptor graph = operation_graph(shape, device);
    std::vector<Candidate> all;
    for (const auto proposals : {Proposals::predicted, Proposals::fallback}) {
        auto found = propose(graph, shape, device, proposals);
        if (auto plan = first_plan(found, false, device)) return plan;
        std::move(found.begin(), found.end(), std::back_inserter(all));
    }
    if (auto plan = first_plan(all, true, device)) return plan;
    throw Error(ErrorCode::failed, "cuDNN has no engine for the convolution " + to_string(shape) +
                                       ": a newer cuDNN, another --precision or --target cpu may help");
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
    auto convolution = std::make_unique<CudnnConvolution>(device_.handle, shape, plan);
    if (plans_.size() > most_kept) forget_unused();
    return convolution;
}

CudnnConvolutions::Plan CudnnConvolutions::measured(const ConvolutionShape &shape, const std::string &cache_folder)
{
    PlanCache cache(cache_folder);
    const std::string key = plan_key(facts_, shape);
    const Descriptor graph = operation_graph(shape, device_);
    if (const auto known = cache.find(key))
        if (const auto candidate = find_candidate(graph, shape, device_, known->engine))
            if (auto plan = build_plan(*candidate, device_)) return plan;
    const Measured best = fastest(candidates_to_measure(graph, shape, device_), shape, device_);
    if (best.plan) cache.keep(key, {best.plan->engine, best.microseconds});
    return best.plan;
}

void CudnnConvolutions::forget_unused()
{
    std::erase_if(plans_, [](const auto &plan) { return plan.second.use_count() == 1; });
}

} // namespace tradewind::cuda
