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

Tensor bytes_of(const Description &layout)
{
    return Tensor({static_cast<std::int64_t>(layout.get_size())}, ElementType::u8);
}

PackedTensor reordered(const Context &context, const dnnl::memory &plain, const Description &to, float scale)
{
    Tensor values = bytes_of(to);
    dnnl::memory packed(to, context.engine, values.data());
    dnnl::stream stream = context.stream;
    dnnl::reorder(plain, packed).execute(stream, const_cast<dnnl::memory &>(plain), packed);
    if (scale != 1.0f)
        for (std::size_t i = 0; i < to.get_size() / sizeof(float); ++i) values.floats()[i] *= scale;
    return {packed, std::move(values), scale};
}

// Pages of files come and go in pieces of some megabytes: smaller tensors that stayed where they stand in the file
// would keep much of it in memory.
constexpr std::size_t worth_mapping = std::size_t{32} << 20;

Tensor copied(const Tensor &values)
{
    Tensor copy(values.shape(), values.type());
    std::memcpy(copy.data(), values.data(), values.bytes());
    values.release_pages();
    return copy;
}

} // namespace

dnnl::memory PrimitiveKernel::scratch(const Description &layout)
{
    scratch_bytes_ += layout.get_size();
    if (context_.only_measure) return {layout, context_.engine, DNNL_MEMORY_NONE};
    scratch_.push_back(bytes_of(layout));
    return {layout, context_.engine, scratch_.back().data()};
}

PackedTensor PrimitiveKernel::made(const WeightSource &weights, const Description &from, const Description &to,
                                   float scale)
{
    const bool as_they_are = from == to && scale == 1.0f;
    const std::size_t read = weights.fresh || weights.mapped ? weights.bytes : 0;
    const std::size_t kept = as_they_are ? read : to.get_size();
    const bool copies = weights.mapped && weights.bytes < worth_mapping;
    if (weights.mapped || weights.beside) context_.count->of_files += weights.bytes;
    context_.count->pass(weights.beside + (as_they_are && !copies ? kept : read + kept));
    context_.count->hold(kept);
    if (context_.only_measure) return {{to, context_.engine, DNNL_MEMORY_NONE}, {}, scale};
    Tensor values = weights.read();
    if (as_they_are && copies) values = copied(values);
    const dnnl::memory plain(from, context_.engine, values.data());
    if (as_they_are) return {plain, std::move(values), scale};
    PackedTensor packed = reordered(context_, plain, to, scale);
    values.release_pages();
    return packed;
}

dnnl::memory PrimitiveKernel::pack(const std::string &name, const WeightSource &weights, const Description &from,
                                   const Description &to, float scale)
{
    kept_.push_back(context_.packed->get(
        name, to, scale, [&] { return std::make_shared<PackedTensor>(made(weights, from, to, scale)); }));
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
