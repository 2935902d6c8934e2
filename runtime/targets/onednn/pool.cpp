// SPDX-License-Identifier: Apache-2.0
// max_pool and avg_pool on maps of any type and layout, the output stored as the input is; padding never counts.
#include "targets/onednn/primitive_kernel.h"

#include "ops/window.h"

namespace tradewind::onednn {
std::unique_ptr<Kernel> make_pool(const KernelRequest &request, const Context &context)
{
    const std::string &op = request.node.op->name;
    if (op != "max_pool" && op != "avg_pool") return nullptr;
    if (request.stored_inputs[0] != request.stored_outputs[0]) return nullptr;
    const Window window = window_of(request.attributes(), request.inputs[0].shape);
    // Windows wholly in the padding are left to the plain kernel.
    if (window.y.before >= window.y.kernel || window.y.after >= window.y.kernel || window.x.before >= window.x.kernel ||
        window.x.after >= window.x.kernel)
        return nullptr;
    const PoolShape shape{op == "max_pool",
                          description_of(request.inputs[0].shape, request.stored_inputs[0]),
                          description_of(request.outputs[0].shape, request.stored_outputs[0]),
                          {window.y.kernel, window.x.kernel},
                          {window.y.stride, window.x.stride},
                          {window.y.before, window.x.before},
                          {window.y.after, window.x.after}};
    auto kernel = std::make_unique<PrimitiveKernel>(context);
    const auto description = kernel->choose([&] { return describe(shape, context.engine); });
    if (!description) return nullptr;
    kernel->add(dnnl::pooling_forward(*description),
                {{DNNL_ARG_SRC, kernel->bind(shape.source, request.inputs[0].data)},
                 {DNNL_ARG_DST, kernel->bind(shape.destination, request.outputs[0].data)}});
    return kernel;
}

} // namespace tradewind::onednn
