// SPDX-License-Identifier: Apache-2.0
// Descriptions from nodes, a trial of both layouts, passes.
#include "raw_primitives.h"

#include "stopwatch.h"

#include "ops/region_attributes.h"
#include "ops/window.h"
#include "targets/onednn/threads.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <random>

using namespace tradewind;
using namespace tradewind::onednn;

namespace {

using Type = dnnl::memory::data_type;
using Tag = dnnl::memory::format_tag;

constexpr int trials = 5;

// A node as oneDNN sees it.
struct Operation {
    Shape input, output;
    Window window;
    bool depthwise = false, biased = false, adds = false;
    int times = 1; // products of the same shape
};

bool is_pool(const Node &node) { return node.op->name == "max_pool" || node.op->name == "avg_pool"; }

Operation product(std::int64_t rows, std::int64_t depth, std::int64_t units, bool biased)
{
    return {{1, rows, 1, depth}, {1, rows, 1, units}, {}, false, biased};
}

// Nothing for what is neither convolution, product nor pool.
std::optional<Operation> operation_of(const Graph &graph, const Node &node)
{
    const std::string &op = node.op->name;
    const Shape &input = graph.shape(node.inputs[0]), &output = graph.shape(node.outputs[0]);
    if (op == "dense") return product(input[0], input[1], output[1], node.attributes.integer("bias") != 0);
    if (op == "position_sensitive_predict") {
        Operation one = product(output[0], input[3], output[3], false);
        one.times = static_cast<int>(ops::binned_crop(node.attributes).bins.area());
        one.adds = true;
        return one;
    }
    if (op == "conv2d" || op == "depthwise_conv2d") {
        Operation one{input,
                      output,
                      window_of(node.attributes, input),
                      op != "conv2d",
                      node.attributes.integer("bias") != 0,
                      node.inputs.size() == 2};
        if (one.depthwise) one.input[3] = output[3];
        return one;
    }
    return is_pool(node) ? std::optional<Operation>({input, output, window_of(node.attributes, input)}) : std::nullopt;
}

Description map(const Shape &shape, bool plain)
{
    return {{shape[0], shape[3], shape[1], shape[2]}, Type::f32, plain ? Tag::nhwc : Tag::any};
}

ConvolutionShape convolution_shape(const Operation &operation, bool plain)
{
    const Window &window = operation.window;
    const std::int64_t from = operation.input[3], to = operation.output[3];
    Dims weights = operation.depthwise ? Dims{to, 1, 1} : Dims{to, from};
    weights.insert(weights.end(), {window.y.kernel, window.x.kernel});
    return {map(operation.input, plain),
            Description(weights, Type::f32, Tag::any),
            operation.biased ? Description({to}, Type::f32, Tag::x) : Description(),
            map(operation.output, plain),
            {window.y.stride, window.x.stride},
            {window.y.dilation, window.x.dilation},
            {window.y.before, window.x.before},
            {window.y.after, window.x.after}};
}

PoolShape pool_shape(const Operation &operation, bool maximum, bool plain)
{
    const Window &window = operation.window;
    // In the forward pass there is nothing to propose: oneDNN wants a layout for the source.
    const Shape &shape = operation.input;
    const Description source =
        plain ? map(shape, true) : Description({shape[0], shape[3], shape[1], shape[2]}, Type::f32, Tag::nChw16c);
    return {maximum,
            source,
            map(operation.output, plain),
            {window.y.kernel, window.x.kernel},
            {window.y.stride, window.x.stride},
            {window.y.before, window.x.before},
            {window.y.after, window.x.after}};
}

// Memory of its own, every page touched.
dnnl::memory filled(const Description &layout, const dnnl::engine &engine)
{
    dnnl::memory memory(layout, engine);
    auto *values = static_cast<float *>(memory.get_data_handle());
    std::minstd_rand generator; // numbers like those of networks: what bits change costs time as well
    for (std::size_t i = 0; i < layout.get_size() / sizeof(float); ++i)
        values[i] = static_cast<float>(generator()) * 0x1p-31f - 0.5f;
    return memory;
}

std::string described(const dnnl::primitive_desc_base &description, bool plain)
{
    return std::string(description.impl_info_str()) + (plain ? ", nhwc" : ", its own layout");
}

Activation activation(const Node &node)
{
    const std::string &name = node.attributes.text("activation");
    return name == "relu" ? Activation::relu : name == "relu6" ? Activation::relu6 : Activation::none;
}

std::optional<RawNode> convolution(const Node &node, const Operation &operation, bool plain, const dnnl::engine &engine)
{
    const ConvolutionShape shape = convolution_shape(operation, plain);
    const auto after = node.op->name == "position_sensitive_predict" ? Activation::none : activation(node);
    const auto description = describe(shape, post_operations(after, operation.adds), engine);
    if (!description) return {};
    RawNode raw{node.name, described(*description, plain)};
    for (int i = 0; i < operation.times; ++i) {
        RawNode::Step step{dnnl::convolution_forward(*description),
                           {{DNNL_ARG_SRC, filled(description->src_desc(), engine)},
                            {DNNL_ARG_WEIGHTS, filled(description->weights_desc(), engine)},
                            {DNNL_ARG_DST, filled(description->dst_desc(), engine)}}};
        if (operation.biased) step.arguments[DNNL_ARG_BIAS] = filled(shape.bias, engine);
        raw.steps.push_back(std::move(step));
    }
    return raw;
}

std::optional<RawNode> pool(const Node &node, const Operation &operation, bool plain, const dnnl::engine &engine)
{
    const auto description = describe(pool_shape(operation, node.op->name == "max_pool", plain), engine);
    if (!description) return {};
    RawNode raw{node.name, described(*description, plain)};
    raw.steps.push_back({dnnl::pooling_forward(*description),
                         {{DNNL_ARG_SRC, filled(description->src_desc(), engine)},
                          {DNNL_ARG_DST, filled(description->dst_desc(), engine)}}});
    return raw;
}

double run(const RawNode &node, dnnl::stream &stream)
{
    const double start = milliseconds_now();
    for (const auto &step : node.steps) step.primitive.execute(stream, step.arguments);
    stream.wait();
    return milliseconds_now() - start;
}

double shortest(const RawNode &node, dnnl::stream &stream)
{
    double least = std::numeric_limits<double>::infinity();
    for (int i = 0; i < trials; ++i) least = std::min(least, run(node, stream));
    return least;
}

} // namespace

RawPrimitives::RawPrimitives(const Graph &graph, int threads) : threads_(threads)
{
    const ThreadScope scope(threads_);
    for (const Node &node : graph.nodes) {
        const auto operation = operation_of(graph, node);
        if (!operation) continue;
        std::optional<RawNode> best;
        double least = std::numeric_limits<double>::infinity();
        for (const bool plain : {true, false}) {
            auto candidate =
                is_pool(node) ? pool(node, *operation, plain, engine_) : convolution(node, *operation, plain, engine_);
            if (!candidate) continue;
            const double taken = shortest(*candidate, stream_);
            if (taken >= least) continue;
            least = taken;
            best = std::move(candidate);
        }
        if (best)
            nodes_.push_back(std::move(*best));
        else
            missing_.push_back(node.name);
    }
}

void RawPrimitives::run(bool recorded)
{
    const ThreadScope scope(threads_);
    for (RawNode &node : nodes_) {
        const double taken = ::run(node, stream_);
        if (recorded) node.milliseconds.push_back(taken);
    }
}

double RawPrimitives::sum_of_medians() const
{
    double sum = 0;
    for (const RawNode &node : nodes_) sum += median(node.milliseconds);
    return sum;
}
