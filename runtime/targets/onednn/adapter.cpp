// SPDX-License-Identifier: Apache-2.0
// Float32 copies of what is stored otherwise.
#include "targets/onednn/adapter.h"

#include "targets/onednn/conversions.h"

namespace tradewind::onednn {
namespace {

struct Copy {
    TensorView map;
    StoredAs stored;
    Tensor floats;
    bool live_alone; // its first rows are those that are live
};

class AdaptedKernel final : public Kernel {
public:
    AdaptedKernel(const KernelRequest &request, const KernelFactory &make)
        : live_(request.live), rows_(request.outputs.front().shape.empty() ? 1 : request.outputs.front().shape.front())
    {
        KernelRequest plain = request;
        if (!reads_shapes_alone(request.node))
            inputs_ = copies(request, plain.inputs, plain.stored_inputs, request.node.inputs);
        else
            make_plain(request, plain.stored_inputs, request.node.inputs);
        outputs_ = copies(request, plain.outputs, plain.stored_outputs, request.node.outputs);
        inner_ = make(plain);
    }

    bool has_kernel() const { return inner_ != nullptr; }

    void run() override
    {
        for (Copy &copy : inputs_) read_map(copy.map, copy.stored, wanted(copy), copy.floats.floats());
        inner_->run();
        for (const Copy &copy : outputs_) write_map(copy.floats.floats(), wanted(copy), copy.stored, copy.map);
    }

    std::string implementation() const override
    {
        const bool converts = !inputs_.empty() || !outputs_.empty();
        return inner_->implementation() + (converts ? ", converted" : "");
    }
    std::size_t weight_bytes() const override { return inner_->weight_bytes(); }
    std::size_t scratch_bytes() const override
    {
        std::size_t bytes = inner_->scratch_bytes();
        for (const auto *copies : {&inputs_, &outputs_})
            for (const Copy &copy : *copies) bytes += copy.floats.bytes();
        return bytes;
    }

private:
    static void make_plain(const KernelRequest &request, std::vector<StoredAs> &stored,
                           const std::vector<Value> &values)
    {
        for (std::size_t i = 0; i < stored.size(); ++i) stored[i] = {request.graph.info(values[i]).type.type};
    }

    // Replaces views of what is not plain.
    std::vector<Copy> copies(const KernelRequest &request, std::vector<TensorView> &views,
                             std::vector<StoredAs> &stored, const std::vector<Value> &values) const
    {
        std::vector<Copy> made;
        for (std::size_t i = 0; i < views.size(); ++i) {
            const StoredAs plain{request.graph.info(values[i]).type.type};
            if (stored[i] == plain) continue;
            const bool live_alone = live_ && !views[i].shape.empty() && views[i].shape.front() == rows_;
            made.push_back({views[i], stored[i], Tensor(views[i].shape), live_alone});
            views[i] = made.back().floats.view();
            stored[i] = plain;
        }
        return made;
    }

    std::int64_t wanted(const Copy &copy) const
    {
        return copy.live_alone ? copy.map.count() / rows_ * live_rows(live_, rows_) : copy.map.count();
    }

    const float *live_;
    std::int64_t rows_;
    std::vector<Copy> inputs_, outputs_;
    std::unique_ptr<Kernel> inner_;
};

} // namespace

bool reads_shapes_alone(const Node &node)
{
    return node.op->name == "grid_anchors" || node.op->name == "multiple_grid_anchors";
}

std::unique_ptr<Kernel> make_adapted(const KernelRequest &request, const KernelFactory &make)
{
    auto kernel = std::make_unique<AdaptedKernel>(request, make);
    return kernel->has_kernel() ? std::move(kernel) : nullptr;
}

} // namespace tradewind::onednn
