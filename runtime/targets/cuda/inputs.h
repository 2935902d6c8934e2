// SPDX-License-Identifier: Apache-2.0
// From pictures in the host's memory to the inputs of the network.
#pragma once

#include "image/resize.h"
#include "targets/cuda/kernels/transfer.h"
#include "targets/cuda/step.h"

namespace tradewind::cuda {

// The pictures of all slots travel in one copy and are resized on the device. Memory grows with the largest pictures;
// what was recorded before it moved must be recorded again: generation().
class Inputs {
public:
    Inputs(Device &device, std::shared_ptr<MemoryPool> pool, std::vector<DeviceView> inputs, std::size_t batch);
    ~Inputs();
    Inputs(const Inputs &) = delete;
    Inputs &operator=(const Inputs &) = delete;

    void stage(std::size_t input, std::size_t slot, const Picture &picture, ResizeMethod method);
    void write(std::size_t input, std::size_t slot, const Tensor &tensor);

    void upload();              // gives the copies to the stream, where there is something new
    void resize(Stream stream); // of what lies on the device

    int generation() const { return generation_; }

private:
    // Staged pictures of one input.
    struct Staging {
        std::vector<StagedPicture> pictures;
        std::vector<std::size_t> lengths; // of the pixels, by slot
        std::byte *host = nullptr;        // pinned: descriptions, then pixels
        std::shared_ptr<void> device;     // the same
        std::size_t capacity = 0;         // bytes for each slot
        bool changed = false;
    };
    void grow(Staging &staging, std::size_t capacity);
    std::size_t head() const; // bytes before the pixels

    Device &device_;
    std::shared_ptr<MemoryPool> pool_;
    std::vector<DeviceView> inputs_;
    std::size_t batch_;
    std::vector<Staging> staging_; // by input
    int generation_ = 0;
};

} // namespace tradewind::cuda
