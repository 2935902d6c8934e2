// SPDX-License-Identifier: Apache-2.0
// The kernels of the fast CPU target: oneDNN primitives where they exist, else loops of our own.
#pragma once

#include "targets/arena.h"
#include "targets/host_executable.h"
#include "targets/onednn/algorithm_choice.h"
#include "targets/onednn/packed_weights.h"

#include <oneapi/dnnl/dnnl.hpp>

#include <algorithm>

namespace tradewind::onednn {

// Bytes of weights while they are packed, one after the other; of the memory in which kernels work, which they share;
// of what was read from mapped files.
struct WeightCount {
    std::size_t held = 0, most = 0, scratchpad = 0, of_files = 0;

    void pass(std::size_t bytes) { most = std::max(most, held + bytes); }
    void hold(std::size_t bytes)
    {
        held += bytes;
        pass(0);
    }
};

// Memory in which the kernels of one executable work, one after the other, shared with the other plans of an arena. It
// comes with the first run.
class ScratchArea {
public:
    explicit ScratchArea(std::shared_ptr<Arena> arena = std::make_shared<Arena>()) : arena_(std::move(arena)) {}

    void reserve(std::size_t bytes) { bytes_ = std::max(bytes_, bytes); }
    std::byte *data()
    {
        if (claimed_ < bytes_) {
            memory_ = arena_->claim(bytes_);
            claimed_ = bytes_;
        }
        return memory_.get();
    }

private:
    std::shared_ptr<Arena> arena_;
    std::shared_ptr<std::byte> memory_;
    std::size_t bytes_ = 0, claimed_ = 0;
};

// What the kernels of one executable share.
struct Context {
    dnnl::engine engine{dnnl::engine::kind::cpu, 0};
    dnnl::stream stream{engine};
    std::shared_ptr<PackedWeights> packed = std::make_shared<PackedWeights>();
    std::shared_ptr<WeightCount> count = std::make_shared<WeightCount>();
    std::shared_ptr<ScratchArea> area = std::make_shared<ScratchArea>();
    std::shared_ptr<AlgorithmChoice> algorithms;
    bool only_measure = false;
};

// Each returns null when it has no good kernel for the node; then no parameter has been taken.
std::unique_ptr<Kernel> make_convolution(const KernelRequest &request,
                                         const Context &context); // conv2d, depthwise_conv2d, dense
std::unique_ptr<Kernel> make_pool(const KernelRequest &request, const Context &context); // max_pool, avg_pool
std::unique_ptr<Kernel> make_loop(const KernelRequest &request); // element by element, movement, constants
std::unique_ptr<Kernel>
make_sliced(const KernelRequest &request); // the plain kernel on slices of rows, shared among threads
std::unique_ptr<Kernel> make_detection(const KernelRequest &request); // detect_from_logits, multiclass_nms
std::unique_ptr<Kernel> make_proposals(const KernelRequest &request);
std::unique_ptr<Kernel> make_crop(const KernelRequest &request); // crop_and_resize
std::unique_ptr<Kernel> make_position_sensitive(const KernelRequest &request,
                                                const Context &context); // position_sensitive_crop, _predict

} // namespace tradewind::onednn
