// SPDX-License-Identifier: Apache-2.0
// A kernel that is a short list of steps, most of them oneDNN primitives whose arguments are bound once.
#pragma once

#include "targets/onednn/kernels.h"
#include "targets/onednn/threads.h"
#include "targets/onednn/version.h"

#include <unordered_map>

namespace tradewind::onednn {

using Arguments = std::unordered_map<int, dnnl::memory>;

class PrimitiveKernel final : public Kernel {
public:
    explicit PrimitiveKernel(const Context &context) : context_(context) {}

    void add(const dnnl::primitive &primitive, Arguments arguments);
    void add(std::function<void()> step) { steps_.push_back(std::move(step)); }
    void reorder(const dnnl::memory &from, const dnnl::memory &to); // nothing when both are one

    // Memory of the executable, of the kernel (uninitialised), and of weights brought into the layout `to`.
    dnnl::memory bind(const Description &layout, void *data) const { return {layout, context_.engine, data}; }
    dnnl::memory scratch(const Description &layout);
    dnnl::memory pack(const std::string &name, const WeightSource &weights, const Description &from,
                      const Description &to, float scale = 1.0f);
    void count_scratch(std::size_t bytes) { scratch_bytes_ += bytes; } // that a step has

    // What `describe` finds names the kernel. Matrix products inside oneDNN ("gemm") sum in an order that depends on
    // the number of threads: kernels made of them are described and run for one.
    template <class Describe> auto choose(Describe &&describe)
    {
        auto description = describe();
        if (!description) return description;
        implementation_ = std::string("onednn ") + description->impl_info_str();
        single_threaded_ = implementation_.find("gemm") != std::string::npos;
        if (single_threaded_) {
            const ThreadScope scope(1);
            description = describe();
        }
        if (description) count_scratchpad(*description);
        return description;
    }

    void run() override;
    std::string implementation() const override { return implementation_; }
    std::size_t weight_bytes() const override { return weight_bytes_; }
    std::size_t scratch_bytes() const override { return scratch_bytes_; }

private:
    template <class Primitive> void count_scratchpad(const Primitive &description)
    {
        const auto bytes = description.query_s64(dnnl::query::memory_consumption_s64);
        context_.count->scratchpad = std::max(context_.count->scratchpad, static_cast<std::size_t>(bytes));
    }
    PackedTensor made(const WeightSource &weights, const Description &from, const Description &to, float scale);

    Context context_;
    std::vector<std::function<void()>> steps_;
    std::vector<std::shared_ptr<const PackedTensor>> kept_;
    std::string implementation_;
    bool single_threaded_ = false;
    std::size_t weight_bytes_ = 0, scratch_bytes_ = 0;
    std::vector<Tensor> scratch_;
};

// The activation attribute of a node.
Activation activation_of(const Attributes &attributes);

// n x h x w x c in memory, as oneDNN names it.
Description nhwc(const Shape &shape);

} // namespace tradewind::onednn
