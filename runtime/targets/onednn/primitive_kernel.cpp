// SPDX-License-Identifier: Apache-2.0
// Steps and packed weights.
#include "targets/onednn/primitive_kernel.h"

#include "tensor/clock.h"

namespace tradewind::onednn {

void PrimitiveKernel::add(const dnnl::primitive &primitive, const Arguments &arguments)
{
    Step step;
    step.primitive = primitive;
    const auto give = [&](int name, const dnnl::memory &memory) {
        step.arguments.push_back({name, memory.get()});
        step.held.push_back(memory);
    };
    for (const auto &[name, memory] : arguments) give(name, memory);
    const dnnl_memory_desc_t *wanted =
        dnnl_primitive_desc_query_md(primitive.get_primitive_desc(), dnnl_query_exec_arg_md, DNNL_ARG_SCRATCHPAD);
    if (wanted && dnnl_memory_desc_get_size(wanted) > 0) give(DNNL_ARG_SCRATCHPAD, scratch(Description(*wanted)));
    steps_.push_back(std::move(step));
}

void PrimitiveKernel::add(std::function<void()> loop)
{
    steps_.emplace_back();
    steps_.back().loop = std::move(loop);
}

void PrimitiveKernel::reorder(const dnnl::memory &from, const dnnl::memory &to, float scale)
{
    if (from == to || (from.get_data_handle() && from.get_data_handle() == to.get_data_handle())) return;
    const dnnl::reorder::primitive_desc description(context_.engine, from.get_desc(), context_.engine, to.get_desc(),
                                                    scaled({scale}, 0));
    add(dnnl::reorder(description), {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}});
}

namespace {

Tensor room_for(const Context &context, const Description &layout)
{
    return context.packed->pages().take({static_cast<std::int64_t>(layout.get_size())}, ElementType::u8);
}

// Transformed weights of floats take no scales while they are packed.
PackedTensor reordered(const Context &context, const dnnl::memory &plain, const Description &to,
                       const WeightScales &scales)
{
    Tensor values = room_for(context, to);
    dnnl::memory packed(to, context.engine, values.data());
    dnnl::stream stream = context.stream;
    const bool afterwards = scales.channels.empty() && to.data_type() == dnnl::memory::data_type::f32;
    dnnl::primitive_attr attributes;
    if (!afterwards)
        attributes = scales.channels.empty() ? scaled({scales.all}, 0) : scaled(scales.channels, scales.mask);
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::library);
    dnnl::reorder(plain, packed, attributes).execute(stream, const_cast<dnnl::memory &>(plain), packed);
    if (afterwards && scales.all != 1.0f)
        for (std::size_t i = 0; i < to.get_size() / sizeof(float); ++i) values.floats()[i] *= scales.all;
    return {packed, std::move(values), scales.all};
}

// Pages of files are small, and come and go in pieces of some megabytes: smaller tensors that stayed where they stand
// in the file would keep much of it in memory, and take long to be read.
constexpr std::size_t worth_mapping = std::size_t{32} << 20;

Tensor copied(const Context &context, const Tensor &values)
{
    Tensor copy = context.packed->pages().take(values.shape(), values.type());
    std::memcpy(copy.data(), values.data(), values.bytes());
    values.release_pages();
    return copy;
}

} // namespace

dnnl::memory PrimitiveKernel::scratch(const Description &layout)
{
    constexpr std::size_t alignment = 128;
    scratch_.push_back({{layout, context_.engine, DNNL_MEMORY_NONE}, area_bytes_});
    area_bytes_ += (layout.get_size() + alignment - 1) / alignment * alignment;
    context_.area->reserve(area_bytes_);
    context_.count->scratchpad = std::max(context_.count->scratchpad, area_bytes_);
    return scratch_.back().memory;
}

void PrimitiveKernel::place_scratch()
{
    std::byte *const area = context_.area->data();
    if (area == area_) return;
    for (Scratch &scratch : scratch_) scratch.memory.set_data_handle(area + scratch.offset);
    area_ = area;
}

PackedTensor PrimitiveKernel::made(const std::string &key, const WeightSource &weights, const Description &from,
                                   const Description &to, const WeightScales &scales)
{
    const bool as_they_are = from == to && scales.are_one();
    const std::size_t read = weights.fresh || weights.mapped ? weights.bytes : 0;
    const std::size_t kept = as_they_are ? read : to.get_size();
    const bool copies = weights.mapped && weights.bytes < worth_mapping;
    if (weights.mapped || weights.beside) context_.count->of_files += weights.bytes;
    context_.count->pass(weights.beside + (as_they_are && !copies ? kept : read + kept));
    context_.count->hold(kept);
    if (context_.only_measure) return {{to, context_.engine, DNNL_MEMORY_NONE}, {}, scales.all};
    const double start = milliseconds_now();
    Tensor values = weights.read();
    if (as_they_are && copies) values = copied(context_, values);
    const dnnl::memory plain(from, context_.engine, values.data());
    PackedTensor packed =
        as_they_are ? PackedTensor{plain, values, scales.all} : reordered(context_, plain, to, scales);
    if (!key.empty()) context_.packed->file()->add(key, packed.values, milliseconds_now() - start);
    if (!as_they_are) values.release_pages();
    return packed;
}

