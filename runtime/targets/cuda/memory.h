// SPDX-License-Identifier: Apache-2.0
// Memory of a device: who owns it, how much of it may be used, and weights that several plans share.
#pragma once

#include "targets/cuda/device.h"
#include "targets/target.h"

#include <map>
#include <mutex>
#include <vector>

namespace tradewind::cuda {

// The memory that one detector may take, up to a cap. What is given back is kept for the next that fits (a plan for
// another picture size), until a request would not fit beside it. Not thread-safe.
class MemoryPool : public std::enable_shared_from_this<MemoryPool> {
public:
    // `cap`: bytes; 0: what the device has.
    MemoryPool(Device &device, std::size_t cap);
    ~MemoryPool(); // all memory must have been given back

    void limit(std::size_t cap) { cap_ = cap; } // for what is asked for from now on

    // Counts alone from now on: memory has no address and takes no room.
    void only_count() { only_counts_ = true; }
    bool only_counts() const { return only_counts_; }

    // Throws Error(resource) that says how much is needed for `what` ("the values of the network"), how much the cap
    // allows or the device has free, and what to do.
    std::shared_ptr<void> allocate(std::size_t bytes, const std::string &what);

    std::size_t used() const { return used_; } // without what is kept for later
    Device &device() { return device_; }

private:
    struct Block {
        void *memory;
        std::size_t bytes;
    };
    void *allocate_new(std::size_t bytes, const std::string &what);
    void give_back(Block block);
    std::size_t kept_bytes() const;
    void release_kept();
    void *take_kept(std::size_t bytes, std::size_t &taken);

    Device &device_;
    std::size_t cap_, used_ = 0;
    std::vector<Block> kept_;
    bool only_counts_ = false;
};

// Weights on the device, each once for all plans of a model. Holds nothing alive itself.
class DeviceWeights final : public SharedWeights {
public:
    explicit DeviceWeights(std::shared_ptr<MemoryPool> pool) : pool_(std::move(pool)) {}

    // The memory called `key` (parameter name, layout, storage, factors), or new memory of that size with what `values`
    // gives. On return the values are on the device. `values` is not called while memory is only counted.
    std::shared_ptr<void> get(const std::string &key, std::size_t bytes,
                              const std::function<std::vector<std::byte>()> &values);

    std::size_t bytes() const override;
    MemoryPool &pool() { return *pool_; }

private:
    struct Known {
        std::weak_ptr<void> memory;
        std::size_t bytes;
    };
    std::shared_ptr<MemoryPool> pool_;
    std::map<std::string, Known> known_;
};

} // namespace tradewind::cuda
