// SPDX-License-Identifier: Apache-2.0
// What the steps of ops on maps have in common: requests as kernels want them.
#pragma once

#include "targets/cuda/kernels/items.h"
#include "targets/cuda/layer_attributes.h"
#include "targets/cuda/step.h"

namespace tradewind::cuda {

// Input `index` and the first output. Of one picture no other begins anywhere, so that any number of elements may be
// moved in whole packs.
MapsIn maps_in(const StepRequest &request, std::size_t index = 0);
MapsOut maps_out(const StepRequest &request);

// Of the first output, with liveness. Throws Error(resource) where a value is too large for the kernels' indices.
MapBatch batch_of(const StepRequest &request);

// The length of the first axis, by which liveness is told.
std::int64_t rows_of(const DeviceView &view);

// Float32 numbers on the device, `count` of them.
using DeviceNumbers = std::shared_ptr<const float>;
DeviceNumbers numbers(const StepRequest &request, const std::string &what, std::int64_t count,
                      const std::function<std::vector<float>()> &values);

// A parameter as the graph has it, in float32.
DeviceNumbers parameter(const StepRequest &request, const std::string &leaf);

// A step that holds numbers.
class NumbersStep final : public Step {
public:
    NumbersStep(std::string implementation, std::int64_t count, std::vector<DeviceNumbers> held,
                std::function<void(Stream)> launch)
        : launch_(std::move(implementation), std::move(launch)), held_(std::move(held)),
          bytes_(static_cast<std::size_t>(count) * sizeof(float))
    {
    }
    void run(Stream stream) override { launch_.run(stream); }
    std::string implementation() const override { return launch_.implementation(); }
    std::size_t weight_bytes() const override { return bytes_; }

private:
    LaunchStep launch_;
    std::vector<DeviceNumbers> held_;
    std::size_t bytes_;
};

} // namespace tradewind::cuda
