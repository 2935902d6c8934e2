// SPDX-License-Identifier: Apache-2.0
// Ops that treat each row (the last axis) by itself: the plain kernel, on slices of rows shared among the threads.
#include "targets/onednn/kernels.h"

#include "targets/reference/reference.h"

#include <algorithm>
#include <set>

namespace tradewind::onednn {
namespace {

constexpr std::int64_t most_slices = 32;

TensorView rows_of(const TensorView &view, std::int64_t first, std::int64_t last)
{
    const std::int64_t width = view.shape.back();
    TensorView slice = view;
    slice.data += static_cast<std::size_t>(first * width) * byte_size(view.type);
    slice.shape = {1, last - first, width};
    return slice;
}

class SlicedKernel final : public Kernel {
public:
    SlicedKernel(reference::Function function, const KernelRequest &request)
        : function_(function), attributes_(request.attributes()), live_(request.live),
          first_axis_(request.inputs[0].shape.front())
    {
        for (const Parameter parameter : request.node.parameters) {
            const std::string &name = request.graph.parameters[parameter].name;
            const std::string leaf = name.substr(name.rfind('/') + 1);
            parameters_[leaf] = request.take(leaf);
        }
        const std::int64_t rows = request.inputs[0].count() / request.inputs[0].shape.back();
        const std::int64_t count = std::min(rows, most_slices);
        for (std::int64_t i = 0; i < count; ++i)
            slices_.push_back(slice(request, rows * i / count, rows * (i + 1) / count));
    }

    void run() override
    {
#pragma omp parallel for schedule(static)
        for (std::size_t i = 0; i < live_slices(); ++i)
            function_({attributes_, slices_[i].inputs, slices_[i].outputs, parameters_});
    }

    std::string implementation() const override { return "plain rows, threaded"; }

    std::size_t weight_bytes() const override
    {
        std::size_t bytes = 0;
        for (const auto &[leaf, tensor] : parameters_) bytes += tensor.bytes();
        return bytes;
    }

private:
    // The slices that hold live rows of the first axis.
    std::size_t live_slices() const
    {
        const auto live = static_cast<std::size_t>(live_rows(live_, first_axis_)), all = slices_.size();
        const auto axis = static_cast<std::size_t>(first_axis_);
        return std::min(all, (live * all + axis - 1) / axis);
    }

    struct Slice {
        std::vector<TensorView> inputs, outputs;
    };

    static Slice slice(const KernelRequest &request, std::int64_t first, std::int64_t last)
    {
        Slice slice;
        for (const TensorView &view : request.inputs) slice.inputs.push_back(rows_of(view, first, last));
        for (const TensorView &view : request.outputs) slice.outputs.push_back(rows_of(view, first, last));
        return slice;
    }

    reference::Function function_;
    Attributes attributes_;
    const float *live_; // null: all rows
    std::int64_t first_axis_;
    std::map<std::string, Tensor> parameters_;
    std::vector<Slice> slices_;
};

} // namespace

std::unique_ptr<Kernel> make_sliced(const KernelRequest &request)
{
    static const std::set<std::string> ops = {"batch_norm", "convert_scores", "l2_normalization", "sigmoid", "softmax"};
    const std::string &op = request.node.op->name;
    return ops.count(op) ? std::make_unique<SlicedKernel>(reference::function(op), request) : nullptr;
}

} // namespace tradewind::onednn
