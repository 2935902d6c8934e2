// SPDX-License-Identifier: Apache-2.0
// The one description of a network: nodes in execution order, values with shapes, parameters with checkpoint names.
#pragma once

#include "graph/schema.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tradewind {

using Value = std::uint32_t;     // index into Graph::values; 0 is "no value"
using Parameter = std::uint32_t; // index into Graph::parameters; 0 is "no parameter"

// The numbers that a value was seen to take; unknown while both are 0.
struct ValueRange {
    float low = 0, high = 0;
    bool known() const { return low < high; }
};

struct ValueInfo {
    std::string name; // the producing node's name; further outputs are "<name>:1", ...
    ValueType type;
    std::int64_t stride = 1; // pixels of the graph's image per step in y and x (a product of strides)
    // A value of one number that says how many leading rows (axis 0) are live; 0: all. Rows beyond it are never
    // computed, and hold anything. Handed on from input to output while the number of rows stays.
    Value count = 0;
    ValueRange range = {}; // by calibration, for targets that compute with 8-bit integers
};

struct ParameterInfo {
    std::string name; // checkpoint name
    Shape shape;
    Tensor data = {}; // empty until bound
    // What the values of each output channel (the last axis) are yet to be multiplied by: targets do that when they
    // take them, so that copies of all weights never stand beside them. Null: nothing.
    std::shared_ptr<const std::vector<double>> factors = {};
    // Further output channels, after those of the data: of layers that were merged. Empty tensors until bound.
    std::vector<Tensor> more = {};
    // Tells data that are mapped from all others of that name and shape, without reading them; else, and where that is
    // not known, of no meaning.
    std::string identity = {};
};

// The data and what there is more, times the factors, in double, rounded once; the data themselves where there is
// neither.
Tensor values_of(const ParameterInfo &parameter);

struct Node {
    const OpSchema *op = nullptr;
    std::string name; // unique in the graph; the scope of its weights
    std::vector<Value> inputs;
    std::vector<Value> outputs;
    std::vector<Parameter> parameters; // as the schema's shape rule lists them
    Attributes attributes;             // complete: defaults filled in
    bool may_quantise = true;          // false: calibration found that 8 bits are not enough for it
};

struct NamedValue {
    std::string name;
    Value value = 0;
};

// Building: add_input, then add for each node; mark what is wanted with set_output. Passes edit the public members.
class Graph {
public:
    explicit Graph(const OpSet &ops);

    Value add_input(const std::string &name, ValueType type);

    // Checks inputs and attributes against the schema, infers shapes at once and returns the first output; output k is
    // the returned value + k. Throws Error(refused) naming the node for what its author got wrong (unknown ops and
    // attributes, with near names), Error(usage) for shapes that do not fit: those follow from what users ask for.
    Value add(const std::string &op, const std::string &name, std::vector<Value> inputs, const Attributes &attributes);

    // A name for a value, unique among outputs (stages of the detector, taps); an output is kept by every pass.
    void set_output(const std::string &name, Value value);
    Value output(const std::string &name) const; // 0 when there is none

    // The value of that output name, node name or "<node>:k"; 0 when there is none.
    Value find(const std::string &name) const;

    // What says how many rows of the node's first output are live; 0: all are.
    Value count_of(const Node &node) const { return values.at(node.outputs.front()).count; }

    const ValueInfo &info(Value value) const { return values.at(value); }
    const Shape &shape(Value value) const { return values.at(value).type.shape; }
    bool is_output(Value value) const;
    std::size_t use_count(Value value) const;                             // as an input of nodes
    const Node *producer(Value value) const;                              // null for graph inputs
    Parameter parameter(const Node &node, const std::string &leaf) const; // 0 when the node has none
    Value add_value(ValueInfo info);                                      // for passes that insert nodes
    Parameter add_parameter(ParameterInfo info);
    void replace_uses(Value from, Value to); // in nodes and outputs

    Cost cost(const Node &node) const;
    Cost cost() const;

    const OpSet &ops() const { return *ops_; }

    std::vector<Node> nodes;               // in execution order
    std::vector<ValueInfo> values;         // [0] is unused
    std::vector<ParameterInfo> parameters; // [0] is unused
    std::vector<NamedValue> inputs, outputs;

private:
    const OpSet *ops_;
};

// One line a node: "%7 = conv2d(%6) MobilenetV1/Conv2d_0 {filters=32, ...} -> 1x150x150x32". For people and tests.
std::string dump(const Graph &graph);

} // namespace tradewind
