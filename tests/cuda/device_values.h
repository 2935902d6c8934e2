// SPDX-License-Identifier: Apache-2.0
// Values as a device holds them, in memory of the host.
#pragma once

#include "targets/cuda/kernels/element.h"
#include "tensor/tensor.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace device_values {

// Memory of a device, first of bytes that are no number in any storage.
class Memory {
public:
    explicit Memory(std::size_t bytes) : bytes_(bytes), packs_((bytes + guard) / 256 + 1)
    {
        std::memset(packs_.data(), 0xff, packs_.size() * 256);
    }
    std::byte *data() { return packs_.front().bytes; }
    bool is_intact() const
    {
        const std::byte *after = packs_.front().bytes + bytes_;
        return std::all_of(after, after + guard, [](std::byte b) { return b == std::byte{0xff}; });
    }
    bool operator==(const Memory &other) const
    {
        return std::memcmp(packs_.data(), other.packs_.data(), packs_.size() * 256) == 0;
    }

private:
    static constexpr std::size_t guard = 64; // bytes after the values, which nobody may write
    struct alignas(256) Pack256 {
        std::byte bytes[256];
    };
    std::size_t bytes_;
    std::vector<Pack256> packs_;
};

// From element `first` on; the tensor becomes what the device then has.
inline void write(std::byte *to, tradewind::cuda::Storage storage, std::int64_t first, tradewind::Tensor &tensor)
{
    tradewind::cuda::with_storage(storage, [&]<class T>(T) {
        T *elements = reinterpret_cast<T *>(to) + first;
        for (std::int64_t i = 0; i < tensor.count(); ++i) {
            elements[i] = tradewind::cuda::from_float<T>(tensor.floats()[i]);
            tensor.floats()[i] = tradewind::cuda::to_float(elements[i]);
        }
    });
}

inline float read(const std::byte *from, tradewind::cuda::Storage storage, std::int64_t index)
{
    return tradewind::cuda::with_storage(
        storage, [&]<class T>(T) { return tradewind::cuda::to_float(reinterpret_cast<const T *>(from)[index]); });
}

} // namespace device_values
