// SPDX-License-Identifier: Apache-2.0
// Steps and packed weights.
#include "targets/onednn/primitive_kernel.h"

namespace tradewind::onednn {

void PrimitiveKernel::add(const dnnl::primitive &primitive, Arguments arguments)
{
    steps_.push_back([primitive, arguments = std::move(arguments), stream = context_.stream] {
        primitive.execute(stream, arguments);
    });
}

void PrimitiveKernel::reorder(const dnnl::memory &from, const dnnl::memory &to)
{
    if (from.get_data_handle() == to.get_data_handle()) return;
    add(dnnl::reorder(from, to), {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}});
}

namespace {

dnnl::memory reordered(const Context &context, const dnnl::memory &plain, const Description &to, float scale)
{
    dnnl::memory packed(to, context.engine);
    dnnl::stream stream = context.stream;
    dnnl::reorder(plain, packed).execute(stream, const_cast<dnnl::memory &>(plain), packed);
    if (scale != 1.0f) {
        float *values = static_cast<float *>(packed.get_data_handle());
        for (std::size_t i = 0; i < to.get_size() / sizeof(float); ++i) values[i] *= scale;
    }
    return packed;
}

} // namespace

dnnl::memory PrimitiveKernel::pack(const std::string &name, Tensor weights, const Description &from,
                                   const Description &to, float scale)
{
    const auto make = [&] {
        const dnnl::memory plain(from, context_.engine, weights.data());
        if (from == to && scale == 1.0f)
            return std::make_shared<PackedTensor>(PackedTensor{plain, std::move(weights), scale});
        return std::make_shared<PackedTensor>(PackedTensor{reordered(context_, plain, to, scale), {}, scale});
    };
    kept_.push_back(context_.packed->get(name, to, scale, make));
    weight_bytes_ += to.get_size();
    return kept_.back()->memory;
}

void PrimitiveKernel::run()
try {
    std::optional<ThreadScope> scope;
    if (single_threaded_) scope.emplace(1);
    for (const auto &step : steps_) step();
} catch (const dnnl::error &error) {
    refuse(error);
}

Activation activation_of(const Attributes &attributes)
{
    const std::string &name = attributes.text("activation");
    return name == "relu" ? Activation::relu : name == "relu6" ? Activation::relu6 : Activation::none;
}

Description nhwc(const Shape &shape)
{
    return {{shape[0], shape[3], shape[1], shape[2]}, dnnl::memory::data_type::f32, dnnl::memory::format_tag::nhwc};
}

} // namespace tradewind::onednn
