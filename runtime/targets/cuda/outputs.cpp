// SPDX-License-Identifier: Apache-2.0
// One block for all, or one for each.
#include "targets/cuda/outputs.h"

#include <cstring>

namespace tradewind::cuda {
namespace {

constexpr std::int64_t most_elements = std::int64_t{4} << 20; // of outputs that come back with each run

std::int64_t rows_of(const Shape &shape) { return shape.empty() ? 1 : shape.front(); }

} // namespace

Outputs::Outputs(Device &device, MemoryPool &pool, std::vector<OutputView> outputs, std::size_t batch)
    : device_(device), outputs_(std::move(outputs)), batch_(batch)
{
    std::int64_t all = 0, largest = 0;
    for (const OutputView &output : outputs_) {
        places_.push_back(all);
        all += output.view.count() * static_cast<std::int64_t>(batch_);
        largest = std::max(largest, output.view.count());
    }
    const bool together = outputs_.size() <= most_gathered && all <= most_elements;
    if (!together) places_.clear();
    elements_ = together ? all : largest;
    const auto bytes = static_cast<std::size_t>(elements_) * sizeof(float);
    block_ = pool.allocate(bytes, "the outputs of the network");
    if (!pool.only_counts()) host_ = static_cast<float *>(device_.allocate_pinned(bytes));
}

Outputs::~Outputs() { device_.release_pinned(host_); }

GatheredOutput Outputs::gathered(std::size_t output) const
{
    const OutputView &from = outputs_.at(output);
    const std::int64_t rows = rows_of(from.view.shape);
    return {from.view.data,
            from.view.storage,
            from.view.stride,
            rows,
            rows ? from.view.count() / rows : 0,
            from.live,
            from.live_stride,
            places_.empty() ? 0 : places_[output]};
}

void Outputs::collect(Stream stream)
{
    if (places_.empty()) return;
    GatherArguments arguments;
    arguments.count = static_cast<std::int32_t>(outputs_.size());
    arguments.pictures = static_cast<std::int32_t>(batch_);
    arguments.to = static_cast<float *>(block_.get());
    for (std::size_t i = 0; i < outputs_.size(); ++i) arguments.outputs[i] = gathered(i);
    gather(stream, arguments);
}

void Outputs::download()
{
    if (!places_.empty()) device_.download(host_, block_.get(), static_cast<std::size_t>(elements_) * sizeof(float));
}

Tensor Outputs::fetch(std::size_t output, std::size_t slot) const
{
    GatherArguments arguments;
    arguments.count = 1;
    arguments.to = static_cast<float *>(block_.get());
    GatheredOutput &one = arguments.outputs[0] = gathered(output);
    const auto at = static_cast<std::int64_t>(slot);
    one.from =
        static_cast<const std::byte *>(one.from) + static_cast<std::size_t>(at * one.stride) * byte_size(one.storage);
    if (one.live) one.live += at * one.live_stride;
    gather(device_.stream(), arguments);
    Tensor copy(outputs_[output].view.shape);
    device_.download(host_, block_.get(), copy.bytes());
    device_.synchronize();
    std::memcpy(copy.data(), host_, copy.bytes());
    return copy;
}

Tensor Outputs::read(std::size_t output, std::size_t slot) const
{
    if (places_.empty()) return fetch(output, slot);
    Tensor copy(outputs_.at(output).view.shape);
    std::memcpy(copy.data(), host_ + places_[output] + static_cast<std::int64_t>(slot) * copy.count(), copy.bytes());
    return copy;
}

} // namespace tradewind::cuda
