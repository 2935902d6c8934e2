// SPDX-License-Identifier: Apache-2.0
// Running one op on a target the way a detector does: graph, memory plan, compile, run.
#pragma once

#include "targets/target.h"

#include <map>

namespace ops_test {

using Integers = std::vector<std::int64_t>;
using Reals = std::vector<double>;
using Settings = std::map<std::string, tradewind::Attribute>;

tradewind::Attributes attributes_of(const Settings &settings);

struct OpCase {
    std::string op;
    std::vector<tradewind::Tensor> inputs;
    Settings settings = {};
    std::map<std::string, tradewind::Tensor> parameters = {}; // by leaf; exactly those that the node has
};

// One graph of that one node: bound, and with every output of the node as an output.
tradewind::Graph graph_of(const OpCase &c);

class Harness {
public:
    // "reference", or "cpu" from the modules of the build.
    explicit Harness(const std::string &target);

    const std::string &target() const { return name_; }
    std::vector<tradewind::Tensor> run(const OpCase &c) const;
    std::vector<tradewind::Tensor> run(tradewind::Graph graph, const std::vector<tradewind::Tensor> &inputs) const;

    // A picture through the target's own resize: 1 x h x w x 3.
    tradewind::Tensor resize(const tradewind::Picture &picture, tradewind::ResizeMethod method, tradewind::ImageSize size) const;

private:
    std::string name_;
    std::unique_ptr<tradewind::Target> target_;
};

// The targets of this build, the reference first.
std::vector<std::string> targets();

// Uniform in [-1, 1), from the name.
tradewind::Tensor random_tensor(const std::string &name, const tradewind::Shape &shape);
tradewind::Tensor tensor_of(const tradewind::Shape &shape, const std::vector<float> &values);
std::vector<float> floats(const tradewind::Tensor &tensor);

} // namespace ops_test
