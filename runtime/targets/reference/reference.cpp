// SPDX-License-Identifier: Apache-2.0
// The table of plain kernels, and the target made of them.
#include "targets/reference/reference.h"

#include "targets/reference/kernels.h"
#include "tensor/error.h"

namespace tradewind::reference {
namespace {

class PlainKernel final : public Kernel {
public:
    PlainKernel(Function function, const KernelRequest &request)
        : function_(function), attributes_(request.attributes()), inputs_(request.inputs), outputs_(request.outputs),
          live_(request.live), rows_(live_ ? outputs_.front().shape.front() : 0)
    {
        for (const Parameter parameter : request.node.parameters) {
            const std::string &name = request.graph.parameters[parameter].name;
            const std::string leaf = name.substr(name.rfind('/') + 1);
            parameters_[leaf] = request.take(leaf);
        }
    }

    void run() override
    {
        if (!live_) return function_({attributes_, inputs_, outputs_, parameters_});
        const auto inputs = first_rows(inputs_), outputs = first_rows(outputs_);
        if (live_rows(live_, rows_) > 0) function_({attributes_, inputs, outputs, parameters_});
    }
    std::string implementation() const override { return "reference"; }
    std::size_t weight_bytes() const override
    {
        std::size_t bytes = 0;
        for (const auto &[leaf, tensor] : parameters_) bytes += tensor.bytes();
        return bytes;
    }

private:
    std::vector<TensorView> first_rows(std::vector<TensorView> views) const
    {
        for (TensorView &view : views)
            if (!view.shape.empty() && view.shape.front() == rows_) view.shape.front() = live_rows(live_, rows_);
        return views;
    }

    Function function_;
    Attributes attributes_;
    std::vector<TensorView> inputs_, outputs_;
    const float *live_; // null: all rows
    std::int64_t rows_;
    std::map<std::string, Tensor> parameters_;
};

void resize_plainly(const Picture &picture, ResizeMethod method, const Normalisation *, const TensorView &to,
                    const StoredAs &)
{
    resize(picture, method, {to.shape[1], to.shape[2]}, to.floats());
}

class ReferenceTarget final : public Target {
public:
    std::string name() const override { return "reference"; }
    std::string description() const override { return "plain loops, one thread"; }

    std::string refuses(Precision precision, std::size_t batch) const override
    {
        return refuses_all_but_plain("the reference target", precision, batch);
    }
    std::string refuses(const Graph &, const Node &node) const override
    {
        return function(node.op->name) ? "" : "there is no plain kernel for op " + node.op->name;
    }

    std::unique_ptr<Executable> compile(Graph &&graph, const MemoryPlan &plan, const CompileOptions &options) override
    {
        const KernelFactory factory = make_kernel;
        return make_host_executable(std::move(graph), plan, {&factory, 1}, {resize_plainly}, options);
    }
};

} // namespace

Function function(const std::string &op)
{
    static const std::map<std::string, Function> table = {{"add", add},
                                                          {"avg_pool", avg_pool},
                                                          {"batch_norm", batch_norm},
                                                          {"clip_boxes", clip_boxes},
                                                          {"concat", concat},
                                                          {"conv2d", conv2d},
                                                          {"convert_scores", convert_scores},
                                                          {"crop_and_resize", crop_and_resize},
                                                          {"decode_boxes", decode_boxes},
                                                          {"dense", dense},
                                                          {"depthwise_conv2d", depthwise_conv2d},
                                                          {"detect_from_logits", detect_from_logits},
                                                          {"detect_from_maps", detect_from_maps},
                                                          {"grid_anchors", grid_anchors},
                                                          {"l2_normalization", l2_normalization},
                                                          {"max_pool", max_pool},
                                                          {"multiclass_nms", multiclass_nms},
                                                          {"normalize", normalize},
                                                          {"pad", pad},
                                                          {"position_sensitive_crop", position_sensitive_crop},
                                                          {"position_sensitive_predict", position_sensitive_predict},
                                                          {"proposals", proposals},
                                                          {"relu", relu},
                                                          {"relu6", relu6},
                                                          {"reshape", reshape},
                                                          {"scale_boxes", scale_boxes},
                                                          {"sigmoid", sigmoid},
                                                          {"softmax", softmax},
                                                          {"spatial_mean", spatial_mean},
                                                          {"multiple_grid_anchors", multiple_grid_anchors}};
    const auto found = table.find(op);
    return found == table.end() ? nullptr : found->second;
}

std::unique_ptr<Kernel> make_kernel(const KernelRequest &request)
{
    const Function plain = function(request.node.op->name);
    return plain ? std::make_unique<PlainKernel>(plain, request) : nullptr;
}

std::unique_ptr<Target> make_target() { return std::make_unique<ReferenceTarget>(); }

} // namespace tradewind::reference
