// SPDX-License-Identifier: Apache-2.0
// The steps of a layer: maps into the layout and numbers that the algorithm wants, the convolution, and back.
#include "targets/onednn/layer_kernel.h"

#include "targets/onednn/clamp.h"
#include "targets/onednn/depthwise_kernel.h"
#include "targets/onednn/layer_primitive.h"
#include "targets/onednn/small_weights.h"
#include "targets/onednn/winograd_1d_kernel.h"

namespace tradewind::onednn {
namespace {

using Type = dnnl::memory::data_type;
using Tag = dnnl::memory::format_tag;

class Builder {
public:
    Builder(const Layer &layer, const LayerChoice &choice, const LayerOperands &operands, const Context &context,
            PackedLayer &packed)
        : layer_(layer), choice_(choice), operands_(operands), context_(context), packed_(packed),
          weights_(operands.weights)
    {
    }

    std::unique_ptr<Kernel> build()
    {
        auto kernel = std::make_unique<PrimitiveKernel>(context_);
        LayerWish wish{operands_.residual_stored, packed_.layout, {}};
        auto primitive = describe(layer_, choice_, wish, context_.engine);
        if (!primitive) return nullptr;
        if (choice_.type == ElementType::i8) {
            if (packed_.extents.empty()) read_extents(*kernel);
            wish.sum_scales = sum_scales(packed_.extents, layer_, operands_.residual_scale);
        }
        const auto description = kernel->choose(
            [&] {
                primitive = describe(layer_, choice_, wish, context_.engine);
                return primitive ? std::optional(primitive->description) : std::nullopt;
            },
            primitive->most_threads);
        if (!description) return nullptr;
        pack(*kernel, primitive->description.weights_desc());
        std::optional<ThreadScope> scope;
        if (kernel->most_threads() > 0) scope.emplace(at_most(kernel->most_threads()));
        assemble(*kernel, *primitive);
        return kernel;
    }

private:
    void assemble(PrimitiveKernel &kernel, const LayerPrimitive &primitive)
    {
        const auto source = source_of(kernel);
        const auto destination = kernel.bind(description_of(layer_.output, layer_.destination), operands_.destination);
        const auto inner_source = same_or_scratch(kernel, source, primitive.description.src_desc());
        const auto inner_destination = same_or_scratch(kernel, destination, primitive.description.dst_desc());
        Arguments arguments = packed_.arguments;
        arguments[DNNL_ARG_SRC] = inner_source;
        arguments[DNNL_ARG_DST] = inner_destination;
        kernel.reorder(source, inner_source, layer_.source.scale / primitive.source.scale);
        if (layer_.adds) add_residual(kernel, primitive, inner_destination);
        kernel.add(dnnl::convolution_forward(primitive.description), arguments);
        if (primitive.clamps && can_move_clamped(inner_destination, destination))
            return kernel.add([=] { move_clamped(inner_destination, destination); });
        if (primitive.clamps) kernel.add([=] { clamp(inner_destination); });
        kernel.reorder(inner_destination, destination, primitive.destination.scale / layer_.destination.scale);
    }

    static dnnl::memory same_or_scratch(PrimitiveKernel &kernel, const dnnl::memory &stored, const Description &wanted)
    {
        return stored.get_desc() == wanted ? stored : kernel.scratch(wanted);
    }

    // Added to in the destination, where it often is already: see plan_memory.
    void add_residual(PrimitiveKernel &kernel, const LayerPrimitive &primitive, const dnnl::memory &destination)
    {
        StoredAs stored = operands_.residual_stored;
        float scale = stored.scale / primitive.destination.scale;
        if (primitive.adds_as_stored) {
            stored.type = primitive.destination.type; // the sum knows better
            scale = 1.0f;
        }
        kernel.reorder(kernel.bind(description_of(layer_.output, stored), operands_.residual), destination, scale);
    }

