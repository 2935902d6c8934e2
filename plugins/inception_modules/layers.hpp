// SPDX-License-Identifier: Apache-2.0
// inception_modules/layers.hpp -- What the tables of the Inception networks are made of: layers, branches of layers,
// modules of branches.
#ifndef TRADEWIND_INCEPTION_MODULES_LAYERS_HPP
#define TRADEWIND_INCEPTION_MODULES_LAYERS_HPP

#include <tradewind/plugin.hpp>

#include <initializer_list>
#include <string>
#include <vector>

namespace inception {

using tradewind::Padding;
using tradewind::same;
using tradewind::Size;
using tradewind::valid;

struct Layer {
    enum Op { convolution, max_pool, average_pool };

    std::string name;
    Op op;
    Size kernel;
    std::int64_t depth = 0; // of convolutions, before any multiplier
    std::int64_t stride = 1;
    Padding padding = same; // as published
    std::int64_t rate = 1;
};

inline Layer conv(std::string name, Size kernel, std::int64_t depth, std::int64_t stride = 1, Padding padding = same)
{
    return {std::move(name), Layer::convolution, kernel, depth, stride, padding};
}

// All pools inside these networks are 3x3.
inline Layer max_pool(std::string name, std::int64_t stride = 1, Padding padding = same)
{
    return {std::move(name), Layer::max_pool, 3, 0, stride, padding};
}

inline Layer average_pool(std::string name) { return {std::move(name), Layer::average_pool, 3}; }

// Layers one after the other. `split`: layers side by side on the result of the last one, concatenated.
struct Branch {
    std::vector<Layer> layers, split;

    Branch(std::initializer_list<Layer> in_turn) : layers(in_turn) {}
    Branch(std::initializer_list<Layer> in_turn, std::initializer_list<Layer> side_by_side)
        : layers(in_turn), split(side_by_side)
    {
    }
};

// Branches of one input, called Branch_0, Branch_1, ..., concatenated in that order.
struct Module {
    std::string name;
    std::vector<Branch> branches;
};

// The layers before the first module of Inception V3 and of Inception-ResNet V2.
inline std::vector<Layer> deep_stem()
{
    return {conv("Conv2d_1a_3x3", 3, 32, 2, valid), conv("Conv2d_2a_3x3", 3, 32, 1, valid),
            conv("Conv2d_2b_3x3", 3, 64),           max_pool("MaxPool_3a_3x3", 2, valid),
            conv("Conv2d_3b_1x1", 1, 80, 1, valid), conv("Conv2d_4a_3x3", 3, 192, 1, valid),
            max_pool("MaxPool_5a_3x3", 2, valid)};
}

} // namespace inception

#endif // TRADEWIND_INCEPTION_MODULES_LAYERS_HPP
