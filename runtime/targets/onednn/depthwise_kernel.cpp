// SPDX-License-Identifier: Apache-2.0
// Weights stay as they are in the graph: each kernel makes of them what it needs, which is little.
#include "targets/onednn/depthwise_kernel.h"

#include "targets/onednn/depthwise.h"

namespace tradewind::onednn {
namespace {

class DepthwiseKernel final : public Kernel {
public:
    DepthwiseKernel(std::function<void()> loop, std::size_t bytes) : loop_(std::move(loop)), bytes_(bytes) {}

    void run() override { loop_(); }
    std::string implementation() const override { return "own depthwise"; }
    std::size_t weight_bytes() const override { return bytes_; }

private:
    std::function<void()> loop_;
    std::size_t bytes_;
};

// Zeros where nothing is to be read.
std::shared_ptr<const PackedTensor> values_of(const WeightSource &source, const Shape &shape, bool only_measure)
{
    Tensor values = source.read && !only_measure ? source.read() : Tensor(shape);
    return std::make_shared<PackedTensor>(PackedTensor{{}, std::move(values), 1.0f});
}

} // namespace

std::unique_ptr<Kernel> make_depthwise_kernel(const Layer &layer, const LayerOperands &operands, const Context &context,
                                              PackedLayer &packed)
{
    const std::int64_t channels = layer.input[3];
    if (!has_own_depthwise(layer) || operands.source_channels != channels) return nullptr;
    if (packed.kept.empty()) { // else by the kernel of other rows
        packed.kept.push_back(values_of(operands.weights, {3, 3, channels}, context.only_measure));
        packed.kept.push_back(values_of(operands.biases, {channels}, context.only_measure));
    }
    const auto bytes = static_cast<std::size_t>(channels) * 10 * sizeof(float);
    context.count->hold(bytes);
    auto loop = own_depthwise(layer, packed.kept[0]->values.floats(), packed.kept[1]->values.floats(), operands.source,
                              operands.destination);
    return std::make_unique<DepthwiseKernel>(std::move(loop), bytes);
}

} // namespace tradewind::onednn
