// SPDX-License-Identifier: Apache-2.0
// Node by node.
#include "targets/cuda/assembly.h"

#include "targets/cuda/constant_values.h"
#include "targets/cuda/kernels/transfer.h"
#include "targets/cuda/storage.h"
#include "tensor/error.h"

#include <set>

namespace tradewind::cuda {
namespace {

std::unique_ptr<Step> make_step(const StepRequest &request)
{
    for (const auto make : {make_convolution_step, make_depthwise_step, make_map_step, make_box_step,
                            make_detection_step, make_proposals_step, make_region_step})
        if (auto step = make(request)) return step;
    throw Error(ErrorCode::failed, "no kernel computes op " + request.node.op->name, request.node.name);
}

class Assembler {
public:
    Assembler(Graph &graph, const MemoryPlan &plan, StepContext &context, bool only_measure)
        : graph_(graph), plan_(plan), context_(context), pool_(context.weights->pool()), only_measure_(only_measure),
          storages_(storages(graph, context.storage)), views_(graph.values.size())
    {
    }

    Assembled assemble()
    {
        place();
        for (const auto &input : graph_.inputs) result_.inputs.push_back(views_[input.value]);
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i) add(graph_.nodes[i], plan_.elided[i]);
        for (const auto &output : graph_.outputs) {
            const Value count = graph_.info(output.value).count;
            result_.outputs.push_back(
                {views_[output.value], count ? views_[count].floats() : nullptr, count ? views_[count].stride : 0});
        }
        result_.scratch_bytes = context_.workspace->bytes();
        context_.workspace->place(allocate(result_.scratch_bytes, "the workspace of the network"));
        return std::move(result_);
    }

private:
    void *allocate(std::size_t bytes, const std::string &what)
    {
        result_.memory.push_back(pool_.allocate(bytes, what));
        return result_.memory.back().get();
    }

    void place()
    {
        result_.activation_bytes = plan_.arena_bytes;
        auto *arena = static_cast<std::byte *>(allocate(plan_.arena_bytes, "the values of the network"));
        for (Value value = 1; value < graph_.values.size(); ++value) {
            const Shape &shape = graph_.shape(value);
            void *at = arena && plan_.offsets[value] != MemoryPlan::absent ? arena + plan_.offsets[value] : nullptr;
            views_[value] = {at, shape, storages_[value], element_count(shape)};
        }
        for (const auto &[value, tensor] : constant_values(graph_)) {
            views_[value].data = allocate(tensor.bytes(), "anchors");
            views_[value].stride = 0;
            constant_.insert(value);
            if (pool_.only_counts()) continue;
            pool_.device().upload(views_[value].data, tensor.data(), tensor.bytes());
            pool_.device().synchronize();
        }
    }

    void add(const Node &node, bool elided)
    {
        const bool constant = constant_.count(node.outputs.front()) != 0;
        result_.placements.push_back({node.name, node.op->name, constant ? "constant" : "in place", graph_.cost(node),
                                      node.op->post_processing});
        if (elided || constant || is_empty(node)) return;
        StepRequest request{{graph_, node, only_measure_}, context_, {}, {}};
        for (std::size_t i = 0; i < node.inputs.size(); ++i) request.inputs.push_back(input(node, i));
        for (const Value output : node.outputs) request.outputs.push_back(views_[output]);
        if (const Value count = node.op->counted_by < 0 ? graph_.count_of(node) : 0) {
            request.live = views_[count].floats();
            request.live_stride = views_[count].stride;
        }
        auto step = make_step(request);
        result_.placements.back().implementation = step->implementation();
        result_.weight_bytes += step->weight_bytes();
        result_.steps.push_back({std::move(step), result_.placements.size() - 1, node.op->post_processing});
    }

    bool is_empty(const Node &node) const
    {
        return std::all_of(node.outputs.begin(), node.outputs.end(), [&](Value v) { return views_[v].count() == 0; });
    }

    // Converted to the storage of the output where the op wants that.
    DeviceView input(const Node &node, std::size_t index)
    {
        const DeviceView &from = views_[node.inputs[index]];
        const Storage wanted = storages_[node.outputs.front()];
        if (index >= map_inputs(node) || from.storage == wanted) return from;
        DeviceView to{nullptr, from.shape, wanted, from.count()};
        const auto elements = static_cast<std::size_t>(context_.batch * from.count());
        to.data = allocate(elements * byte_size(wanted), "a converted value");
        const ConversionArguments arguments{from.data,      from.storage, from.stride, from.count(),
                                            context_.batch, to.data,      wanted};
        auto step = std::make_unique<LaunchStep>("cuda convert", [=](Stream stream) { convert(stream, arguments); });
        result_.steps.push_back({std::move(step), result_.placements.size() - 1, node.op->post_processing});
        return to;
    }

    Graph &graph_;
    const MemoryPlan &plan_;
    StepContext &context_;
    MemoryPool &pool_;
    bool only_measure_;
    std::vector<Storage> storages_;
    std::vector<DeviceView> views_; // by value
    std::set<Value> constant_;
    Assembled result_;
};

} // namespace

Assembled assemble(Graph &graph, const MemoryPlan &plan, StepContext &context, bool only_measure)
{
    return Assembler(graph, plan, context, only_measure).assemble();
}

} // namespace tradewind::cuda
