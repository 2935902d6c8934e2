// SPDX-License-Identifier: Apache-2.0
// What an op is: the inputs and attributes it takes, its shape rule and its cost. Kernels belong to targets.
#pragma once

#include "graph/attributes.h"
#include "tensor/tensor.h"

#include <map>
#include <optional>
#include <span>

namespace tradewind {

struct ValueType {
    Shape shape;
    ElementType type = ElementType::f32;
};

struct AttributeSpec {
    std::string key;
    AttributeType type;
    std::optional<Attribute> fallback = {}; // none: the attribute is required
    std::vector<std::string> choices = {};  // for texts and integers: the only values allowed; empty = any
};

// A tensor of weights that a node needs; its checkpoint name is "<node name>/<leaf>", or "<scope>/<leaf>" where the
// name of the node is "<scope>/<its own>".
struct ParameterSpec {
    std::string leaf; // "weights"
    Shape shape;
    bool of_scope = false;
};

struct Inference {
    std::vector<ValueType> outputs;
    std::vector<ParameterSpec> parameters = {};
    std::int64_t stride = 1; // factor by which the op's output is coarser than its input in y and x
};

struct Cost {
    std::int64_t multiply_adds = 0;
    std::int64_t bytes = 0; // activations read and written plus weights read
};

// All functions are pure. A shape rule throws Error(usage) with the reason; the graph adds the node's name.
struct OpSchema {
    std::string name; // "conv2d"
    std::size_t least_inputs = 1, most_inputs = 1;
    std::vector<AttributeSpec> attributes = {};
    Inference (*infer)(const Attributes &attributes, std::span<const ValueType> inputs) = nullptr;
    // Multiply-adds of one run; null: none. Bytes are counted by the graph.
    std::int64_t (*multiply_adds)(const Attributes &attributes, std::span<const ValueType> inputs,
                                  const Inference &inferred) = nullptr;
    bool post_processing = false; // from the network's results to detections; timed apart
    int counted_by = -1;  // which input, a count, says how many leading rows (axis 0) of the outputs are live; -1: none
    bool selects = false; // rows by their scores, near ties of which rounding decides
};

// The ops a graph may use, by name.
using OpSet = std::map<std::string, const OpSchema *>;

} // namespace tradewind
