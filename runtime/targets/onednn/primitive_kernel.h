// SPDX-License-Identifier: Apache-2.0
// A kernel that is a short list of steps, most of them oneDNN primitives whose arguments are bound once.
#pragma once

#include "targets/onednn/kernels.h"
#include "targets/onednn/threads.h"
#include "targets/onednn/version.h"

#include <unordered_map>

namespace tradewind::onednn {

using Arguments = std::unordered_map<int, dnnl::memory>;

// What weights are multiplied by while they are packed: all, or each index of the axes in `mask`.
struct WeightScales {
    float all = 1.0f;
    std::vector<float> channels = {};
    int mask = 0;

    bool are_one() const { return all == 1.0f && channels.empty(); }
};

class PrimitiveKernel final : public Kernel {
public:
    explicit PrimitiveKernel(const Context &context) : context_(context) {}

    void add(const dnnl::primitive &primitive, const Arguments &arguments);
    void add(std::function<void()> step);
    // Copies, times `scale`; nothing when both are one.
    void reorder(const dnnl::memory &from, const dnnl::memory &to, float scale = 1.0f);

    // Memory of the executable; what kernels share, uninitialised, whose place is known only when a step runs; weights
    // brought into the layout `to`.
    dnnl::memory bind(const Description &layout, void *data) const { return {layout, context_.engine, data}; }
    dnnl::memory scratch(const Description &layout);
    dnnl::memory pack(const std::string &name, const WeightSource &weights, const Description &from,
                      const Description &to, float scale = 1.0f)
    {
        return packed(name, weights, from, to, {scale, {}, 0})->memory;
    }
    std::shared_ptr<const PackedTensor> packed(const std::string &name, const WeightSource &weights,
                                               const Description &from, const Description &to,
                                               const WeightScales &scales);
    // What is not packed but made of weights, by `fill`; of those alone, where `of` names them.
    std::shared_ptr<const PackedTensor> derived(const std::string &name, const Description &layout, float scale,
                                                const std::function<void(float *)> &fill,
                                                const WeightSource *of = nullptr);
    void keep(std::shared_ptr<const PackedTensor> weights) { kept_.push_back(std::move(weights)); }
    void count_scratch(std::size_t bytes) { scratch_bytes_ += bytes; } // that a step has

    // What `describe` finds names the kernel. Matrix products inside oneDNN ("gemm") sum in an order that depends on
    // the number of threads: kernels made of them are described and run for one. Some others are for no more than
    // `most_threads`, unless that is 0.
    template <class Describe> auto choose(Describe &&describe, int most_threads = 0)
    {
        auto description = describe();
        if (!description) return description;
        implementation_ = std::string("onednn ") + description->impl_info_str();
        most_threads_ = implementation_.find("gemm") != std::string::npos ? 1 : most_threads;
        if (most_threads_ > 0) {
            const ThreadScope scope(at_most(most_threads_));
            description = describe();
        }
        if (description) count_scratchpad(*description);
        return description;
    }
    // Where the name of a primitive does not tell what is computed.
    void call(std::string implementation) { implementation_ = std::move(implementation); }
    int most_threads() const { return most_threads_; } // its primitives are to be made so, too

    void run() override;
    std::string implementation() const override { return implementation_; }
    std::size_t weight_bytes() const override { return weight_bytes_; }
    std::size_t scratch_bytes() const override { return scratch_bytes_; }

private:
    // A primitive with what it is called with, or a loop.
    struct Step {
        dnnl::primitive primitive;
        std::vector<dnnl_exec_arg_t> arguments;
        std::vector<dnnl::memory> held; // by the arguments
        std::function<void()> loop;
    };
    struct Scratch {
        dnnl::memory memory;
        std::size_t offset;
    };

    template <class Primitive> void count_scratchpad(const Primitive &description)
    {
        const auto bytes = description.query_s64(dnnl::query::memory_consumption_s64);
        context_.count->scratchpad = std::max(context_.count->scratchpad, static_cast<std::size_t>(bytes));
    }
    std::string key_of(const std::string &name, const WeightSource &weights, const Description &from,
                       const Description &to, const WeightScales &scales) const;
    std::optional<PackedTensor> found(const std::string &key, const Description &to, float scale);
    PackedTensor made(const std::string &key, const WeightSource &weights, const Description &from,
                      const Description &to, const WeightScales &scales);
    void place_scratch();

    Context context_;
    std::vector<Step> steps_;
    std::vector<std::shared_ptr<const PackedTensor>> kept_;
    std::string implementation_;
    int most_threads_ = 0;
    std::size_t weight_bytes_ = 0, scratch_bytes_ = 0, area_bytes_ = 0;
    std::vector<Scratch> scratch_;
    std::byte *area_ = nullptr; // where scratch lies
};

// The activation attribute of a node.
Activation activation_of(const Attributes &attributes);

// n x h x w x c in memory, as oneDNN names it.
Description nhwc(const Shape &shape, ElementType type = ElementType::f32);
Description description_of(const Shape &shape, const StoredAs &stored); // scales are not in it
dnnl::memory::data_type type_of(ElementType type);

} // namespace tradewind::onednn
