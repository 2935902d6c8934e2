// SPDX-License-Identifier: Apache-2.0
// A network of one of each: described here layer by layer, with the weights of frozen graphs of old and new op names,
// it computes what TensorFlow did from the graph.
#include "golden.h"
#include "scene.h"
#include "shared_data.h"

#include "image/decode.h"
#include "ops/standard_ops.h"
#include "passes/passes.h"
#include "weights/binding.h"
#include "weights/importers/import.h"

#include <doctest/doctest.h>

using namespace tradewind;
using Integers = std::vector<std::int64_t>;

namespace {

const std::string net = "FeatureExtractor/MobilenetV1/";

Attributes window(std::int64_t kernel, std::int64_t stride = 1, const std::string &padding = "same")
{
    Attributes attributes;
    attributes.set("kernel", Integers{kernel, kernel});
    attributes.set("stride", Integers{stride, stride});
    attributes.set("padding", padding);
    return attributes;
}

Attributes convolution(std::int64_t filters, std::int64_t kernel, bool bias, std::int64_t stride = 1,
                       std::int64_t dilation = 1)
{
    Attributes attributes = window(kernel, stride);
    attributes.set("filters", filters);
    attributes.set("dilation", Integers{dilation, dilation});
    attributes.set("bias", std::int64_t{bias});
    return attributes;
}

// Outputs have the names that they have in the frozen graph.
struct Network {
    Graph graph{standard_ops()};

    Value keep(const std::string &name, Value value)
    {
        graph.set_output(name, value);
        return value;
    }

    Value rows(const std::string &name, Value map, std::int64_t columns)
    {
        Attributes attributes;
        attributes.set("shape", Integers{1, -1, columns});
        return graph.add("reshape", name, {map}, attributes);
    }

    Value first_map(Value image)
    {
        Value x = graph.add("conv2d", net + "Conv2d_0", {image}, convolution(8, 3, false, 2));
        keep(net + "Conv2d_0/Conv2D", x);
        x = graph.add("batch_norm", net + "Conv2d_0/BatchNorm", {x}, {});
        keep(net + "Conv2d_0/BatchNorm/batchnorm/add_1", x);
        return keep(net + "Conv2d_0/Relu6", graph.add("relu6", net + "Conv2d_0/Relu6", {x}, {}));
    }

    Value second_map(Value first)
    {
        Value x = graph.add("depthwise_conv2d", net + "Conv2d_1_depthwise", {first}, window(3));
        x = graph.add("batch_norm", net + "Conv2d_1_depthwise/BatchNorm", {x}, {});
        x = keep(net + "Conv2d_1_depthwise/Relu6", graph.add("relu6", net + "Conv2d_1_depthwise/Relu6", {x}, {}));
        x = graph.add("conv2d", net + "Conv2d_1_pointwise", {x}, convolution(16, 1, false));
        x = graph.add("batch_norm", net + "Conv2d_1_pointwise/BatchNorm", {x}, {});
        x = keep(net + "Conv2d_1_pointwise/Relu", graph.add("relu", net + "Conv2d_1_pointwise/Relu", {x}, {}));
        Value branch = graph.add("max_pool", net + "Mixed/Branch_1/MaxPool_0a_3x3", {first}, window(3));
        branch = graph.add("conv2d", net + "Mixed/Branch_1/Conv2d_0b_1x1", {branch}, convolution(8, 1, true));
        Attributes channels;
        channels.set("axis", std::int64_t{3});
        x = keep(net + "Mixed/concat", graph.add("concat", net + "Mixed/concat", {x, branch}, channels));
        return keep(net + "MaxPool_2a_2x2/MaxPool",
                    graph.add("max_pool", net + "MaxPool_2a_2x2", {x}, window(2, 2, "valid")));
    }

    void predict(Value map)
    {
        Value x = graph.add("conv2d", "Conv", {map}, convolution(12, 3, true, 1, 2));
        x = keep("Conv/Relu6", graph.add("relu6", "Conv/Relu6", {x}, {}));
        const std::string predictor = "BoxPredictor_0/";
        const Value boxes = graph.add("conv2d", predictor + "BoxEncodingPredictor", {x}, convolution(12, 1, true));
        keep(predictor + "Reshape", rows(predictor + "Reshape", boxes, 4));
        const Value classes = graph.add("conv2d", predictor + "ClassPredictor", {x}, convolution(15, 1, true));
        const Value logits = rows(predictor + "Reshape_1", classes, 5);
        keep("Postprocessor/convert_scores", graph.add("sigmoid", "Postprocessor/convert_scores", {logits}, {}));
    }

    explicit Network(ImageSize size)
    {
        const Value image = graph.add_input("image", {{1, size.height, size.width, 3}});
        Attributes attributes;
        attributes.set("scale", std::vector<double>(3, 2.0 / 255.0));
        attributes.set("mean", std::vector<double>(3, 1.0));
        attributes.set("channel_order", std::string("rgb"));
        const Value preprocessed = graph.add("normalize", "Preprocessor/sub", {image}, attributes);
        predict(second_map(first_map(keep("Preprocessor/sub", preprocessed))));
    }
};

Tensor picture(ImageSize size)
{
    const Picture formula = formula_picture(size.height, size.width);
    Tensor tensor({1, size.height, size.width, 3});
    for (std::int64_t i = 0; i < tensor.count(); ++i)
        tensor.floats()[i] = static_cast<float>(formula.rgb[static_cast<std::size_t>(i)]);
    return tensor;
}

} // namespace

TEST_CASE("weights of frozen graphs give the values that TensorFlow computed from them")
{
    if (!have_shared("the small frozen graphs")) return;
    if (const char *built = std::getenv("TRADEWIND_IMPORTERS"); built && std::string(built) == "0")
        return say_skipped("the small frozen graphs", "the importers");
    constexpr ImageSize size{45, 61};
    const auto expected = golden::tensors("checkpoint/frozen/small_graph.safetensors");
    REQUIRE(expected.size() == 11);
    for (const char *file : {"small_graph.pb", "small_graph_new_ops.pb"})
        for (const auto &target : scene::targets()) {
            CAPTURE(file);
            CAPTURE(target);
            Network network(size);
            const Bundle bundle = import_weights(shared_path(std::string("goldens/checkpoint/frozen/") + file));
            CHECK(bind(network.graph, bundle.weights).unused.empty());
            const auto outputs = network.graph.outputs;
            const MemoryPlan plan = plan_memory(network.graph);
            const auto executable =
                open_target(target, scene::module_folders(), {})->compile(std::move(network.graph), plan, {2});
            executable->write(0, picture(size));
            executable->run();
            REQUIRE(outputs.size() == expected.size());
            for (std::size_t i = 0; i < outputs.size(); ++i) {
                CAPTURE(outputs[i].name);
                REQUIRE(expected.count(outputs[i].name));
                const Tensor &wanted = expected.at(outputs[i].name);
                const double limit = 1e-5 * golden::statistics(wanted).deviation;
                CHECK(golden::largest_difference(wanted, executable->read(i)) <= limit);
            }
        }
}
