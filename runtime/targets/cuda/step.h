// SPDX-License-Identifier: Apache-2.0
// What an executable is made of: steps on the device, each the work of one node for all pictures of a batch.
#pragma once

#include "targets/cuda/device.h"
#include "targets/cuda/memory.h"
#include "targets/host_executable.h"

#include <algorithm>
#include <vector>

namespace tradewind::cuda {

// A value in the memory of the device: the picture in slot b has its elements, row-major and `shape` as in the graph,
// from b * stride on. Aligned to 256 bytes.
struct DeviceView {
    void *data = nullptr;
    Shape shape;
    Storage storage = Storage::f32;
    std::int64_t stride = 0; // elements from one picture to the next: count(), or 0 where all have the same values

    std::int64_t count() const { return element_count(shape); }
    const float *floats() const { return static_cast<const float *>(data); }
    float *floats() { return static_cast<float *>(data); }
    template <class T> T *as() const { return static_cast<T *>(data); }
};

// Memory that all steps use one after the other, each as it likes; its size is settled when all are made.
class Workspace {
public:
    void need(std::size_t bytes) { bytes_ = std::max(bytes_, bytes); }
    std::size_t bytes() const { return bytes_; }
    void place(void *memory) { memory_ = memory; }
    void *data() const { return memory_; } // when steps run

private:
    std::size_t bytes_ = 0;
    void *memory_ = nullptr;
};

// What the steps of one executable share.
struct StepContext {
    Device &device;
    std::shared_ptr<DeviceWeights> weights;
    std::shared_ptr<Workspace> workspace;
    Storage storage = Storage::f32; // of maps
    bool tf32 = false;
    std::int64_t batch = 1;
    ConvolutionChoice choice;
};

// All that a step is made from. Inputs of ops that compute maps have the context's storage, all others (boxes, scores,
// counts, anchors) are float32; logits and box encodings may be either: see storage.h.
struct StepRequest : NodeParameters {
    StepContext &context;
    std::vector<DeviceView> inputs, outputs;
    // One number for each picture, `live_stride` apart: how many leading rows of the outputs are wanted; null: all.
    // A step may compute more than these. Ops that read a count as an input have none here.
    const float *live = nullptr;
    std::int64_t live_stride = 0;
};

class Step {
public:
    virtual ~Step() = default;
    virtual void run(Stream stream) = 0; // gives work to the stream; nothing is waited for, nothing allocated
    virtual std::string implementation() const = 0; // "cudnn engine 51", "cuda depthwise"
    virtual std::size_t weight_bytes() const { return 0; }
};

// A step of one kernel launch or a few.
class LaunchStep final : public Step {
public:
    LaunchStep(std::string implementation, std::function<void(Stream)> launch)
        : implementation_(std::move(implementation)), launch_(std::move(launch))
    {
    }
    void run(Stream stream) override { launch_(stream); }
    std::string implementation() const override { return implementation_; }

private:
    std::string implementation_;
    std::function<void(Stream)> launch_;
};

// Each returns null when the node is not one of its ops.
std::unique_ptr<Step> make_convolution_step(const StepRequest &request); // conv2d, dense
std::unique_ptr<Step> make_depthwise_step(const StepRequest &request);   // depthwise_conv2d
std::unique_ptr<Step> make_map_step(const StepRequest &request); // add, relu, relu6, sigmoid, normalize, batch_norm,
                                                                 // pad, concat, reshape, max_pool, avg_pool,
                                                                 // spatial_mean, softmax, l2_normalization
std::unique_ptr<Step> make_box_step(const StepRequest &request); // clip_boxes, scale_boxes, decode_boxes,
                                                                 // convert_scores
std::unique_ptr<Step> make_detection_step(const StepRequest &request); // detect_from_logits, multiclass_nms
std::unique_ptr<Step> make_proposals_step(const StepRequest &request); // proposals
std::unique_ptr<Step> make_region_step(const StepRequest &request);    // crop_and_resize, position_sensitive_crop and
                                                                       // _predict

} // namespace tradewind::cuda