    // The input; for depthwise convolutions with several filters a channel, one where each channel is repeated.
    dnnl::memory source_of(PrimitiveKernel &kernel)
    {
        const Description layout = description_of(layer_.input, layer_.source);
        const std::int64_t channels = layer_.input[3];
        if (operands_.source_channels == channels) return kernel.bind(layout, operands_.source);
        const dnnl::memory wide = kernel.scratch(layout);
        const std::int64_t count = element_count(layer_.input) / channels * operands_.source_channels;
        const std::int64_t times = channels / operands_.source_channels;
        kernel.add([=, from = operands_.source, size = byte_size(layer_.source.type)] {
            auto *to = static_cast<std::byte *>(wide.get_data_handle());
#pragma omp parallel for schedule(static)
            for (std::int64_t i = 0; i < count; ++i)
                for (std::int64_t j = 0; j < times; ++j)
                    std::memcpy(to + static_cast<std::size_t>(i * times + j) * size,
                                from + static_cast<std::size_t>(i) * size, size);
        });
        return wide;
    }

    // Scales are known only when weights have been read, and those are needed again when they are packed.
    void read_extents(PrimitiveKernel &kernel)
    {
        packed_.extents.assign(static_cast<std::size_t>(layer_.output[3]), 1.0f);
        if (!weights_.read || context_.only_measure) return;
        const auto found = kernel.derived(
            operands_.weights_name + " extents", Description({layer_.output[3]}, Type::f32, Tag::x), 1.0f,
            [&](float *to) {
                const Tensor values = weights_.read();
                weights_.read = [values] { return values; };
                measure_extents(values, layer_.output[3], to);
            },
            &operands_.weights);
        packed_.kept.push_back(found);
        const float *from = found->values.floats();
        packed_.extents.assign(from, from + layer_.output[3]);
    }

    void pack(PrimitiveKernel &kernel, const Description &wanted)
    {
        for (const auto &kept : packed_.kept) kernel.keep(kept);
        if (!packed_.arguments.empty()) return;
        packed_.layout = wanted;
        if (!weights_.read) return make_up(kernel, wanted);
        WeightScales scales{operands_.residual_scale};
        if (choice_.type == ElementType::i8) scales = steps_of(packed_.extents, layer_);
        const Description plain(wanted.dims(), Type::f32, layer_.depthwise ? Tag::hwigo : Tag::hwio);
        hold(DNNL_ARG_WEIGHTS, kernel.packed(operands_.weights_name, weights_, plain, wanted, scales));
        if (layer_.biased) hold(DNNL_ARG_BIAS, bias(kernel));
    }

    std::shared_ptr<const PackedTensor> bias(PrimitiveKernel &kernel)
    {
        const Description layout({layer_.output[3]}, Type::f32, Tag::x);
        if (choice_.type != ElementType::i8)
            return kernel.packed(operands_.biases_name, operands_.biases, layout, layout, {operands_.residual_scale});
        return kernel.derived(operands_.biases_name + " in sums", layout, layer_.source.scale, [&](float *to) {
            if (context_.only_measure) return;
            const Tensor values = operands_.biases.read();
            bias_in_sums(values, packed_.extents, layer_, to);
        });
    }

    void hold(int argument, std::shared_ptr<const PackedTensor> weights)
    {
        packed_.arguments[argument] = weights->memory;
        packed_.kept.push_back(std::move(weights));
    }

    // Any finite numbers take the same time.
    void make_up(PrimitiveKernel &kernel, const Description &wanted)
    {
        const auto invent = [&](int argument, const Description &layout) {
            Tensor values =
                context_.packed->pages().take({static_cast<std::int64_t>(layout.get_size())}, ElementType::u8);
            std::memset(values.data(), 0x3c, values.bytes());
            const dnnl::memory memory(layout, context_.engine, values.data());
            hold(argument, std::make_shared<PackedTensor>(PackedTensor{memory, std::move(values), 1.0f}));
            kernel.keep(packed_.kept.back());
        };
        invent(DNNL_ARG_WEIGHTS, wanted);
        if (layer_.biased) invent(DNNL_ARG_BIAS, Description({layer_.output[3]}, Type::f32, Tag::x));
    }

    const Layer &layer_;
    LayerChoice choice_;
    const LayerOperands &operands_;
    const Context &context_;
    PackedLayer &packed_;
    WeightSource weights_;
};

} // namespace

std::unique_ptr<Kernel> make_layer_kernel(const Layer &layer, const LayerChoice &choice, const LayerOperands &operands,
                                          const Context &context, PackedLayer &packed)
{
    if (choice.algorithm == Algorithm::own)
        return layer.depthwise ? make_depthwise_kernel(layer, operands, context, packed)
                               : make_winograd_1d_kernel(layer, operands, context, packed);
    return Builder(layer, choice, operands, context, packed).build();
}

} // namespace tradewind::onednn
