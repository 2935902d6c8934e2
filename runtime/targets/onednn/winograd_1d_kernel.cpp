// SPDX-License-Identifier: Apache-2.0
// A thread computes one half of the points of some tiles, from the map to its half of the sums, so that its half of the
// weights and what lies between stay in its own cache: what comes from another core's costs as much as is saved. How
// tiles are shared out does not depend on the number of threads.
#include "targets/onednn/winograd_1d_kernel.h"

#include "targets/onednn/winograd_1d.h"

#include <omp.h>

#include <algorithm>
#include <array>
#include <exception>
#include <limits>

namespace tradewind::onednn {
namespace {

using Type = dnnl::memory::data_type;
using Tag = dnnl::memory::format_tag;
using Halves = std::array<dnnl::memory, 2>;

Description matrices(std::int64_t rows, std::int64_t columns, Tag tag = Tag::abc)
{
    return {{TiledLine::points, rows, columns}, Type::f32, tag};
}

float *floats_of(const dnnl::memory &memory) { return static_cast<float *>(memory.get_data_handle()); }

// The same number of tiles each, so that one product serves all; the last may have fewer.
std::int64_t tiles_together(const TiledLine &line)
{
    constexpr std::int64_t most = 96;
    const std::int64_t times = (line.tiles() + most - 1) / most;
    return (line.tiles() + times - 1) / times;
}

std::optional<dnnl::matmul::primitive_desc> product_of(const TiledLine &line, const dnnl::engine &engine)
{
    const ThreadScope one(1);
    const std::int64_t rows = tiles_together(line);
    return describe(ProductShape{matrices(rows, line.channels), matrices(line.channels, line.filters, Tag::any),
                                 matrices(rows, line.filters)},
                    engine);
}

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

// Half of the weights, transformed but not packed. Of zeros where nothing is to be read.
WeightSource transformed(const TiledLine &line, const WeightSource &weights, int half)
{
    const std::int64_t channels = line.channels, filters = line.filters;
    WeightSource source;
    source.bytes = static_cast<std::size_t>(TiledLine::points * channels * filters) * sizeof(float);
    source.beside = weights.bytes;
    source.fresh = true;
    source.identity = weights.identity;
    source.read = [=] {
        const Tensor values = weights.read ? weights.read() : Tensor({TiledLine::taps, channels, filters});
        Tensor to({TiledLine::points, channels, filters});
        transform_weights(values.floats(), channels, filters, half, to.floats());
        values.release_pages();
        return to;
    };
    return source;
}

class TileLoop {
public:
    TileLoop(const Layer &layer, const LayerOperands &operands, const dnnl::matmul::primitive_desc &product,
             const Context &context, PrimitiveKernel &kernel)
        : line_(layer), source_(reinterpret_cast<const float *>(operands.source)),
          destination_(reinterpret_cast<float *>(operands.destination)), zeros_({line_.channels}), product_(product),
          together_(tiles_together(line_)), chunks_((line_.tiles() + together_ - 1) / together_),
          threads_(at_most(std::numeric_limits<int>::max()))
    {
        for (std::int64_t i = 0; i < std::min<std::int64_t>(threads_, parts()); ++i)
            benches_.push_back({dnnl::stream(context.engine), kernel.scratch(product.src_desc()),
                                kernel.scratch(product.dst_desc()), kernel.scratch(product.scratchpad_desc())});
        const Description sums({TiledLine::halves * chunks_, TiledLine::outputs, together_ * line_.filters}, Type::f32,
                               Tag::abc);
        sums_ = kernel.scratch(sums);
    }

    void run(const Halves &weights, const float *biases) const
    {
        std::exception_ptr failed;
#pragma omp parallel num_threads(threads_)
        {
#pragma omp for schedule(static)
            for (std::int64_t i = 0; i < parts(); ++i) try {
                    compute(i, benches_[static_cast<std::size_t>(parts() > threads_ ? omp_get_thread_num() : i)],
                            weights);
                } catch (...) {
#pragma omp critical
                    failed = std::current_exception();
                }
#pragma omp for schedule(static)
            for (std::int64_t tile = 0; tile < line_.tiles(); ++tile) finish(tile, biases);
        }
        if (failed) std::rethrow_exception(failed);
    }

private:
    // What one thread works with.
    struct Bench {
        dnnl::stream stream;
        dnnl::memory inputs, products, scratchpad;
    };

