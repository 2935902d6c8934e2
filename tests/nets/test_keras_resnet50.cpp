// SPDX-License-Identifier: Apache-2.0
// A trained ResNet-50 of Keras in the trunk of ResNet V1: what its convolutions compute on a photograph follows the
// statistics that its batch norms stored while it was trained, channel by channel.
#include "scene.h"

#include "detector/plan.h"
#include "shared_data.h"
#include "weights/binding.h"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <numeric>
#include <span>

using namespace tradewind;

namespace {

const char *const folder = "assets/weights/resnet50_keras_perlayer/";
const char *const ini =
    "[model]\nextractor = resnet_v1\n"
    "[image]\nsize = 224\nchannel_order = bgr\nscale = 1\nmean = 103.939,116.779,123.68\n"
    "[extractor]\ndepth = 50\nlast_tap = block3\nepsilon = 1.001e-5\nstride_in = first_unit\npool1 = centred\n";

// "conv3_block2_1" for "resnet_v1_50/block2/unit_2/bottleneck_v1/conv1"; the shortcut is number 0.
std::string keras_name(const std::string &layer)
{
    if (layer == "resnet_v1_50/conv1") return "conv1";
    const auto after = [&](const std::string &what) { return layer.substr(layer.find(what) + what.size()); };
    const int block = std::stoi(after("/block")), unit = std::stoi(after("/unit_"));
    const std::string number = layer.ends_with("/shortcut") ? "0" : layer.substr(layer.size() - 1);
    return "conv" + std::to_string(block + 1) + "_block" + std::to_string(unit) + "_" + number;
}

std::vector<float> numbers(const std::string &file)
{
    const std::string bytes = scene::read_text(shared_path(folder + file));
    std::vector<float> values(bytes.size() / sizeof(float));
    std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
    return values;
}

Tensor tensor(std::span<const float> values, const Shape &shape)
{
    Tensor result(shape);
    REQUIRE(static_cast<std::size_t>(result.count()) == values.size());
    std::copy(values.begin(), values.end(), result.floats());
    return result;
}

// Output, input, y, x becomes y, x, input, output.
Tensor kernel(std::span<const float> oihw, const Shape &hwio)
{
    const std::size_t area = static_cast<std::size_t>(hwio[0] * hwio[1]), in = static_cast<std::size_t>(hwio[2]),
                      out = static_cast<std::size_t>(hwio[3]);
    REQUIRE(oihw.size() == area * in * out);
    Tensor result(hwio);
    for (std::size_t o = 0; o < out; ++o)
        for (std::size_t i = 0; i < in; ++i)
            for (std::size_t p = 0; p < area; ++p)
                result.floats()[(p * in + i) * out + o] = oihw[(o * in + i) * area + p];
    return result;
}

using Layout = std::function<Tensor(std::span<const float>, const Shape &)>;

// A layer's weights. Keras has a bias besides the batch norm, which is the same as a smaller mean.
void load_layer(WeightStore &store, const std::string &layer, const Shape &shape, const Layout &layout)
{
    const auto convolution = numbers(keras_name(layer) + "_conv.bin"), norm = numbers(keras_name(layer) + "_bn.bin");
    const auto channels = static_cast<std::size_t>(shape[3]);
    REQUIRE(norm.size() == 4 * channels);
    const std::span all(convolution), parts(norm);
    const auto biases = all.last(channels), means = parts.subspan(2 * channels, channels);
    std::vector<float> shifted(channels);
    for (std::size_t c = 0; c < channels; ++c) shifted[c] = means[c] - biases[c];
    const std::string of_norm = layer + "/BatchNorm/";
    store.tensors[layer + "/weights"] = layout(all.first(all.size() - channels), shape);
    store.tensors[of_norm + "gamma"] = tensor(parts.first(channels), {shape[3]});
    store.tensors[of_norm + "beta"] = tensor(parts.subspan(channels, channels), {shape[3]});
    store.tensors[of_norm + "moving_mean"] = tensor(shifted, {shape[3]});
    store.tensors[of_norm + "moving_variance"] = tensor(parts.last(channels), {shape[3]});
}

// A network whose convolutions are outputs, before their batch norms.
Graph network(const Layout &layout)
{
    const Model model = make_model(scene::registry(), parse_ini(ini, "test"));
    Graph graph = describe(model, {224, 224});
    WeightStore store;
    std::vector<NamedValue> convolutions;
    for (const Node &node : graph.nodes) {
        if (node.op->name != "conv2d") continue;
        load_layer(store, node.name, graph.parameters[node.parameters[0]].shape, layout);
        convolutions.push_back({node.name, node.outputs[0]});
    }
    CHECK(bind(graph, store).unused.empty());
    graph.outputs = convolutions;
    return graph;
}

double correlation(const std::vector<double> &a, const std::vector<double> &b)
{
    const auto count = static_cast<double>(a.size());
    const double mean_a = std::accumulate(a.begin(), a.end(), 0.0) / count,
                 mean_b = std::accumulate(b.begin(), b.end(), 0.0) / count;
    double squares_a = 0, squares_b = 0, products = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        squares_a += (a[i] - mean_a) * (a[i] - mean_a);
        squares_b += (b[i] - mean_b) * (b[i] - mean_b);
        products += (a[i] - mean_a) * (b[i] - mean_b);
    }
    return products / std::sqrt(squares_a * squares_b);
}

