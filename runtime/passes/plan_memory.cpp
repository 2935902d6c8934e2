// SPDX-License-Identifier: Apache-2.0
// Memory by lifetime: the largest buffers are placed first, each at the lowest offset where nothing alive is in the
// way.
#include "passes/passes.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace tradewind {
namespace {

struct Buffer {
    Value root = 0;
    std::size_t bytes = 0, offset = 0;
    std::size_t first = 0, last = 0; // steps at which it is alive, inclusive
};

// Where a value lives inside another one.
struct Home {
    Value parent = 0; // 0: a buffer of its own
    std::size_t offset = 0;
};

class Planner {
public:
    Planner(const Graph &graph, const MemoryRules &rules) : graph_(graph), rules_(rules), homes_(graph.values.size())
    {
        plan_.elided.resize(graph.nodes.size());
    }

    MemoryPlan plan()
    {
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
            plan_.elided[i] = elide(graph_.nodes[i]);
            if (adds_in_place(i)) share(graph_.nodes[i].outputs[0], graph_.nodes[i].inputs[1]);
        }
        collect_buffers();
        place_buffers();
        write_offsets();
        return std::move(plan_);
    }

private:
    std::size_t bytes_of(Value value) const
    {
        if (rules_.bytes) return rules_.bytes(value);
        const auto &type = graph_.info(value).type;
        return static_cast<std::size_t>(element_count(type.shape)) * byte_size(type.type);
    }

    bool elide(const Node &node)
    {
        if (node.op->name == "reshape") return share(node.outputs[0], node.inputs[0]);
        return rules_.concat_in_place && node.op->name == "concat" && parts_are_contiguous(node) && gather(node);
    }

    bool share(Value value, Value with)
    {
        homes_[value] = {with, 0};
        return true;
    }

    // A convolution may add to its residual where that lies, when nobody wants it, or what shares its memory, later.
    bool adds_in_place(std::size_t step) const
    {
        const Node &node = graph_.nodes[step];
        if (!rules_.residual_in_place || node.op->name != "conv2d" || node.inputs.size() < 2) return false;
        const Value root = root_of(node.inputs[1]).first;
        const auto there = [&](Value value) { return root_of(value).first == root; };
        const auto named_there = [&](const NamedValue &named) { return there(named.value); };
        return bytes_of(root) == bytes_of(node.outputs[0]) && !there(node.inputs[0]) &&
               std::none_of(graph_.inputs.begin(), graph_.inputs.end(), named_there) &&
               std::none_of(graph_.outputs.begin(), graph_.outputs.end(), named_there) &&
               std::none_of(
                   graph_.nodes.begin() + static_cast<std::ptrdiff_t>(step) + 1, graph_.nodes.end(),
                   [&](const Node &later) { return std::any_of(later.inputs.begin(), later.inputs.end(), there); });
    }

    // True when nothing lies outside the axis: the parts then follow one another in memory.
    bool parts_are_contiguous(const Node &node) const
    {
        const Shape &shape = graph_.shape(node.outputs[0]);
        const auto axis = node.attributes.integer("axis");
        const auto outer = axis < 0 ? static_cast<std::int64_t>(shape.size()) + axis : axis;
        return std::all_of(shape.begin(), shape.begin() + outer, [](auto dimension) { return dimension == 1; });
    }

    // Lets every part be computed into the output, unless one is a graph input or is placed elsewhere already.
    bool gather(const Node &node)
    {
        std::vector<Value> roots;
        for (const Value part : node.inputs) {
            const Value root = root_of(part).first;
            const bool input =
                std::any_of(graph_.inputs.begin(), graph_.inputs.end(), [&](auto &i) { return i.value == root; });
            if (input || std::count(roots.begin(), roots.end(), root) || bytes_of(root) != bytes_of(part)) return false;
            roots.push_back(root);
        }
        std::size_t offset = 0;
        for (const Value root : roots) {
            homes_[root] = {node.outputs[0], offset};
            offset += bytes_of(root);
        }
        return true;
    }

    std::pair<Value, std::size_t> root_of(Value value) const
    {
        std::size_t offset = 0;
        while (homes_[value].parent) {
            offset += homes_[value].offset;
            value = homes_[value].parent;
        }
        return {value, offset};
    }

    bool is_placed(Value value) const { return !rules_.is_placed || rules_.is_placed(value); }

    Buffer &buffer_of(Value value, std::size_t step)
    {
        const Value root = root_of(value).first;
        const auto found =
            std::find_if(buffers_.begin(), buffers_.end(), [&](const auto &b) { return b.root == root; });
        if (found != buffers_.end()) return *found;
        buffers_.push_back({root, bytes_of(root), 0, step, step});
        return buffers_.back();
    }

    // Inputs are written before step 0 and outputs read after the last step.
    void collect_buffers()
    {
        for (const auto &input : graph_.inputs) buffer_of(input.value, 0);
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
            for (const Value value : graph_.nodes[i].inputs) extend(value, i + 1);
            for (const Value value : graph_.nodes[i].outputs) extend(value, i + 1);
        }
        for (const auto &output : graph_.outputs) extend(output.value, graph_.nodes.size() + 1);
    }

    void extend(Value value, std::size_t step)
    {
        if (!is_placed(value)) return;
        Buffer &buffer = buffer_of(value, step);
        buffer.last = std::max(buffer.last, step);
        if (const Value count = graph_.info(value).count) extend(count, step);
    }

    void place_buffers()
    {
        std::vector<std::size_t> order(buffers_.size());
        std::iota(order.begin(), order.end(), 0);
        std::stable_sort(order.begin(), order.end(),
                         [&](auto a, auto b) { return buffers_[a].bytes > buffers_[b].bytes; });
        std::vector<const Buffer *> placed; // by offset
        for (const auto index : order) {
            Buffer &buffer = buffers_[index];
            buffer.offset = lowest_offset(buffer, placed);
            plan_.arena_bytes = std::max(plan_.arena_bytes, buffer.offset + buffer.bytes);
            placed.insert(std::upper_bound(placed.begin(), placed.end(), &buffer,
                                           [](auto *a, auto *b) { return a->offset < b->offset; }),
                          &buffer);
        }
    }

    std::size_t lowest_offset(const Buffer &buffer, const std::vector<const Buffer *> &placed) const
    {
        const std::size_t alignment = rules_.alignment;
        std::size_t offset = 0;
        for (const Buffer *other : placed) {
            if (other->last < buffer.first || other->first > buffer.last) continue;
            if (offset + buffer.bytes <= other->offset) break;
            offset = std::max(offset, (other->offset + other->bytes + alignment - 1) / alignment * alignment);
        }
        return offset;
    }

    void write_offsets()
    {
        plan_.offsets.assign(graph_.values.size(), MemoryPlan::absent);
        for (Value value = 1; value < graph_.values.size(); ++value) {
            const auto [root, inside] = root_of(value);
            for (const auto &buffer : buffers_)
                if (buffer.root == root) plan_.offsets[value] = buffer.offset + inside;
        }
    }

    const Graph &graph_;
    const MemoryRules &rules_;
    std::vector<Home> homes_;
    std::vector<Buffer> buffers_;
    MemoryPlan plan_;
};

} // namespace

MemoryPlan plan_memory(const Graph &graph, const MemoryRules &rules) { return Planner(graph, rules).plan(); }

} // namespace tradewind
