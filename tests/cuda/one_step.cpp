// SPDX-License-Identifier: Apache-2.0
// A step of the CUDA target by itself, with the host in the place of the device, beside the plain kernel of its op.
#include "one_step.h"

#include "clustered_boxes.h"
#include "ops/made_up.h"

#include "graph/schema_check.h"
#include "ops/standard_ops.h"
#include "targets/cuda/devices.h"
#include "targets/cuda/kernels/launch.h"
#include "targets/cuda/step.h"
#include "targets/reference/reference.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace tradewind;

namespace one_step {
namespace {

// Memory that the kernels of one run use.
class Memory {
public:
    explicit Memory(cuda::Device &device) : device_(device) {}
    void *allocate(std::size_t bytes)
    {
        return blocks_.emplace_back(device_.allocate(bytes), [this](void *block) { device_.release(block); }).get();
    }

private:
    cuda::Device &device_;
    std::vector<std::shared_ptr<void>> blocks_;
};

template <class T> void put(const Tensor &tensor, void *to, std::int64_t first)
{
    for (std::int64_t i = 0; i < tensor.count(); ++i)
        static_cast<T *>(to)[first + i] = cuda::from_float<T>(tensor.floats()[i]);
}

cuda::DeviceView upload(const Input &input, Memory &memory)
{
    const Tensor &first = input.pictures.front();
    const auto count = static_cast<std::int64_t>(input.pictures.size());
    cuda::DeviceView view{memory.allocate(static_cast<std::size_t>(first.count() * count) * byte_size(input.storage)),
                          first.shape(), input.storage, count > 1 ? first.count() : 0};
    cuda::with_storage(input.storage, [&](auto element) {
        for (std::int64_t p = 0; p < count; ++p)
            put<decltype(element)>(input.pictures[static_cast<std::size_t>(p)], view.data, p * first.count());
    });
    return view;
}

Tensor rounded(const Tensor &tensor, cuda::Storage storage)
{
    Tensor result(tensor.shape());
    cuda::with_storage(storage, [&](auto element) {
        using T = decltype(element);
        for (std::int64_t i = 0; i < tensor.count(); ++i)
            result.floats()[i] = cuda::to_float(cuda::from_float<T>(tensor.floats()[i]));
    });
    return result;
}

const Tensor &of_picture(const Input &input, std::int64_t picture)
{
    return input.pictures.at(input.pictures.size() > 1 ? static_cast<std::size_t>(picture) : 0);
}

void add_node(const Call &call, Graph &graph)
{
    std::vector<Value> values;
    for (const Input &input : call.inputs)
        values.push_back(graph.add_input("input" + std::to_string(values.size()), {input.pictures.front().shape()}));
    graph.add(call.op, "node", values, call.attributes);
}

std::unique_ptr<cuda::Step> make_step(const cuda::StepRequest &request)
{
    for (const auto make : {cuda::make_box_step, cuda::make_detection_step, cuda::make_proposals_step})
        if (auto step = make(request)) return step;
    FAIL("no step computes " << request.node.op->name);
    return nullptr;
}

bool same(float a, float b) { return a == b || (std::isnan(a) && std::isnan(b)); }

} // namespace

std::vector<Outputs> run(const Call &call, bool backwards)
{
    Graph graph(standard_ops());
    add_node(call, graph);
    const Node &node = graph.nodes.back();
    const auto device = cuda::open_device(0);
    const auto pool = std::make_shared<cuda::MemoryPool>(*device, 0);
    Memory memory(*device);
    cuda::StepContext context{
        *device, std::make_shared<cuda::DeviceWeights>(pool), std::make_shared<cuda::Workspace>(), {}, {}, call.batch,
        {}};
    cuda::StepRequest request{{graph, node}, context, {}, {}};
    for (const Input &input : call.inputs) request.inputs.push_back(upload(input, memory));
    for (const Value output : node.outputs) {
        const std::int64_t count = element_count(graph.shape(output));
        request.outputs.push_back({memory.allocate(static_cast<std::size_t>(call.batch * count) * sizeof(float)),
                                   graph.shape(output), cuda::Storage::f32, count});
    }
    const auto step = make_step(request);
    context.workspace->place(memory.allocate(context.workspace->bytes()));
    cuda::host_loops_backwards = backwards;
    step->run(device->stream());
    cuda::host_loops_backwards = false;
    std::vector<Outputs> results(static_cast<std::size_t>(call.batch));
    for (std::int64_t p = 0; p < call.batch; ++p)
        for (const auto &output : request.outputs) {
            Tensor &tensor = results[static_cast<std::size_t>(p)].emplace_back(output.shape);
            std::copy_n(output.floats() + p * output.stride, tensor.count(), tensor.floats());
        }
    return results;
}

std::vector<Outputs> expected(const Call &call)
{
    Graph graph(standard_ops());
    add_node(call, graph);
    const Node &node = graph.nodes.back();
    std::vector<Outputs> results(static_cast<std::size_t>(call.batch));
    for (std::int64_t p = 0; p < call.batch; ++p) {
        Outputs inputs, &outputs = results[static_cast<std::size_t>(p)];
        for (const Input &input : call.inputs) inputs.push_back(rounded(of_picture(input, p), input.storage));
        for (const Value output : node.outputs) outputs.emplace_back(graph.shape(output));
        std::vector<TensorView> from, to;
        for (Tensor &input : inputs) from.push_back(input.view());
        for (Tensor &output : outputs) to.push_back(output.view());
        reference::function(call.op)({node.attributes, from, to, {}});
    }
    return results;
}

std::vector<Outputs> require_equal(const Call &call)
{
    const auto wanted = expected(call);
    for (const bool backwards : {false, true}) {
        CAPTURE(backwards);
        const auto got = run(call, backwards);
        for (std::size_t p = 0; p < wanted.size(); ++p)
            for (std::size_t o = 0; o < wanted[p].size(); ++o)
                for (std::int64_t i = 0; i < wanted[p][o].count(); ++i) {
                    const float a = wanted[p][o].floats()[i], b = got[p][o].floats()[i];
                    if (!same(a, b))
                        FAIL("picture " << p << ", output " << o << ", element " << i << ": " << b << ", not " << a);
                }
    }
    return wanted;
}

Tensor clustered(const std::string &name, const Shape &shape)
{
    return clustered_boxes::clustered(
        shape, [&](const Shape &of, unsigned i) { return made_up::random(i ? name + " centres" : name, of); });
}

} // namespace one_step