// From an earlier run: nothing is read but what is used.
std::optional<PackedTensor> PrimitiveKernel::found(const std::string &key, const Description &to, float scale)
{
    PackedFile *const file = key.empty() ? nullptr : context_.packed->file();
    if (!file || !file->has(key, to.get_size())) return std::nullopt;
    PackedTensor packed{{to, context_.engine, DNNL_MEMORY_NONE}, {}, scale};
    const bool copies = to.get_size() < worth_mapping;
    if (copies) context_.count->pass(2 * to.get_size());
    if (!context_.only_measure) {
        packed.values = file->find(key, to.get_size());
        if (packed.values.empty()) return std::nullopt;
        if (copies) packed.values = copied(context_, packed.values);
        packed.memory.set_data_handle(packed.values.data());
    }
    context_.count->hold(to.get_size());
    return packed;
}

// Empty for what is not kept: nothing is done to it, or nobody knows what it is.
std::string PrimitiveKernel::key_of(const std::string &name, const WeightSource &weights, const Description &from,
                                    const Description &to, const WeightScales &scales) const
{
    const bool as_they_are = from == to && scales.are_one() && !weights.fresh;
    if (as_they_are || !context_.packed->file() || !weights.identity) return "";
    std::vector<float> all = scales.channels;
    all.push_back(scales.all);
    return packed_key(name, weights.identity(), from, to, all);
}

std::shared_ptr<const PackedTensor> PrimitiveKernel::packed(const std::string &name, const WeightSource &weights,
                                                            const Description &from, const Description &to,
                                                            const WeightScales &scales)
{
    kept_.push_back(context_.packed->get(name, to, scales.all, [&] {
        const std::string key = key_of(name, weights, from, to, scales);
        auto known = found(key, to, scales.all);
        return std::make_shared<PackedTensor>(known ? std::move(*known) : made(key, weights, from, to, scales));
    }));
    weight_bytes_ += to.get_size();
    return kept_.back();
}

std::shared_ptr<const PackedTensor> PrimitiveKernel::derived(const std::string &name, const Description &layout,
                                                             float scale, const std::function<void(float *)> &fill,
                                                             const WeightSource *of)
{
    kept_.push_back(context_.packed->get(name, layout, scale, [&] {
        const std::string key = of ? key_of(name, *of, layout, layout, {scale, {0.0f}}) : "";
        if (auto known = found(key, layout, scale)) return std::make_shared<PackedTensor>(std::move(*known));
        const double start = milliseconds_now();
        Tensor values = room_for(context_, layout);
        fill(values.floats());
        context_.count->hold(values.bytes());
        const dnnl::memory memory(layout, context_.engine, values.data());
        if (!key.empty() && !context_.only_measure)
            context_.packed->file()->add(key, values, milliseconds_now() - start);
        return std::make_shared<PackedTensor>(PackedTensor{memory, std::move(values), scale});
    }));
    weight_bytes_ += layout.get_size();
    return kept_.back();
}

void PrimitiveKernel::run()
try {
    std::optional<ThreadScope> scope;
    if (most_threads_ > 0) scope.emplace(at_most(most_threads_));
    if (!scratch_.empty()) place_scratch();
    for (const Step &step : steps_) {
        if (step.loop) {
            step.loop();
            continue;
        }
        // The arrays of oneDNN's C interface, which its C++ interface makes anew for each call.
        const dnnl_status_t status =
            dnnl_primitive_execute(step.primitive.get(), context_.stream.get(), static_cast<int>(step.arguments.size()),
                                   step.arguments.data());
        dnnl::error::wrap_c_api(status, "a primitive could not run");
    }
} catch (const dnnl::error &error) {
    refuse(error);
}

Activation activation_of(const Attributes &attributes)
{
    const std::string &name = attributes.text("activation");
    return name == "relu" ? Activation::relu : name == "relu6" ? Activation::relu6 : Activation::none;
}

dnnl::memory::data_type type_of(ElementType type)
{
    using Type = dnnl::memory::data_type;
    switch (type) {
    case ElementType::f32:
        return Type::f32;
    case ElementType::i32:
        return Type::s32;
    case ElementType::u8:
        return Type::u8;
    case ElementType::bf16:
        return Type::bf16;
    case ElementType::i8:
        return Type::s8;
    default:
        return Type::undef;
    }
}

Description nhwc(const Shape &shape, ElementType type) { return description_of(shape, {type}); }

Description description_of(const Shape &shape, const StoredAs &stored)
{
    using Tag = dnnl::memory::format_tag;
    return {{shape[0], shape[3], shape[1], shape[2]},
            type_of(stored.type),
            stored.layout == StoredAs::Layout::blocked ? Tag::nChw16c : Tag::nhwc};
}

} // namespace tradewind::onednn
