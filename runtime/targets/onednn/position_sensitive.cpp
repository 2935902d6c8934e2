// SPDX-License-Identifier: Apache-2.0
// position_sensitive_crop and position_sensitive_predict. Pooling is a weighted sum of pixels, and so commutes with a
// 1x1 convolution: predictions pool the features of each bin first and multiply them with the weights of that bin.
#include "targets/onednn/bin_weights.h"
#include "targets/onednn/primitive_kernel.h"

#include "ops/crop_sampling.h"

#include <algorithm>

namespace tradewind::onednn {
namespace {

using Type = dnnl::memory::data_type;
using Tag = dnnl::memory::format_tag;

// The weights of all bins of all boxes.
class Regions {
public:
    explicit Regions(const KernelRequest &request)
        : map_(request.inputs[0]), boxes_(request.inputs[1]), count_(request.inputs[2]),
          crop_(ops::binned_crop(request.attributes())),
          rows_(static_cast<std::size_t>(boxes_.shape[0] * crop_.bins.height)),
          columns_(static_cast<std::size_t>(boxes_.shape[0] * crop_.bins.width))
    {
    }

    void find()
    {
        live_ = live_rows(count_, boxes_.shape[0]);
#pragma omp parallel for schedule(static)
        for (std::int64_t p = 0; p < live_; ++p) {
            const float *box = boxes_.floats() + 4 * p;
            for (std::int64_t i = 0; i < crop_.bins.height; ++i)
                rows_[static_cast<std::size_t>(p * crop_.bins.height + i)].set(box[0], box[2], crop_.bins.height, i,
                                                                               map_.shape[1], crop_.samples.height);
            for (std::int64_t j = 0; j < crop_.bins.width; ++j)
                columns_[static_cast<std::size_t>(p * crop_.bins.width + j)].set(box[1], box[3], crop_.bins.width, j,
                                                                                 map_.shape[2], crop_.samples.width);
        }
    }

    std::int64_t live() const { return live_; }
    std::int64_t bins() const { return crop_.bins.area(); }

    // Adds the mean over a bin's samples of some channels, divided by the number of bins.
    void pool(std::int64_t p, std::int64_t bin, std::int64_t first, std::int64_t channels, float *to) const
    {
        const float factor = 1.0f / static_cast<float>(crop_.samples.area() * bins());
        add_weighted({map_.floats() + first, map_.shape[2], map_.shape[3]}, row(p, bin), column(p, bin), factor, to,
                     channels);
    }

    // The part of all samples of the box that lies in this bin and inside the map.
    float share(std::int64_t p, std::int64_t bin) const
    {
        return static_cast<float>(row(p, bin).inside * column(p, bin).inside) /
               static_cast<float>(crop_.samples.area() * bins());
    }

private:
    const AxisWeights &row(std::int64_t p, std::int64_t bin) const
    {
        return rows_[static_cast<std::size_t>(p * crop_.bins.height + bin / crop_.bins.width)];
    }
    const AxisWeights &column(std::int64_t p, std::int64_t bin) const
    {
        return columns_[static_cast<std::size_t>(p * crop_.bins.width + bin % crop_.bins.width)];
    }

    TensorView map_, boxes_, count_;
    ops::BinnedCrop crop_;
    std::vector<AxisWeights> rows_, columns_;
    std::int64_t live_ = 0;
};

class PooledMapKernel final : public Kernel {
public:
    explicit PooledMapKernel(const KernelRequest &request) : regions_(request), out_(request.outputs[0]) {}

    void run() override
    {
        regions_.find();
        const std::int64_t channels = out_.shape[3];
#pragma omp parallel for schedule(dynamic)
        for (std::int64_t p = 0; p < regions_.live(); ++p) {
            float *to = out_.floats() + p * channels;
            std::fill_n(to, channels, 0.0f);
            for (std::int64_t bin = 0; bin < regions_.bins(); ++bin)
                regions_.pool(p, bin, bin * channels, channels, to);
        }
    }

    std::string implementation() const override { return "weighted pixels"; }

private:
    Regions regions_;
    TensorView out_;
};

// The product of pooled features and the weights of one bin, added to what there is; for some number of rows.
struct Product {
    std::int64_t rows;
    Description source, destination;
    dnnl::convolution_forward::primitive_desc description;
};

std::optional<Product> describe_product(std::int64_t rows, std::int64_t channels, std::int64_t outputs,
                                        const dnnl::engine &engine)
{
    ConvolutionShape shape;
    shape.source = nhwc({1, rows, 1, channels});
    shape.destination = nhwc({1, rows, 1, outputs});
    shape.weights = Description({outputs, channels, 1, 1}, Type::f32, Tag::any);
    shape.strides = shape.dilations = {1, 1};
    shape.before = shape.after = {0, 0};
    auto description = describe(shape, post_operations(Activation::none, true), engine);
    if (!description) return {};
    return Product{rows, shape.source, shape.destination, std::move(*description)};
}

// The memory that the steps of a prediction share.
struct Prediction {
    explicit Prediction(const KernelRequest &request)
        : regions(request), boxes(request.inputs[1].shape[0]), channels(request.inputs[0].shape[3]),
          outputs(request.outputs[0].shape[3]), pooled({boxes, channels}), out(request.outputs[0].floats())
    {
        if (request.has("biases")) biases = request.take("biases");
    }

