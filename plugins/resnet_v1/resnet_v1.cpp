// SPDX-License-Identifier: Apache-2.0
// ResNet V1: He et al. 2016, table 1, with the layer names of the published checkpoints.
#include <trunk/striding.hpp>
#include <trunk/taps.hpp>

#include <array>
#include <map>

namespace {

using namespace tradewind;

struct Block {
    std::string name;
    std::int64_t units, bottleneck;
    std::int64_t depth() const { return 4 * bottleneck; }
};

// The units of block1 to block4 (He et al. 2016, table 1).
std::vector<Block> blocks(std::int64_t depth)
{
    static const std::map<std::int64_t, std::array<std::int64_t, 4>> units = {
        {50, {3, 4, 6, 3}}, {101, {3, 4, 23, 3}}, {152, {3, 8, 36, 3}}};
    const auto of = units.find(depth);
    if (of == units.end()) throw std::invalid_argument("depth is 50, 101 or 152, not " + std::to_string(depth));
    std::vector<Block> all;
    for (std::size_t i = 0; i < 4; ++i)
        all.push_back({"block" + std::to_string(i + 1), of->second[i], std::int64_t{64} << i});
    return all;
}

// One residual unit.
struct Unit {
    std::string name;
    std::int64_t depth, bottleneck, stride = 1, dilation = 1;
};

std::string unit_name(const Block &block, std::int64_t number)
{
    return block.name + "/unit_" + std::to_string(number) + "/bottleneck_v1";
}

std::string scope_name(const Graph &g)
{
    const std::string given = g.text("scope");
    return given.empty() ? "resnet_v1_" + std::to_string(g.integer("depth")) : given;
}

// What the options say of every unit.
struct Style {
    double epsilon;
    bool strides_first; // in the first unit of a block

    explicit Style(const Graph &g) : epsilon(g.real("epsilon")), strides_first(g.text("stride_in") == "first_unit") {}

    // Three strides of 2 between four blocks: at the end of one, or at the beginning of the next.
    std::int64_t nominal_stride(std::size_t block, std::int64_t unit, const Block &of) const
    {
        const bool here = strides_first ? block > 0 && unit == 1 : block < 3 && unit == of.units;
        return here ? 2 : 1;
    }

    Value convolution(Graph &g, Value x, const Conv &settings) const
    {
        x = g.conv2d(x, settings);
        return g.batch_norm(x, {.name = settings.name + "/BatchNorm", .epsilon = epsilon});
    }

    Value activated(Graph &g, Value x, const Conv &settings) const
    {
        return g.relu(convolution(g, x, settings), settings.name + "/Relu");
    }
};

// As many pixels on each side, whatever the size: TensorFlow's own rule would put the odd one after.
constexpr Padding centred(std::int64_t pixels) { return explicit_padding(pixels, pixels, pixels, pixels); }

struct ResnetV1 {
    static constexpr const char *id = "org.tradewind.resnet_v1";
    static constexpr const char *version = "1.0.0";
    static constexpr const char *summary =
        "ResNet V1 of 50, 101 or 152 layers; taps conv1, pool1, each unit, block1 (stride 8) to block4 (32); as second "
        "stage block4";
    static constexpr tw_preprocessing preprocessing{
        sizeof(tw_preprocessing), 0, "rgb", {1, 1, 1}, {123.68, 116.779, 103.939}};
    static constexpr tw_option options[] = {
        integer("depth", "101", "50..152", "50, 101 or 152 layers"),
        trunk::output_stride,
        text(
            "stride_in", "last_unit", "last_unit|first_unit",
            "where a stride is: in the 3x3 of a block's last unit, as in TensorFlow's checkpoints; in the first 1x1 of "
            "the next block's first unit, as in Caffe's and Keras's"),
        text("pool1", "same", "same|centred",
             "padding of pool1: after the last pixel; or one on each side, as in Keras"),
        real("epsilon", "1e-5", "0..1", "of the batch norms"),
        trunk::last_tap,
        text("scope", "", nullptr, "in front of every name of a weight; empty: resnet_v1_ and the depth"),
    };

    void trunk(Graph &g, Value x) const
    {
        const auto all = blocks(g.integer("depth"));
        const Style style(g);
        const Scope scope(g, scope_name(g));
        trunk::Taps taps(g);
        x = style.activated(g, x, {.name = "conv1", .filters = 64, .kernel = 7, .stride = 2, .padding = centred(3)});
        if (taps.add("conv1", x)) return;
        x = g.max_pool(x, {.name = "pool1", .kernel = 3, .padding = g.text("pool1") == "same" ? same : centred(1)});
        if (taps.add("pool1", x)) return;
        trunk::Striding striding(g, 4);
        for (std::size_t i = 0; i < all.size(); ++i)
            for (std::int64_t j = 1; j <= all[i].units; ++j) {
                const auto [stride, dilation] = striding.next(style.nominal_stride(i, j, all[i]));
                const std::string name = unit_name(all[i], j);
                x = residual(g, x, style, {name, all[i].depth(), all[i].bottleneck, stride, dilation});
                if (taps.add(name, x) || (j == all[i].units && taps.add(all[i].name, x))) return;
            }
        taps.end();
    }

    // Regions are small already: neither stride nor dilation.
    Value tail(Graph &g, Value regions) const
    {
        const Style style(g);
        const Block last = blocks(g.integer("depth")).back();
        const Scope scope(g, scope_name(g));
        Value x = regions;
        for (std::int64_t j = 1; j <= last.units; ++j)
            x = residual(g, x, style, {unit_name(last, j), last.depth(), last.bottleneck});
        return x;
    }

private:
    static Value residual(Graph &g, Value x, const Style &style, const Unit &unit)
    {
        const Value shortcut = beside(g, x, style, unit);
        const std::int64_t first = style.strides_first ? unit.stride : 1,
                           second = style.strides_first ? 1 : unit.stride;
        x = style.activated(g, x,
                            {.name = unit.name + "/conv1", .filters = unit.bottleneck, .kernel = 1, .stride = first});
        x = style.activated(g, x,
                            {.name = unit.name + "/conv2",
                             .filters = unit.bottleneck,
                             .stride = second,
                             .dilation = unit.dilation,
                             .padding = centred(unit.dilation)});
        x = style.convolution(g, x, {.name = unit.name + "/conv3", .filters = unit.depth, .kernel = 1});
        return g.add(shortcut, x, {.name = unit.name, .activation = "relu"});
    }

    // What the unit adds to: a projection where the depth changes, else every stride-th pixel of its input.
    static Value beside(Graph &g, Value x, const Style &style, const Unit &unit)
    {
        const std::string name = unit.name + "/shortcut";
        if (g.shape(x).back() != unit.depth)
            return style.convolution(g, x, {.name = name, .filters = unit.depth, .kernel = 1, .stride = unit.stride});
        return unit.stride == 1 ? x : g.max_pool(x, {.name = name, .kernel = 1, .stride = unit.stride});
    }
};

} // namespace

TRADEWIND_PLUGIN(ResnetV1)
