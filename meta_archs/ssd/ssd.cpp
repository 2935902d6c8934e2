// SPDX-License-Identifier: Apache-2.0
// SSD: Liu et al. 2016, in the form and with the names of the published TensorFlow models.
#include "extra_layers.h"
#include "feature_maps.h"

namespace {

using namespace tradewind;

struct Prediction {
    std::vector<Value> encodings, logits; // of each map, 1 x anchors x 4 and 1 x anchors x (classes + 1)
};

struct Ssd {
    static constexpr const char *id = "org.tradewind.ssd";
    static constexpr const char *version = "1.0.0";
    static constexpr const char *summary = "SSD: predictions from several maps at once, one stage";
    static constexpr tw_option options[] = {
        texts("feature_maps", "auto", "taps to predict from; auto: the last of stride 16 and the last of stride 32"),
        texts("l2_normalised", "", "feature maps that are L2-normalised over their channels, with learned scales"),
        integers("extra_layers", "512,256,256,128", "1..65536",
                 "depths of the layers appended to the last tap, each halving the map"),
        integers("extra_kernels", "3", "1..7", "side of their convolutions of stride 2; the last number repeats"),
        text("extra_scope", "tap", "tap|outside", "names of the appended layers: under the tap's scope, or beside it"),
        real("depth_multiplier", "1.0", "0.01..4", "factor on the depths of the appended layers"),
        integer("min_depth", "16", "1..1024", "the fewest channels of an appended layer"),
        text("normalisation", "batch_norm", "batch_norm|none", "none: biases in place of batch norm, which was folded"),
        text("activation", "relu6", "relu|relu6", "after every appended layer"),
        real("epsilon", "0.001", "0..1", "of the batch norms of the appended layers"),
        real("min_scale", "0.2", "0.001..10", "size of the anchors on the first map, as part of the picture"),
        real("max_scale", "0.95", "0.001..10", "size of the anchors on the last map"),
        reals("aspect_ratios", "1.0,2.0,0.5,3.0,0.3333", "0.001..1000", "width to height of the anchors"),
        flag("reduce_boxes_in_lowest_layer", "true", "three anchors only in each cell of the first map"),
        integer("predictor_kernel", "1", "1..7", "side of the predictors' convolutions"),
        reals("box_scales", "10,10,5,5", "0.001..1000", "what the codes ty, tx, th, tw were multiplied with"),
        text("score_converter", "sigmoid", "sigmoid|softmax|identity", "from logits to scores"),
        real("score_threshold", "0.3", "0..1", "only higher scores count"),
        real("iou_threshold", "0.6", "0..1", "a box that overlaps a better one of its class more than this goes"),
        integer("max_per_class", "100", "1..10000", "the most detections of a class"),
        integer("max_total", "100", "1..10000", "the most detections of a picture"),
        text("nms", "regular", "regular|fast", "fast: one suppression over the best class of each anchor"),
        text("generation", "g2", "g1|g2|g3", "of the published code: order of anchors, padding, order of suppression"),
    };

    void build(Graph &g, Value image) const
    {
        g.trunk("FeatureExtractor", image);
        const auto base = ssd::base_maps(g);
        if (base.empty()) return; // the host reports why
        const auto maps = ssd::with_extra_layers(g, base);
        for (std::size_t i = 0; i < maps.size(); ++i) g.output("feature_map_" + std::to_string(i), maps[i]);
        const Value anchors = anchors_of(g, maps);
        const Prediction prediction = predict(g, maps);
        const Value encodings = g.concat(prediction.encodings, 1, "Predictions/box_encodings");
        const Value logits = g.concat(prediction.logits, 1, "Predictions/class_logits");
        g.output("anchors", anchors);
        g.output("box_encodings", encodings);
        g.output("class_logits", logits);
        detect(g, encodings, logits, anchors);
    }

private:
    static Value anchors_of(Graph &g, const std::vector<Value> &maps)
    {
        const auto ratios = g.reals("aspect_ratios");
        return g.multiple_grid_anchors(maps, {.name = "MultipleGridAnchorGenerator",
                                              .min_scale = g.real("min_scale"),
                                              .max_scale = g.real("max_scale"),
                                              .aspect_ratios = {ratios.begin(), ratios.end()},
                                              .reduce_lowest = g.flag("reduce_boxes_in_lowest_layer"),
                                              .interpolated = g.text("generation") == "g1" ? "second" : "last"});
    }

    static Value predictor(Graph &g, Value map, const std::string &name, std::int64_t per_cell, std::int64_t columns)
    {
        const Value x = g.conv2d(
            map, {.name = name, .filters = per_cell * columns, .kernel = g.integer("predictor_kernel"), .bias = true});
        return g.reshape(x, {1, -1, columns}, name + "/rows");
    }

    static Prediction predict(Graph &g, const std::vector<Value> &maps)
    {
        Prediction prediction;
        const auto ratios = static_cast<std::int64_t>(g.reals("aspect_ratios").size());
        for (std::size_t i = 0; i < maps.size(); ++i) {
            const std::int64_t per_cell = i == 0 && g.flag("reduce_boxes_in_lowest_layer") ? 3 : ratios + 1;
            const Scope scope(g, "BoxPredictor_" + std::to_string(i));
            prediction.encodings.push_back(predictor(g, maps[i], "BoxEncodingPredictor", per_cell, 4));
            prediction.logits.push_back(predictor(g, maps[i], "ClassPredictor", per_cell, g.class_count() + 1));
        }
        return prediction;
    }

    static void detect(Graph &g, Value encodings, Value logits, Value anchors)
    {
        const auto scales = g.reals("box_scales");
        const std::string generation = g.text("generation");
        const Scope scope(g, "Postprocessor");
        const Value boxes =
            g.decode_boxes(encodings, anchors, {.name = "Decode", .scales = {scales.begin(), scales.end()}});
        const Value scores =
            g.convert_scores(logits, {.name = "convert_scores",
                                      .converter = g.text("score_converter"),
                                      .background = generation == "g1" ? "slice_first" : "convert_first"});
        g.output("decoded_boxes", boxes);
        const Value found = g.multiclass_nms(boxes, scores,
                                             {.name = "MultiClassNonMaxSuppression",
                                              .score_threshold = g.real("score_threshold"),
                                              .iou_threshold = g.real("iou_threshold"),
                                              .max_per_class = g.integer("max_per_class"),
                                              .max_total = g.integer("max_total"),
                                              .generation = generation,
                                              .mode = g.text("nms")});
        g.output("detection_boxes", found);
        g.output("detection_scores", Graph::result(found, 1));
        g.output("detection_classes", Graph::result(found, 2));
        g.output("num_detections", Graph::result(found, 3));
    }
};

} // namespace

TRADEWIND_PLUGIN(Ssd)
