// SPDX-License-Identifier: Apache-2.0
// crop_and_resize, position_sensitive_crop and position_sensitive_predict. Pooling is a weighted sum of pixels, and so
// commutes with a 1x1 convolution: predictions pool the features of all bins first, and are then one product.
#include "targets/cuda/region_steps.h"

#include "targets/cuda/kernels/crops.h"
#include "targets/cuda/kernels/position_sensitive.h"
#include "targets/cuda/step.h"
#include "tensor/error.h"

#include <limits>

namespace tradewind::cuda {
namespace {

int narrow(std::int64_t number) { return static_cast<int>(number); }

Regions regions_of(const StepRequest &request)
{
    const DeviceView &map = request.inputs[0], &boxes = request.inputs[1], &counts = request.inputs[2];
    if (map.count() > std::numeric_limits<int>::max())
        throw Error(ErrorCode::failed,
                    "a map of " + tradewind::to_string(map.shape) + " has more than 2^31 - 1 elements",
                    request.node.name);
    Regions regions;
    regions.storage = map.storage;
    regions.map = map.data;
    regions.boxes = boxes.floats();
    regions.counts = counts.floats();
    regions.map_stride = map.stride;
    regions.boxes_stride = boxes.stride;
    regions.counts_stride = counts.stride;
    regions.height = narrow(map.shape[1]);
    regions.width = narrow(map.shape[2]);
    regions.channels = narrow(map.shape[3]);
    regions.rows = narrow(boxes.shape[0]);
    regions.pictures = request.context.batch;
    return regions;
}

std::unique_ptr<Step> crops(const StepRequest &request)
{
    const ops::RegionSize crop = ops::region_size(request.attributes(), "crop");
    const DeviceView &out = request.outputs[0];
    const CropArguments arguments{
        regions_of(request),
        narrow(crop.height),
        narrow(crop.width),
        static_cast<float>(request.attributes().real("extrapolation")),
        out.data,
        out.stride,
    };
    return std::make_unique<LaunchStep>("cuda crop", [arguments](Stream s) { crop_and_resize(s, arguments); });
}

std::unique_ptr<Step> own_bins(const StepRequest &request)
{
    const DeviceView &out = request.outputs[0];
    const PoolArguments arguments{regions_of(request), ops::binned_crop(request.attributes()), out.data, out.stride};
    return std::make_unique<LaunchStep>("cuda weighted pixels", [arguments](Stream s) { pool_own_bins(s, arguments); });
}

// Filters x pooled_channels: the weights of each bin, then its biases, then zeros.
template <class T>
std::vector<std::byte> weights_of_bins(const Tensor &weights, const Tensor &biases, std::int64_t bins)
{
    const std::int64_t channels = weights.shape()[2], filters = weights.shape()[3], outputs = filters / bins;
    const std::int64_t row = pooled_channels(channels, bins);
    std::vector<std::byte> bytes(static_cast<std::size_t>(outputs * row) * sizeof(T));
    T *to = reinterpret_cast<T *>(bytes.data());
    for (std::int64_t bin = 0; bin < bins; ++bin)
        for (std::int64_t o = 0; o < outputs; ++o) {
            for (std::int64_t c = 0; c < channels; ++c)
                to[o * row + bin * channels + c] = from_float<T>(weights.floats()[c * filters + bin * outputs + o]);
            if (!biases.empty())
                to[o * row + bins * channels + bin] = from_float<T>(biases.floats()[bin * outputs + o]);
        }
    return bytes;
}

class Prediction final : public Step {
public:
    explicit Prediction(const StepRequest &request)
        : workspace_(request.context.workspace), pool_{regions_of(request), ops::binned_crop(request.attributes()),
                                                       nullptr, 0}
    {
        const Regions &r = pool_.regions;
        const ConvolutionShape shape =
            *prediction_of(request.graph, request.node, r.pictures, r.storage, request.context.tf32);
        pool_.to_stride = r.rows * shape.channels;
        pooled_bytes_ = (static_cast<std::size_t>(r.pictures * pool_.to_stride) * byte_size(r.storage) + 255) & ~255UL;
        product_ = request.context.device.make_convolution(shape, request.context.choice);
        workspace_->need(pooled_bytes_ + product_->workspace_bytes());
        weight_bytes_ = static_cast<std::size_t>(shape.filters * shape.channels) * byte_size(r.storage);
        weights_ = request.context.weights->get(key(request, r.storage), weight_bytes_,
                                                [&] { return packed(request, r.storage, pool_.crop.bins.area()); });
        arguments_.weights = weights_.get();
        arguments_.y = request.outputs[0].data;
    }

    void run(Stream stream) override
    {
        pool_.to = workspace_->data();
        pool_bins(stream, pool_);
        arguments_.x = pool_.to;
        arguments_.workspace = static_cast<std::byte *>(workspace_->data()) + pooled_bytes_;
        product_->run(stream, arguments_);
    }

    std::string implementation() const override { return "cuda weighted pixels, " + product_->implementation(); }
    std::size_t weight_bytes() const override { return weight_bytes_; }

private:
    static std::string key(const StepRequest &request, Storage storage)
    {
        const auto weights = request.graph.parameters.at(request.graph.parameter(request.node, "weights")).name;
        return weights + " by bins, " + std::to_string(byte_size(storage)) + (storage == Storage::bf16 ? "b" : "");
    }

    static std::vector<std::byte> packed(const StepRequest &request, Storage storage, std::int64_t bins)
    {
        const Tensor weights = request.take("weights");
        const Tensor biases = request.has("biases") ? request.take("biases") : Tensor();
        return with_storage(storage,
                            [&](auto element) { return weights_of_bins<decltype(element)>(weights, biases, bins); });
    }

    std::shared_ptr<Workspace> workspace_;
    PoolArguments pool_;
    std::unique_ptr<Convolution> product_;
    std::shared_ptr<void> weights_;
    ConvolutionArguments arguments_;
    std::size_t pooled_bytes_ = 0, weight_bytes_ = 0;
};

} // namespace

std::optional<ConvolutionShape> prediction_of(const Graph &graph, const Node &node, std::int64_t batch, Storage storage,
                                              bool tf32)
{
    if (node.op->name != "position_sensitive_predict") return std::nullopt;
    ConvolutionShape shape;
    shape.count = batch * graph.shape(node.inputs[1])[0];
    shape.channels = pooled_channels(graph.shape(node.inputs[0])[3], ops::binned_crop(node.attributes).bins.area());
    shape.filters = graph.shape(node.outputs[0])[3];
    shape.storage = storage;
    shape.tf32 = tf32;
    return shape;
}

std::unique_ptr<Step> make_region_step(const StepRequest &request)
{
    const std::string &op = request.node.op->name;
    if (op == "crop_and_resize") return crops(request);
    if (op == "position_sensitive_crop") return own_bins(request);
    return op == "position_sensitive_predict" ? std::make_unique<Prediction>(request) : nullptr;
}

} // namespace tradewind::cuda
