// SPDX-License-Identifier: Apache-2.0
// From the outputs of the network to the host's memory.
#pragma once

#include "targets/cuda/kernels/transfer.h"
#include "targets/cuda/step.h"

namespace tradewind::cuda {

// An output with where its number of live rows stands, if that is not all.
struct OutputView {
    DeviceView view;
    const float *live = nullptr;
    std::int64_t live_stride = 0;
};

// Few and small outputs (detections) are gathered as float32 and come back in one copy with each run. Else each is
// fetched when it is read.
class Outputs {
public:
    Outputs(Device &device, MemoryPool &pool, std::vector<OutputView> outputs, std::size_t batch);
    ~Outputs();
    Outputs(const Outputs &) = delete;
    Outputs &operator=(const Outputs &) = delete;

    void collect(Stream stream);                             // on the device
    void download();                                         // gives the copy to the stream
    Tensor read(std::size_t output, std::size_t slot) const; // after synchronize()

private:
    GatheredOutput gathered(std::size_t output) const;
    Tensor fetch(std::size_t output, std::size_t slot) const;

    Device &device_;
    std::vector<OutputView> outputs_;
    std::size_t batch_;
    std::vector<std::int64_t> places_; // of each output in the block, in elements; empty: each is fetched
    std::int64_t elements_ = 0;        // of the block
    std::shared_ptr<void> block_;
    float *host_ = nullptr;
};

} // namespace tradewind::cuda
