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

dnnl::memory PrimitiveKernel::pack(Tensor weights, const Description &from, const Description &to, float scale)
{
    const dnnl::memory plain(from, context_.engine, weights.data());
    weight_bytes_ += to.get_size();
    if (from == to && scale == 1.0f) {
        kept_.push_back(std::move(weights));
        return plain;
    }
    dnnl::memory packed(to, context_.engine);
    dnnl::stream stream = context_.stream;
    dnnl::reorder(plain, packed).execute(stream, const_cast<dnnl::memory &>(plain), packed);
    if (scale != 1.0f) {
        float *values = static_cast<float *>(packed.get_data_handle());
        for (std::size_t i = 0; i < to.get_size() / sizeof(float); ++i) values[i] *= scale;
    }
    return packed;
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
