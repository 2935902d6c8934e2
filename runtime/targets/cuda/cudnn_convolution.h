// SPDX-License-Identifier: Apache-2.0
// Convolutions by cuDNN's graph API: product, bias, residual and activation in one plan.
#pragma once

#include "targets/cuda/cudnn_plan.h"
#include "targets/cuda/device.h"

#include <map>
#include <memory>

namespace tradewind::cuda {

// The convolutions of one device. Those of equal shape share a plan, which is kept for later: building one takes tenths
// of a second. Not thread-safe.
class CudnnConvolutions {
public:
    // The handle must outlive this and all that was made; each run sets its stream.
    CudnnConvolutions(cudnnHandle_t handle, DeviceFacts facts);

    // As Device::make_convolution.
    std::unique_ptr<Convolution> make(const ConvolutionShape &shape, const ConvolutionChoice &choice);

private:
    struct Key {
        ConvolutionShape shape;
        ConvolutionChoice::By by;
        auto operator<=>(const Key &) const = default;
    };
    void forget_unused();

    PlanDevice device_;
    DeviceFacts facts_;
    std::map<Key, std::shared_ptr<const ConvolutionPlan>> plans_;
};

} // namespace tradewind::cuda
