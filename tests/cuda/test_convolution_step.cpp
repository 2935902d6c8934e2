// SPDX-License-Identifier: Apache-2.0
// Weights, biases and residuals of convolution steps in every storage, with the host in the place of the device. All
// numbers are small integers or halves, so that results are exact.
#include "../ops/made_up.h"
#include "ops/standard_ops.h"
#include "targets/cuda/step.h"

#include <doctest/doctest.h>

using namespace tradewind;
using namespace tradewind::cuda;

namespace {

constexpr std::int64_t batch = 3, pixels = 4, channels = 2, filters = 3;

// Two channels to three filters, half of it added to a residual.
Graph graph_of(bool separable)
{
    static const OpSet ops = standard_ops();
    Graph graph(ops);
    const std::vector<Value> inputs{graph.add_input("x", {{1, 2, 2, channels}}),
                                    graph.add_input("r", {{1, 2, 2, filters}})};
    graph.add("conv2d", "node", inputs,
              made_up::attributes({{"filters", filters},
                                   {"kernel", std::vector<std::int64_t>{1, 1}},
                                   {"stride", std::vector<std::int64_t>{1, 1}},
                                   {"padding", std::string("valid")},
                                   {"bias", 1},
                                   {"residual_scale", 0.5},
                                   {"separable", std::int64_t{separable}},
                                   {"activation", std::string("relu")}}));
    const Node &node = graph.nodes.back();
    const Parameter weights = graph.parameter(node, separable ? "pointwise_weights" : "weights");
    graph.parameters[weights].data = made_up::tensor({1, 1, channels, filters}, {1, 2, 3, -4, 5, 6});
    graph.parameters[graph.parameter(node, "biases")].data = made_up::tensor({filters}, {2, -8, 1});
    return graph;
}

float x_at(std::int64_t i) { return static_cast<float>(i % 5); }
float residual_at(std::int64_t i) { return static_cast<float>(i % 7) - 3; }

float expected(std::int64_t pixel, std::int64_t filter)
{
    constexpr float weights[channels][filters] = {{1, 2, 3}, {-4, 5, 6}}, biases[filters] = {2, -8, 1};
    float sum = biases[filter];
    for (std::int64_t c = 0; c < channels; ++c) sum += x_at(pixel * channels + c) * weights[c][filter];
    return std::max(0.0f, residual_at(pixel * filters + filter) + 0.5f * sum);
}

template <class T> std::vector<T> filled(std::int64_t count, float (*value)(std::int64_t))
{
    std::vector<T> values;
    for (std::int64_t i = 0; i < count; ++i) values.push_back(from_float<T>(value(i)));
    return values;
}

struct OnHost {
    std::unique_ptr<Device> device = open_device(0);
    std::shared_ptr<MemoryPool> pool = std::make_shared<MemoryPool>(*device, 0);
    StepContext context{
        *device, std::make_shared<DeviceWeights>(pool), std::make_shared<Workspace>(), Storage::f32, false, batch, {}};
};

template <class T> void check_step(bool separable)
{
    OnHost target;
    target.context.storage = storage_of<T>;
    Graph graph = graph_of(separable);
    auto x = filled<T>(batch * pixels * channels, x_at), r = filled<T>(batch * pixels * filters, residual_at);
    std::vector<T> y(r.size());
    StepRequest request{{graph, graph.nodes.back(), false}, target.context, {}, {}};
    request.inputs = {{x.data(), {1, 2, 2, channels}, storage_of<T>, pixels * channels},
                      {r.data(), {1, 2, 2, filters}, storage_of<T>, pixels * filters}};
    request.outputs = {{y.data(), {1, 2, 2, filters}, storage_of<T>, pixels * filters}};
    const auto step = make_convolution_step(request);
    REQUIRE(step);
    CHECK(step->weight_bytes() == (channels * filters + filters) * sizeof(T));
    CHECK(target.context.weights->bytes() == step->weight_bytes());
    step->run({});
    for (std::int64_t i = 0; i < batch * pixels * filters; ++i) {
        CAPTURE(i);
        CHECK(to_float(y[static_cast<std::size_t>(i)]) == expected(i / filters, i % filters));
    }
}

} // namespace

TEST_CASE_TEMPLATE("a convolution step computes what its node says", T, float, Half, BFloat16)
{
    check_step<T>(false);
    check_step<T>(true);
}

TEST_CASE("steps of one node share their weights, in each storage apart")
{
    OnHost target;
    const auto step = [&](Storage storage) {
        Graph graph = graph_of(false);
        target.context.storage = storage;
        StepRequest request{{graph, graph.nodes.back(), false}, target.context, {}, {}};
        request.inputs = {{nullptr, {1, 2, 2, channels}, storage, pixels * channels},
                          {nullptr, {1, 2, 2, filters}, storage, pixels * filters}};
        request.outputs = {{nullptr, {1, 2, 2, filters}, storage, pixels * filters}};
        return make_convolution_step(request);
    };
    const auto first = step(Storage::f16), second = step(Storage::f16);
    CHECK(target.context.weights->bytes() == 9 * 2);
    const auto other = step(Storage::f32);
    CHECK(target.context.weights->bytes() == 9 * 2 + 9 * 4);
}
