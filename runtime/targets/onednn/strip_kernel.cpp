// SPDX-License-Identifier: Apache-2.0
// A thread computes half of the points of some strips, from the map to its part of the outputs: its half of the weights
// and what lies between stay in its own cache. What comes from another core's costs as much as is saved.
#include "targets/onednn/strip_kernel.h"

#include "targets/onednn/strip_winograd.h"

#include <omp.h>

#include <array>
#include <exception>
#include <limits>

namespace tradewind::onednn {
namespace {

using Type = dnnl::memory::data_type;
using Tag = dnnl::memory::format_tag;

Description matrices(std::int64_t rows, std::int64_t columns, Tag tag = Tag::abc)
{
    return {{StripShape::points, rows, columns}, Type::f32, tag};
}

float *floats_of(const dnnl::memory &memory) { return static_cast<float *>(memory.get_data_handle()); }

// They can be taken once, and two halves are made of them.
WeightSource read_once(WeightSource weights)
{
    if (!weights.read) return weights;
    weights.read = [read = weights.read, values = std::make_shared<Tensor>()] {
        if (values->empty()) *values = read();
        return *values;
    };
    return weights;
}

// Half of the weights, transformed but not packed. Zeros where nothing is to be read.
WeightSource transformed(const StripShape &shape, const WeightSource &weights, int half)
{
    const std::int64_t channels = shape.channels, filters = shape.filters;
    WeightSource source;
    source.bytes = static_cast<std::size_t>(StripShape::points * channels * filters) * sizeof(float);
    source.beside = weights.bytes;
    source.fresh = true;
    source.identity = weights.identity;
    source.read = [=] {
        const Tensor values = weights.read ? weights.read() : Tensor({StripShape::taps, channels, filters});
        Tensor to({StripShape::points, channels, filters});
        transform_weights(values.floats(), channels, filters, half, to.floats());
        values.release_pages();
        return to;
    };
    return source;
}

const float *biases_of(const Layer &layer, const LayerOperands &operands, const Context &context, PackedLayer &packed,
                       PrimitiveKernel &kernel)
{
    if (!layer.biased) return nullptr;
    const Description layout({layer.output[3]}, Type::f32, Tag::x);
    const auto made = kernel.derived(operands.biases_name + " of strips", layout, 1.0f, [&](float *to) {
        if (!operands.biases.read || context.only_measure) return;
        const Tensor values = operands.biases.read();
        std::copy_n(values.floats(), layer.output[3], to);
    });
    packed.kept.push_back(made);
    return made->values.floats();
}

// A layer's strips by a pair of threads, or several pairs.
class StripLoop {
public:
    StripLoop(const StripShape &shape, const LayerOperands &operands, const Context &context, PrimitiveKernel &kernel)
        : shape_(shape), source_(reinterpret_cast<const float *>(operands.source)),
          destination_(reinterpret_cast<float *>(operands.destination)), engine_(context.engine),
          threads_(at_most(std::numeric_limits<int>::max()))
    {
        const std::int64_t pairs = std::max(1, threads_ / 2), strips = shape.strips();
        const std::int64_t together = (strips + pairs - 1) / pairs;
        bool all = true;
        for (std::int64_t first = 0; first < strips; first += together)
            for (int half = 0; half < StripShape::halves; ++half)
                all = all && add({first, std::min(together, strips - first)}, half, kernel);
        if (!all) parts_.clear();
    }

    bool can_run() const { return !parts_.empty(); }
    const Description &weights() const { return *weights_; }

    // `weights`: of both halves. Each part of both halves is finished by both its threads.
    void run(const std::array<dnnl::memory, 2> &weights, const float *biases) const
    {
        const int count = static_cast<int>(parts_.size());
        std::exception_ptr failed;
#pragma omp parallel num_threads(std::min(threads_, count))
        {
#pragma omp for schedule(static)
            for (int i = 0; i < count; ++i) try {
                    compute(parts_[static_cast<std::size_t>(i)], weights);
                } catch (...) {
#pragma omp critical
                    failed = std::current_exception();
                }
#pragma omp for schedule(static)
            for (int i = 0; i < count; ++i) finish(static_cast<std::size_t>(i), biases);
        }
        if (failed) std::rethrow_exception(failed);
    }

private:
    struct Part {
        StripRange range;
        int half;
        dnnl::stream stream;
        dnnl::matmul product;
        dnnl::memory inputs, products, outputs, scratchpad;
    };

