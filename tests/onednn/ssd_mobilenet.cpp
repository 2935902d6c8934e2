// SPDX-License-Identifier: Apache-2.0
// Howard et al. 2017, table 1; Liu et al. 2016, with the added layers of the published SSD MobileNet V1.
#include "ssd_mobilenet.h"

#include "ops/standard_ops.h"

using namespace tradewind;

namespace {

using Integers = std::vector<std::int64_t>;
using Reals = std::vector<double>;

Attributes attributes(std::initializer_list<std::pair<const char *, Attribute>> values)
{
    Attributes all;
    for (const auto &[key, value] : values) all.set(key, value);
    return all;
}

class Builder {
public:
    Builder(std::int64_t side, std::int64_t classes) : graph(standard_ops()), columns_(classes + 1)
    {
        image_ = graph.add_input("image", {{1, side, side, 3}});
    }

    Value conv(const std::string &name, Value x, std::int64_t filters, std::int64_t kernel, std::int64_t stride,
               const char *activation = "relu6")
    {
        return graph.add("conv2d", name, {x},
                         attributes({{"filters", filters},
                                     {"kernel", Integers{kernel, kernel}},
                                     {"stride", Integers{stride, stride}},
                                     {"bias", std::int64_t{1}},
                                     {"activation", std::string(activation)}}));
    }

    Value separable(int index, Value x, std::int64_t stride, std::int64_t depth)
    {
        const std::string name = "Conv2d_" + std::to_string(index);
        x = graph.add("depthwise_conv2d", name + "_depthwise", {x},
                      attributes({{"kernel", Integers{3, 3}},
                                  {"stride", Integers{stride, stride}},
                                  {"bias", std::int64_t{1}},
                                  {"activation", std::string("relu6")}}));
        return conv(name + "_pointwise", x, depth, 1, 1);
    }

    void trunk()
    {
        Value x = graph.add("normalize", "preprocessed", {image_},
                            attributes({{"scale", Reals(3, 2.0 / 255.0)}, {"mean", Reals(3, 1.0)}}));
        x = conv("Conv2d_0", x, 32, 3, 2);
        constexpr std::pair<std::int64_t, std::int64_t> layers[] = {{1, 64},  {2, 128},  {1, 128}, {2, 256}, {1, 256},
                                                                    {2, 512}, {1, 512},  {1, 512}, {1, 512}, {1, 512},
                                                                    {1, 512}, {2, 1024}, {1, 1024}};
        int index = 0;
        for (const auto &[stride, depth] : layers) {
            x = separable(++index, x, stride, depth);
            if (index == 11 || index == 13) maps.push_back(x);
        }
        for (const std::int64_t depth : {512, 256, 256, 128}) {
            const std::string name = "Conv2d_13_pointwise_" + std::to_string(maps.size());
            x = conv(name + "_1x1", x, depth / 2, 1, 1);
            maps.push_back(x = conv(name + "_3x3_s2", x, depth, 3, 2));
        }
    }

    Value head(const char *name, std::int64_t width)
    {
        std::vector<Value> parts;
        for (std::size_t i = 0; i < maps.size(); ++i) {
            const std::string scope = "BoxPredictor_" + std::to_string(i) + "/" + name;
            const Value x = conv(scope, maps[i], (i == 0 ? 3 : 6) * width, 1, 1, "none");
            parts.push_back(
                graph.add("reshape", scope + "/flat", {x}, attributes({{"shape", Integers{1, -1, width}}})));
        }
        return graph.add("concat", name, parts, attributes({{"axis", std::int64_t{1}}}));
    }

    void detect(Value encodings, Value logits)
    {
        const Value anchors = graph.add(
            "multiple_grid_anchors", "anchors", maps,
            attributes({{"min_scale", 0.2}, {"max_scale", 0.95}, {"aspect_ratios", Reals{1, 2, 0.5, 3, 0.3333}}}));
        const Value boxes = graph.add("detect_from_logits", "detections", {encodings, anchors, logits},
                                      attributes({{"score_threshold", 0.3},
                                                  {"iou_threshold", 0.6},
                                                  {"max_per_class", std::int64_t{100}},
                                                  {"max_total", std::int64_t{100}}}));
        for (Value i = 0; i < 4; ++i) graph.set_output("detections_" + std::to_string(i), boxes + i);
    }

    std::int64_t columns() const { return columns_; }

    Graph graph;
    std::vector<Value> maps;

private:
    std::int64_t columns_;
    Value image_;
};

} // namespace

Graph ssd_mobilenet(std::int64_t side, std::int64_t classes, bool detect)
{
    Builder builder(side, classes);
    builder.trunk();
    const Value encodings = builder.head("BoxEncodingPredictor", 4),
                logits = builder.head("ClassPredictor", builder.columns());
    if (detect) {
        builder.detect(encodings, logits);
    } else {
        builder.graph.set_output("encodings", encodings);
        builder.graph.set_output("logits", logits);
    }
    return std::move(builder.graph);
}
