// SPDX-License-Identifier: Apache-2.0
// Staging.
#include "targets/cuda/inputs.h"

#include "tensor/error.h"

#include <cstring>

namespace tradewind::cuda {
namespace {

// So that a few pictures of growing sizes do not move the memory each time.
constexpr std::size_t least_capacity = std::size_t{2} << 20;

std::size_t aligned(std::size_t bytes) { return (bytes + 255) / 256 * 256; }

} // namespace

Inputs::Inputs(Device &device, std::shared_ptr<MemoryPool> pool, std::vector<DeviceView> inputs, std::size_t batch)
    : device_(device), pool_(std::move(pool)), inputs_(std::move(inputs)), batch_(batch), staging_(inputs_.size())
{
}

Inputs::~Inputs()
{
    for (const Staging &staging : staging_) device_.release_pinned(staging.host);
}

std::size_t Inputs::head() const { return aligned(batch_ * sizeof(StagedPicture)); }

void Inputs::grow(Staging &staging, std::size_t capacity)
{
    device_.synchronize();
    const std::size_t bytes = head() + batch_ * capacity;
    auto *host = static_cast<std::byte *>(device_.allocate_pinned(bytes));
    std::memset(host, 0, head());
    for (std::size_t slot = 0; slot < staging.pictures.size(); ++slot) {
        if (staging.lengths[slot])
            std::memcpy(host + head() + slot * capacity, staging.host + head() + slot * staging.capacity,
                        staging.lengths[slot]);
        staging.pictures[slot].offset = static_cast<std::int64_t>(slot * capacity);
    }
    device_.release_pinned(staging.host);
    staging.host = host;
    staging.device.reset();
    staging.device = pool_->allocate(bytes, "the pictures of one run");
    staging.capacity = capacity;
    staging.pictures.resize(batch_);
    staging.lengths.resize(batch_);
    staging.changed = true;
    ++generation_;
}

void Inputs::stage(std::size_t input, std::size_t slot, const Picture &picture, ResizeMethod method)
{
    const Shape &shape = inputs_.at(input).shape;
    if (shape.size() != 4 || shape[3] != 3 || slot >= batch_)
        throw Error(ErrorCode::failed, "no picture can be written to " + tradewind::to_string(shape));
    Staging &staging = staging_[input];
    const std::size_t bytes = picture.rgb.size();
    if (staging.capacity < bytes || !staging.host) grow(staging, std::max(aligned(bytes * 5 / 4), least_capacity));
    std::memcpy(staging.host + head() + slot * staging.capacity, picture.rgb.data(), bytes);
    staging.lengths[slot] = bytes;
    staging.pictures[slot] = {static_cast<std::int64_t>(slot * staging.capacity),
                              static_cast<std::int32_t>(picture.height), static_cast<std::int32_t>(picture.width),
                              method};
    staging.changed = true;
}

void Inputs::write(std::size_t input, std::size_t slot, const Tensor &tensor)
{
    const DeviceView &to = inputs_.at(input);
    if (tensor.shape() != to.shape || tensor.type() != ElementType::f32 || slot >= batch_)
        throw Error(ErrorCode::failed, "the input needs " + tradewind::to_string(to.shape) + ", not " +
                                           tradewind::to_string(tensor.shape()));
    device_.upload(static_cast<std::byte *>(to.data) + slot * static_cast<std::size_t>(to.stride) * sizeof(float),
                   tensor.data(), tensor.bytes());
    device_.synchronize();
    Staging &staging = staging_[input];
    if (!staging.host) return;
    staging.pictures[slot] = {};
    staging.lengths[slot] = 0;
    staging.changed = true;
}

void Inputs::upload()
{
    for (Staging &staging : staging_) {
        if (!staging.changed) continue;
        std::memcpy(staging.host, staging.pictures.data(), batch_ * sizeof(StagedPicture));
        auto *to = static_cast<std::byte *>(staging.device.get());
        device_.upload(to, staging.host, head() + staging.lengths[0]); // the first follows the descriptions
        for (std::size_t slot = 1; slot < batch_; ++slot) {
            const std::size_t at = head() + slot * staging.capacity;
            if (staging.lengths[slot]) device_.upload(to + at, staging.host + at, staging.lengths[slot]);
        }
        staging.changed = false;
    }
}

void Inputs::resize(Stream stream)
{
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
        const Staging &staging = staging_[i];
        if (!staging.device) continue;
        const auto *memory = static_cast<const std::byte *>(staging.device.get());
        resize_pictures(stream, {reinterpret_cast<const StagedPicture *>(memory),
                                 reinterpret_cast<const std::uint8_t *>(memory + head()), inputs_[i].floats(),
                                 static_cast<std::int32_t>(batch_), static_cast<std::int32_t>(inputs_[i].shape[1]),
                                 static_cast<std::int32_t>(inputs_[i].shape[2])});
    }
}

} // namespace tradewind::cuda
