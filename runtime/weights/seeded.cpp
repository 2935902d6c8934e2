// SPDX-License-Identifier: Apache-2.0
// Weights by formula. All in double, rounded once.
#include "weights/seeded.h"

#include "tensor/error.h"
#include "tensor/seed.h"

#include <cmath>

namespace tradewind {
namespace {

double fan_in(const Shape &shape, std::size_t from_the_end)
{
    double product = 1;
    for (std::size_t i = 0; i + from_the_end < shape.size(); ++i) product *= static_cast<double>(shape[i]);
    return product;
}

bool ends_with_any(const std::string &name, std::initializer_list<const char *> endings)
{
    for (const char *ending : endings)
        if (name.ends_with(ending)) return true;
    return false;
}

double weight_factor(const std::string &name)
{
    if (ends_with_any(name, {"vgg_16/conv1/conv1_1/weights", "resnet_v1_101/conv1/weights"})) return 1.0 / 64.0;
    if (ends_with_any(name, {"BoxEncodingPredictor/weights", "ClassPredictor/weights", "refined_locations/weights",
                             "class_predictions/weights"}))
        return 0.5;
    return 1.0;
}

} // namespace

// The published formula computes (2u - 1) * a * factor in this order; every step here is the same double operation.
Tensor seeded_tensor(const std::string &name, const Shape &shape)
{
    const std::string leaf = name.substr(name.rfind('/') + 1);
    const std::uint64_t hash = seed_hash(name);
    Tensor tensor(shape);
    const auto fill = [&](auto &&value) {
        for (std::int64_t i = 0; i < tensor.count(); ++i) {
            const double unit = static_cast<double>(seed_bits(hash, static_cast<std::uint64_t>(i)) >> 11) * 0x1p-53;
            tensor.floats()[i] = static_cast<float>(value(unit));
        }
        return tensor;
    };
    const auto sym = [](double unit) { return 2 * unit - 1; };
    if (leaf == "weights" || leaf == "pointwise_weights") {
        const double amplitude = std::sqrt(6.0 / fan_in(shape, 1)), factor = weight_factor(name);
        return fill([=](double u) { return sym(u) * amplitude * factor; });
    }
    if (leaf == "depthwise_weights")
        return fill([=, a = std::sqrt(6.0 / fan_in(shape, 2))](double u) { return sym(u) * a; });
    if (leaf == "biases") return fill([=](double u) { return sym(u) * 0.1; });
    if (leaf == "gamma") {
        const double factor = name.find("/conv3/BatchNorm/") != std::string::npos ? 0.125 : 1.0;
        return fill([=](double u) { return (0.8 + 0.4 * u) * factor; });
    }
    if (leaf == "scale") return fill([](double u) { return 20.0 * (0.8 + 0.4 * u); });
    if (leaf == "beta" || leaf == "moving_mean") return fill([=](double u) { return sym(u) * 0.2; });
    if (leaf == "moving_variance") return fill([](double u) { return 0.8 + 0.4 * u; });
    throw Error(ErrorCode::usage, "seeded weights have no rule for tensors called '" + leaf + "'", name);
}

WeightStore seeded_weights(const Graph &graph, const std::string &prefix)
{
    WeightStore store;
    store.origin = "seeded" + (prefix.empty() ? "" : ":" + prefix);
    for (const auto &parameter : graph.parameters)
        if (!parameter.name.empty())
            store.tensors[parameter.name] = seeded_tensor(prefix + parameter.name, parameter.shape);
    return store;
}

} // namespace tradewind