    std::int64_t parts() const { return TiledLine::halves * chunks_; }

    float *sums_of(int half, std::int64_t chunk) const
    {
        return floats_of(sums_) + (half * chunks_ + chunk) * TiledLine::outputs * together_ * line_.filters;
    }

    void compute(std::int64_t part, const Bench &bench, const Halves &weights) const
    {
        const int half = static_cast<int>(part / chunks_);
        const std::int64_t chunk = part % chunks_, first = chunk * together_;
        const TileRange range{first, std::min(together_, line_.tiles() - first), together_};
        transform_input(line_, source_, zeros_.floats(), range, half, floats_of(bench.inputs));
        product_.execute(bench.stream, {{DNNL_ARG_SRC, bench.inputs},
                                        {DNNL_ARG_WEIGHTS, weights[static_cast<std::size_t>(half)]},
                                        {DNNL_ARG_DST, bench.products},
                                        {DNNL_ARG_SCRATCHPAD, bench.scratchpad}});
        transform_products(line_, floats_of(bench.products), range, half, sums_of(half, chunk));
    }

    void finish(std::int64_t tile, const float *biases) const
    {
        const std::int64_t chunk = tile / together_, from = tile % together_ * line_.filters;
        add_halves(line_, sums_of(0, chunk) + from, sums_of(1, chunk) + from, biases, {tile, 1, together_},
                   destination_);
    }

    TiledLine line_;
    const float *source_;
    float *destination_;
    Tensor zeros_;
    dnnl::matmul product_;
    std::int64_t together_, chunks_;
    int threads_;
    std::vector<Bench> benches_;
    dnnl::memory sums_; // halves x chunks x outputs x tiles x filters
};

// Zeros where the layer has none.
std::shared_ptr<const PackedTensor> biases_of(const Layer &layer, const LayerOperands &operands, const Context &context,
                                              PrimitiveKernel &kernel)
{
    const Description layout({layer.output[3]}, Type::f32, Tag::x);
    return kernel.derived(operands.biases_name + " of tiles", layout, 1.0f, [&](float *to) {
        if (!layer.biased || !operands.biases.read || context.only_measure) return;
        const Tensor values = operands.biases.read();
        std::copy_n(values.floats(), layer.output[3], to);
    });
}

} // namespace

bool has_winograd_1d_kernel(const Layer &layer)
{
    return has_winograd_1d(layer) && product_of(TiledLine(layer), dnnl::engine(dnnl::engine::kind::cpu, 0)).has_value();
}

std::unique_ptr<Kernel> make_winograd_1d_kernel(const Layer &layer, const LayerOperands &operands,
                                                const Context &context, PackedLayer &packed)
{
    if (!has_winograd_1d(layer)) return nullptr;
    const TiledLine line(layer);
    const auto product = product_of(line, context.engine);
    if (!product) return nullptr;
    auto kernel = std::make_unique<PrimitiveKernel>(context);
    const auto loop = std::make_shared<const TileLoop>(layer, operands, *product, context, *kernel);
    Halves weights;
    const WeightSource plain = read_once(operands.weights);
    for (int half = 0; half < TiledLine::halves; ++half) {
        const auto made =
            kernel->packed(operands.weights_name + " in tiles " + std::to_string(half), transformed(line, plain, half),
                           matrices(line.channels, line.filters), product->weights_desc(), {});
        weights[static_cast<std::size_t>(half)] = made->memory;
        packed.kept.push_back(made);
    }
    packed.kept.push_back(biases_of(layer, operands, context, *kernel));
    kernel->add([loop, weights, biases = packed.kept.back()->values.floats()] { loop->run(weights, biases); });
    kernel->call("own winograd 1x2, 1x7");
    return kernel;
}

} // namespace tradewind::onednn