    // Starts the sums at the biases, of which samples outside the map have none. Rows that are not live are zeros, so
    // that products of more rows do no harm.
    void start()
    {
        regions.find();
        const auto enough = [&](const Product &product) { return product.rows >= regions.live(); };
        chosen = static_cast<std::size_t>(std::find_if(products.begin(), products.end(), enough) - products.begin());
        const std::int64_t live = regions.live();
        std::fill_n(pooled.floats() + live * channels, (boxes - live) * channels, 0.0f);
        std::fill_n(out, boxes * outputs, 0.0f);
        if (biases.empty()) return;
#pragma omp parallel for schedule(static)
        for (std::int64_t p = 0; p < live; ++p)
            for (std::int64_t bin = 0; bin < regions.bins(); ++bin) {
                const float share = regions.share(p, bin), *of_bin = biases.floats() + bin * outputs;
                float *to = out + p * outputs;
                for (std::int64_t i = 0; i < outputs; ++i) to[i] += share * of_bin[i];
            }
    }

    void pool(std::int64_t bin)
    {
#pragma omp parallel for schedule(dynamic, 4)
        for (std::int64_t p = 0; p < regions.live(); ++p) {
            float *to = pooled.floats() + p * channels;
            std::fill_n(to, channels, 0.0f);
            regions.pool(p, bin, 0, channels, to);
        }
    }

    Regions regions;
    std::int64_t boxes, channels, outputs;
    Tensor biases, pooled;
    float *out;
    std::vector<Product> products; // ascending in rows; the last has all
    std::size_t chosen = 0;        // the first with enough rows for what is live
};

// The columns of one bin, a matrix of their own.
Tensor weights_of_bin(const Tensor &weights, std::int64_t bin, std::int64_t outputs)
{
    const std::int64_t channels = weights.shape()[2], filters = weights.shape()[3];
    Tensor part({channels, outputs});
    for (std::int64_t c = 0; c < channels; ++c)
        std::copy_n(weights.floats() + c * filters + bin * outputs, outputs, part.floats() + c * outputs);
    return part;
}

WeightSource part_of(const WeightSource &all, std::int64_t bin, std::int64_t bins, std::int64_t outputs,
                     Tensor &weights)
{
    WeightSource part;
    part.bytes = all.bytes / static_cast<std::size_t>(bins);
    part.beside = all.fresh || all.mapped ? all.bytes + all.beside : 0;
    part.fresh = true;
    part.identity = [whole = all.identity, bin, bins] {
        const std::string identity = whole();
        return identity.empty() ? "" : identity + " bin " + std::to_string(bin) + " of " + std::to_string(bins);
    };
    part.read = [&all, bin, outputs, &weights] {
        if (weights.empty()) weights = all.read();
        return weights_of_bin(weights, bin, outputs);
    };
    return part;
}

// All rows, and fewer where that is the same kernel on the same layout of weights.
std::vector<Product> products_of(const KernelRequest &request, PrimitiveKernel &kernel, const dnnl::engine &engine)
{
    std::vector<Product> products;
    const std::int64_t boxes = request.inputs[1].shape[0];
    const auto describe_rows = [&](std::int64_t rows) {
        return describe_product(rows, request.inputs[0].shape[3], request.outputs[0].shape[3], engine);
    };
    kernel.choose([&] {
        products.clear();
        auto all = describe_rows(boxes);
        if (!all) return std::optional<dnnl::convolution_forward::primitive_desc>();
        products.push_back(*all);
        return std::optional(all->description);
    });
    for (std::int64_t rows = boxes / 2; !products.empty() && rows >= 16; rows /= 2) {
        const auto &all = products.back().description;
        const auto fewer = describe_rows(rows);
        if (fewer && fewer->description.weights_desc() == all.weights_desc() &&
            std::string(fewer->description.impl_info_str()) == all.impl_info_str())
            products.insert(products.begin(), *fewer);
    }
    return products;
}

std::unique_ptr<Kernel> make_prediction(const KernelRequest &request, const Context &context)
{
    auto kernel = std::make_unique<PrimitiveKernel>(context);
    auto products = products_of(request, *kernel, context.engine);
    if (products.empty()) return nullptr;
    const auto prediction = std::make_shared<Prediction>(request);
    const Description layout = products.back().description.weights_desc();
    prediction->products = std::move(products);
    kernel->add([prediction] { prediction->start(); });
    const Description plain({prediction->outputs, prediction->channels, 1, 1}, Type::f32, Tag::hwio);
    kernel->count_scratch(prediction->pooled.bytes());
    const WeightSource all = request.source("weights");
    Tensor weights; // read for the first bin that nobody has packed
    for (std::int64_t bin = 0; bin < prediction->regions.bins(); ++bin) {
        kernel->add([prediction, bin] { prediction->pool(bin); });
        const auto packed =
            kernel->pack(request.node.name + "/bin_" + std::to_string(bin),
                         part_of(all, bin, prediction->regions.bins(), prediction->outputs, weights), plain, layout);
        std::vector<std::pair<dnnl::primitive, Arguments>> by_rows;
        for (const Product &product : prediction->products)
            by_rows.push_back({dnnl::convolution_forward(product.description),
                               {{DNNL_ARG_SRC, kernel->bind(product.source, prediction->pooled.data())},
                                {DNNL_ARG_WEIGHTS, packed},
                                {DNNL_ARG_DST, kernel->bind(product.destination, prediction->out)}}});
        kernel->add([prediction, by_rows = std::move(by_rows), stream = context.stream] {
            const auto &[primitive, arguments] = by_rows[prediction->chosen];
            primitive.execute(stream, arguments);
        });
    }
    weights.release_pages();
    return kernel;
}

} // namespace

std::unique_ptr<Kernel> make_position_sensitive(const KernelRequest &request, const Context &context)
{
    const std::string &op = request.node.op->name;
    if (op == "position_sensitive_crop") return std::make_unique<PooledMapKernel>(request);
    return op == "position_sensitive_predict" ? make_prediction(request, context) : nullptr;
}

} // namespace tradewind::onednn
