// SPDX-License-Identifier: Apache-2.0
// Running one graph on both targets.
#include "running.h"

#include "passes/passes.h"

#include <cmath>

using namespace tradewind;

Tensor random_tensor(const Shape &shape, unsigned seed)
{
    std::mt19937 generator(seed);
    std::uniform_real_distribution<float> uniform(-1, 1);
    Tensor tensor(shape);
    for (std::int64_t i = 0; i < tensor.count(); ++i) tensor.floats()[i] = uniform(generator);
    return tensor;
}

void bind_randomly(Graph &graph)
{
    for (std::size_t i = 1; i < graph.parameters.size(); ++i) {
        auto &parameter = graph.parameters[i];
        parameter.data = random_tensor(parameter.shape, static_cast<unsigned>(i) + 1000);
        const float offset = parameter.name.ends_with("variance") ? 1.5f : 0.0f;
        const float terms = static_cast<float>(parameter.data.count() / parameter.shape.back());
        for (std::int64_t k = 0; k < parameter.data.count(); ++k)
            parameter.data.floats()[k] = parameter.data.floats()[k] * 3 / std::sqrt(terms + 8) + offset;
    }
}

Run run(Target &target, const Graph &graph, const std::vector<Tensor> &inputs, int threads, Precision precision)
{
    Run result;
    CompileOptions options;
    options.threads = threads;
    options.precision = precision;
    options.log = [&](const std::string &line) { result.log.push_back(line); };
    const MemoryPlan plan = plan_memory(graph, target.memory_rules(graph, options));
    const auto executable = target.compile(Graph(graph), plan, options);
    for (std::size_t i = 0; i < inputs.size(); ++i) executable->write(i, inputs[i]);
    executable->run();
    for (std::size_t i = 0; i < graph.outputs.size(); ++i) result.outputs.push_back(executable->read(i));
    result.placements = executable->placements();
    return result;
}

double difference(const Tensor &expected, const Tensor &found)
{
    double largest = 0, worst = 0;
    for (std::int64_t i = 0; i < expected.count(); ++i) {
        largest = std::max(largest, std::abs(static_cast<double>(expected.floats()[i])));
        worst = std::max(worst, std::abs(static_cast<double>(expected.floats()[i]) - found.floats()[i]));
        if (std::isnan(found.floats()[i]) != std::isnan(expected.floats()[i])) return INFINITY;
    }
    return largest > 0 ? worst / largest : worst;
}

bool identical(const Tensor &a, const Tensor &b)
{
    return a.shape() == b.shape() && std::memcmp(a.data(), b.data(), a.bytes()) == 0;
}
