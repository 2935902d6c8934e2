// SPDX-License-Identifier: Apache-2.0
// From a model to an executable, and the plans that are kept.
#include "detector/plan.h"

#include "passes/passes.h"
#include "tensor/error.h"
#include "weights/binding.h"

#include <algorithm>
#include <numeric>

namespace tradewind {

Graph named_graph(const Model &model, ImageSize resized)
{
    Graph graph = describe(model, resized);
    bind(graph, model.weights);
    optimise_for_names(graph);
    return graph;
}

Graph detection_graph(const Model &model, ImageSize resized, const DetectorOptions &options)
{
    Graph graph = describe(model, resized);
    if (!model.weights.tensors.empty()) bind(graph, model.weights);
    keep_detections_only(graph);
    keep_classes_only(graph, options.classes);
    optimise(graph);
    apply(model.quantisation, graph);
    release_pages(model.weights); // what was read of statistics
    return graph;
}

namespace {

void merge_heads_for(const Target &target, Graph &graph)
{
    merge_heads(graph, [&](const Graph &of, const Node &node) { return target.refuses(of, node).empty(); });
}

CompileOptions compile_options(const DetectorOptions &options)
{
    CompileOptions to;
    to.threads = options.threads;
    to.log = options.log;
    to.checkpoint = options.checkpoint;
    to.precision = options.precision;
    to.batch = options.batch;
    to.tuning = options.tuning;
    to.cache_folder = options.cache_folder;
    to.device_memory = options.device_memory;
    to.arena = options.arena;
    return to;
}

} // namespace

std::unique_ptr<Executable> compile(Graph graph, Target &target, const DetectorOptions &options,
                                    std::shared_ptr<SharedWeights> shared,
                                    const std::function<void(std::size_t)> &before)
{
    CompileOptions to = compile_options(options);
    to.shared = std::move(shared);
    merge_heads_for(target, graph);
    const MemoryPlan plan = plan_memory(graph, target.memory_rules(graph, to));
    if (before) before(plan.arena_bytes);
    return target.compile(std::move(graph), plan, to);
}

std::unique_ptr<Executable> measure(Graph graph, Target &target, const DetectorOptions &options)
{
    CompileOptions to = compile_options(options);
    to.checkpoint = {};
    to.only_measure = true;
    merge_heads_for(target, graph);
    const MemoryPlan plan = plan_memory(graph, target.memory_rules(graph, to));
    return target.compile(std::move(graph), plan, to);
}

Executable *PlanCache::find(ImageSize size)
{
    const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry &entry) {
        return entry.size.height == size.height && entry.size.width == size.width;
    });
    if (found == entries_.end()) return nullptr;
    std::rotate(found, found + 1, entries_.end());
    return entries_.back().executable.get();
}

std::size_t PlanCache::activation_bytes() const { return with(0); }

std::size_t PlanCache::with(std::size_t bytes) const
{
    return std::accumulate(entries_.begin(), entries_.end(), bytes, [&](std::size_t sum, const Entry &entry) {
        const std::size_t own = entry.executable->activation_bytes();
        return share_ ? std::max(sum, own) : sum + own;
    });
}

void PlanCache::make_room(std::size_t bytes)
{
    while (!entries_.empty() && (entries_.size() >= capacity_ || with(bytes) > bytes_)) drop_oldest();
}

void PlanCache::drop_oldest() { entries_.erase(entries_.begin()); }

Executable &PlanCache::insert(ImageSize size, std::unique_ptr<Executable> executable)
{
    make_room(executable->activation_bytes());
    entries_.push_back({size, std::move(executable)});
    return *entries_.back().executable;
}

} // namespace tradewind