    // With one thread, which is what runs it.
    bool add(StripRange range, int half, PrimitiveKernel &kernel)
    {
        const ThreadScope one(1);
        const Description from = matrices(range.count, shape_.channels), to = matrices(range.count, shape_.filters);
        const ProductShape shape{from, weights_ ? *weights_ : matrices(shape_.channels, shape_.filters, Tag::any), to};
        const auto description = kernel.choose([&] { return describe(shape, engine_); });
        if (!description) return false;
        weights_ = description->weights_desc();
        const Description outputs({StripShape::outputs, range.count, shape_.filters}, Type::f32, Tag::abc);
        parts_.push_back({range, half, dnnl::stream(engine_), dnnl::matmul(*description), kernel.scratch(from),
                          kernel.scratch(to), kernel.scratch(outputs), kernel.scratch(description->scratchpad_desc())});
        return true;
    }

    void compute(const Part &part, const std::array<dnnl::memory, 2> &weights) const
    {
        transform_input(shape_, source_, part.range, part.half, floats_of(part.inputs));
        part.product.execute(part.stream, {{DNNL_ARG_SRC, part.inputs},
                                           {DNNL_ARG_WEIGHTS, weights[static_cast<std::size_t>(part.half)]},
                                           {DNNL_ARG_DST, part.products},
                                           {DNNL_ARG_SCRATCHPAD, part.scratchpad}});
        transform_products(shape_, floats_of(part.products), part.range, part.half, floats_of(part.outputs));
    }

    // The first or the second half of the strips of a part, of both halves of the points.
    void finish(std::size_t index, const float *biases) const
    {
        const std::size_t pair = index / 2 * 2;
        const StripRange range = parts_[index].range;
        const std::int64_t first_half = range.count / 2;
        const StripRange mine = index % 2 == 0 ? StripRange{range.first, first_half}
                                               : StripRange{range.first + first_half, range.count - first_half};
        const std::array<const float *, 2> halves = {floats_of(parts_[pair].outputs),
                                                     floats_of(parts_[pair + 1].outputs)};
        add_halves(shape_, halves.data(), biases, range, mine, destination_);
    }

    StripShape shape_;
    const float *source_;
    float *destination_;
    dnnl::engine engine_;
    int threads_;
    std::optional<Description> weights_;
    std::vector<Part> parts_; // pairs
};

} // namespace

std::unique_ptr<Kernel> make_strip_kernel(const Layer &layer, const LayerOperands &operands, const Context &context,
                                          PackedLayer &packed)
{
    if (!has_strip_winograd(layer)) return nullptr;
    const StripShape shape(layer);
    auto kernel = std::make_unique<PrimitiveKernel>(context);
    const auto loop = std::make_shared<const StripLoop>(shape, operands, context, *kernel);
    if (!loop->can_run()) return nullptr;
    std::array<dnnl::memory, 2> weights;
    const WeightSource plain = read_once(operands.weights);
    for (int half = 0; half < StripShape::halves; ++half) {
        const auto made = kernel->packed(operands.weights_name + " in strips " + std::to_string(half),
                                         transformed(shape, plain, half), matrices(shape.channels, shape.filters),
                                         loop->weights(), {});
        weights[static_cast<std::size_t>(half)] = made->memory;
        packed.kept.push_back(made);
    }
    const float *biases = biases_of(layer, operands, context, packed, *kernel);
    kernel->add([=] { loop->run(weights, biases); });
    kernel->name("own winograd 1x2, 1x7");
    return kernel;
}

} // namespace tradewind::onednn
