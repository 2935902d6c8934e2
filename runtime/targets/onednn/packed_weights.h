// SPDX-License-Identifier: Apache-2.0
// Weights in oneDNN's layouts, each packed once for all plans of a model.
#pragma once

#include "targets/onednn/packed_file.h"
#include "targets/onednn/version.h"
#include "targets/target.h"
#include "tensor/large_pages.h"

#include <map>
#include <mutex>

namespace tradewind::onednn {

// Owns the memory that it wraps.
struct PackedTensor {
    dnnl::memory memory;
    Tensor values; // what the memory lies in
    float scale = 1;
};

// What tells a packed tensor from all others of one PackedFile; empty where `identity` (WeightSource) is. `scales`: all
// that the values are multiplied by on their way.
std::string packed_key(const std::string &name, const std::string &identity, const Description &from,
                       const Description &to, std::span<const float> scales);

// By parameter name and layout. Holds nothing alive itself: a tensor ends with its last plan. [any]
class PackedWeights final : public SharedWeights {
public:
    // The tensor of that name, layout and scale, or what `make` returns, which is remembered.
    template <class Make>
    std::shared_ptr<const PackedTensor> get(const std::string &name, const Description &layout, float scale,
                                            Make &&make)
    {
        const std::lock_guard lock(mutex_);
        auto &known = tensors_[name];
        std::erase_if(known, [](const auto &tensor) { return tensor.expired(); });
        for (const auto &tensor : known)
            if (const auto found = tensor.lock(); found->memory.get_desc() == layout && found->scale == scale)
                return found;
        const std::shared_ptr<const PackedTensor> made = make();
        known.push_back(made);
        return made;
    }

    // Where packed weights are kept from run to run; null before open(). A second call changes nothing.
    PackedFile *file() const
    {
        const std::lock_guard lock(opening_);
        return file_.get();
    }
    void open(const std::string &folder, const std::string &of)
    {
        const std::lock_guard lock(opening_);
        if (!file_) file_ = std::make_unique<PackedFile>(folder, of);
    }

    // Where they lie, but for those that are as a model has them, or so large that they stay mapped.
    LargePages &pages() { return pages_; }

    std::size_t bytes() const override // with the rest of the last page
    {
        const std::lock_guard lock(mutex_);
        std::size_t sum = 0;
        for (const auto &[name, tensors] : tensors_)
            for (const auto &tensor : tensors)
                if (const auto held = tensor.lock()) sum += held->memory.get_desc().get_size();
        return in_large_pages(sum);
    }

private:
    mutable std::mutex mutex_, opening_;
    std::unique_ptr<PackedFile> file_;
    LargePages pages_;
    std::map<std::string, std::vector<std::weak_ptr<const PackedTensor>>> tensors_;
};

} // namespace tradewind::onednn
