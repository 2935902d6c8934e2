// SPDX-License-Identifier: Apache-2.0
// From nodes to layers; windows that are padded unevenly get a padding layer, as OpenCV's own importer does.
#include "opencv_network.h"

#include "ops/window.h"

#include <set>

using namespace tradewind;

namespace {

cv::Mat blob(const Tensor &weights, bool depthwise)
{
    const Shape &shape = weights.shape(); // h, w, i, o
    const int taps = static_cast<int>(shape[0] * shape[1]), in = static_cast<int>(shape[2]),
              out = static_cast<int>(shape[3]);
    const int sizes[] = {depthwise ? in * out : out, depthwise ? 1 : in, static_cast<int>(shape[0]),
                         static_cast<int>(shape[1])};
    cv::Mat result(4, sizes, CV_32F);
    float *to = result.ptr<float>();
    for (int t = 0; t < taps; ++t)
        for (int i = 0; i < in; ++i)
            for (int o = 0; o < out; ++o) {
                const int filter = depthwise ? i * out + o : o, channel = depthwise ? 0 : i;
                to[(filter * sizes[1] + channel) * taps + t] = weights.floats()[(t * in + i) * out + o];
            }
    return result;
}

class Converter {
public:
    explicit Converter(const Graph &graph) : graph_(graph), names_(graph.values.size()) {}

    OpencvNetwork convert()
    {
        for (const Node &node : graph_.nodes) {
            if (node.op->name == "conv2d" || node.op->name == "depthwise_conv2d")
                add(node);
            else
                names_[node.outputs[0]] = names_[node.inputs[0]];
        }
        OpencvNetwork network{std::move(net_), {}};
        for (const auto &name : made_)
            if (!read_.count(name)) network.outputs.push_back(name);
        network.net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
        return network;
    }

private:
    void add(const Node &node)
    {
        const bool depthwise = node.op->name == "depthwise_conv2d";
        const Window window = window_of(node.attributes, graph_.shape(node.inputs[0]));
        std::string input = names_[node.inputs[0]];
        read_.insert(input);
        if (window.y.before != window.y.after || window.x.before != window.x.after)
            input = pad(node.name, input, window);
        const bool padded = input == node.name + "/padded";
        cv::dnn::LayerParams layer;
        layer.set("kernel_h", static_cast<int>(window.y.kernel));
        layer.set("kernel_w", static_cast<int>(window.x.kernel));
        layer.set("stride_h", static_cast<int>(window.y.stride));
        layer.set("stride_w", static_cast<int>(window.x.stride));
        layer.set("pad_h", padded ? 0 : static_cast<int>(window.y.before));
        layer.set("pad_w", padded ? 0 : static_cast<int>(window.x.before));
        layer.set("num_output", static_cast<int>(graph_.shape(node.outputs[0])[3]));
        layer.set("group", depthwise ? static_cast<int>(graph_.shape(node.inputs[0])[3]) : 1);
        layer.set("bias_term", true);
        const auto values = [&](const char *leaf) {
            return values_of(graph_.parameters[graph_.parameter(node, leaf)]);
        };
        const Tensor bias = values("biases");
        layer.blobs = {blob(values(depthwise ? "depthwise_weights" : "weights"), depthwise),
                       cv::Mat(1, static_cast<int>(bias.count()), CV_32F, const_cast<float *>(bias.floats())).clone()};
        connect(net_.addLayer(node.name, "Convolution", layer), input, node.name);
        names_[node.outputs[0]] = activate(node);
        made_.push_back(names_[node.outputs[0]]);
    }

    std::string pad(const std::string &name, const std::string &input, const Window &window)
    {
        cv::dnn::LayerParams layer;
        const int paddings[] = {0,
                                0,
                                0,
                                0,
                                static_cast<int>(window.y.before),
                                static_cast<int>(window.y.after),
                                static_cast<int>(window.x.before),
                                static_cast<int>(window.x.after)};
        layer.set("paddings", cv::dnn::DictValue::arrayInt(paddings, 8));
        connect(net_.addLayer(name + "/padded", "Padding", layer), input, name + "/padded");
        return name + "/padded";
    }

    std::string activate(const Node &node)
    {
        if (node.attributes.text("activation") != "relu6") return node.name;
        cv::dnn::LayerParams layer;
        layer.set("min_value", 0.0f);
        layer.set("max_value", 6.0f);
        connect(net_.addLayer(node.name + "/relu6", "ReLU6", layer), node.name, node.name + "/relu6");
        return node.name + "/relu6";
    }

    void connect(int layer, const std::string &input, const std::string &name)
    {
        net_.connect(input.empty() ? 0 : ids_.at(input), 0, layer, 0);
        ids_[name] = layer;
    }

    const Graph &graph_;
    cv::dnn::Net net_;
    std::vector<std::string> names_; // by value: the layer that makes it; the input has none
    std::map<std::string, int> ids_;
    std::vector<std::string> made_;
    std::set<std::string> read_;
};

} // namespace

OpencvNetwork opencv_network(const Graph &graph) { return Converter(graph).convert(); }