// One number a channel.
struct Statistics {
    std::vector<double> means, log_variances;
};

Statistics computed(const Tensor &map)
{
    const auto channels = static_cast<std::size_t>(map.shape()[3]), count = static_cast<std::size_t>(map.count());
    const double pixels = static_cast<double>(count / channels);
    std::vector<double> means(channels), variances(channels);
    for (std::size_t i = 0; i < count; ++i) means[i % channels] += map.floats()[i] / pixels;
    for (std::size_t i = 0; i < count; ++i)
        variances[i % channels] += std::pow(map.floats()[i] - means[i % channels], 2) / pixels;
    for (double &variance : variances) variance = std::log(variance + 1e-5); // some channels are dead
    return {means, variances};
}

// What the batch norm of a layer expects of it; biases count as load_layer has them.
Statistics stored(const std::string &layer)
{
    const auto convolution = numbers(keras_name(layer) + "_conv.bin"), norm = numbers(keras_name(layer) + "_bn.bin");
    const std::size_t channels = norm.size() / 4;
    Statistics statistics;
    for (std::size_t c = 0; c < channels; ++c) {
        statistics.means.push_back(double{norm[2 * channels + c]} - convolution[convolution.size() - channels + c]);
        statistics.log_variances.push_back(std::log(norm[3 * channels + c] + 1e-5));
    }
    return statistics;
}

// Of what is computed and what is stored: in each layer by itself, then the mean over layers.
struct Agreement {
    double means = 0, log_variances = 0;
    std::size_t layers = 0;
};

Agreement agreement(const Layout &layout, const std::string &target_name)
{
    const Graph graph = network(layout);
    const auto target = open_target(target_name, scene::module_folders(), {});
    const auto executable = compile(graph, *target, {});
    executable->resize_into(0, scene::picture(shared_path("assets/images/dog.jpg")), ResizeMethod::bilinear);
    executable->run();
    Agreement result;
    result.layers = graph.outputs.size();
    const auto layers = static_cast<double>(result.layers);
    for (std::size_t i = 0; i < result.layers; ++i) {
        const Statistics here = computed(executable->read(i)), there = stored(graph.outputs[i].name);
        result.means += correlation(here.means, there.means) / layers;
        result.log_variances += correlation(here.log_variances, there.log_variances) / layers;
    }
    return result;
}

} // namespace

TEST_CASE("a trained ResNet-50 of Keras: activations follow the stored statistics")
{
    if (!have_shared("the trained ResNet-50")) return;
    const std::string target = scene::targets().back(); // the fastest
    const Agreement right = agreement(kernel, target), wrong = agreement(tensor, target);
    CHECK(right.layers == 43);
    CHECK(std::abs(right.means - 0.90) < 0.005);
    CHECK(std::abs(right.log_variances - 0.86) < 0.005);
    CHECK(std::abs(wrong.means) < 0.05); // the same numbers in another order tell nothing
    CHECK(std::abs(wrong.log_variances) < 0.05);
}
