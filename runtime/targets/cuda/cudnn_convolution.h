// SPDX-License-Identifier: Apache-2.0
// Convolutions by cuDNN's graph API: products, bias, residual and activation in one plan.
#pragma once

#include "targets/cuda/cudnn_plan.h"
#include "targets/cuda/device.h"
#include "targets/cuda/plan_cache.h"

#include <map>
#include <memory>

namespace tradewind::cuda {

// The convolutions of one device. Those of equal shape share a plan, which is kept for later: building one takes tenths
// of a second. Not thread-safe.
class CudnnConvolutions {
public:
    // The handle must outlive this and all that was made. Each run sets the handle's stream.
    CudnnConvolutions(cudnnHandle_t handle, DeviceFacts facts);

    // As Device::make_convolution. cuDNN's first proposal is its prediction. Measuring takes seconds for each shape
    // that the cache does not know, and is done by prediction where memory for it does not suffice.
    std::unique_ptr<Convolution> make(const ConvolutionShape &shape, const ConvolutionChoice &choice);

private:
    using Plan = std::shared_ptr<const ConvolutionPlan>;
    using Key = std::pair<ConvolutionShape, ConvolutionChoice::By>;

    Plan measured(const ConvolutionShape &shape, const std::string &cache_folder);
    void forget_unused();

    PlanDevice device_;
    DeviceFacts facts_;
    std::map<Key, Plan> plans_;
};

// The plan of the first engine that can be built, in the order of forms_of() and of heuristics; one that transforms, or
// wants much workspace, only where there is no other. Throws Error(failed), naming the shape, where there is none.
std::shared_ptr<const ConvolutionPlan> predicted_plan(const ConvolutionShape &shape, const PlanDevice &device);

} // namespace tradewind::cuda
