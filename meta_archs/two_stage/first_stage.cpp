// SPDX-License-Identifier: Apache-2.0
// From the picture to proposals.
#include "first_stage.h"

#include <string>

namespace two_stage {
namespace {

using namespace tradewind;

using Reals = std::vector<double>;

Reals list(const Graph &g, const char *key)
{
    const auto values = g.reals(key);
    return {values.begin(), values.end()};
}

// One number serves for y and x.
Reals pair(Graph &g, const char *key, Reals values)
{
    if (values.size() == 1) values.push_back(values[0]);
    if (values.size() != 2) g.fail(std::string(key) + " is one number, or two: of y and of x");
    values.resize(2);
    return values;
}

// Where no tap has stride 16: the last of the coarsest stride.
Tap last_of_stride_16(Graph &g)
{
    Tap found;
    for (const auto &tap : g.taps())
        if (tap.stride == 16 || (found.stride != 16 && tap.stride >= found.stride)) found = tap;
    if (!found.value) g.fail("the feature extractor offers no tap to propose from");
    return found;
}

Tap feature_map(Graph &g)
{
    const std::string name = g.text("feature_map");
    return name == "auto" ? last_of_stride_16(g) : g.tap_named(name);
}

Value anchors(Graph &g, const Tap &map, const Reals &window)
{
    const auto given = g.integers("anchor_stride");
    Reals stride = pair(g, "anchor_stride", {given.begin(), given.end()});
    for (double &side : stride) side = side > 0 ? side : static_cast<double>(map.stride);
    const Value grid = g.grid_anchors(map.value, {.name = "FirstStageAnchorGenerator",
                                                  .scales = list(g, "anchor_scales"),
                                                  .aspect_ratios = list(g, "anchor_ratios"),
                                                  .base_size = pair(g, "anchor_base", list(g, "anchor_base")),
                                                  .stride = stride,
                                                  .offset = pair(g, "anchor_offset", list(g, "anchor_offset"))});
    const Value clipped = g.clip_boxes(grid, window, "FirstStageAnchorGenerator/clip");
    g.output("anchors_unclipped", grid);
    g.output("anchors", clipped);
    return clipped;
}

struct Prediction {
    Value encodings, logits; // 1 x anchors x 4 and 1 x anchors x 2
};

Prediction predict(Graph &g, Value features)
{
    Value x = g.conv2d(features, {.name = "Conv",
                                  .filters = g.integer("rpn_depth"),
                                  .kernel = g.integer("rpn_kernel"),
                                  .dilation = g.integer("rpn_dilation"),
                                  .bias = true});
    x = g.relu6(x, "Conv/Relu6"); // whatever the extractor has
    g.output("rpn_conv", x);
    const auto per_cell = static_cast<std::int64_t>(g.reals("anchor_scales").size() * g.reals("anchor_ratios").size());
    const Scope scope(g, "FirstStageBoxPredictor");
    const auto predictor = [&](const std::string &name, std::int64_t columns) {
        const Value map = g.conv2d(x, {.name = name, .filters = per_cell * columns, .kernel = 1, .bias = true});
        return g.reshape(map, {1, -1, columns}, name + "/rows");
    };
    const Prediction prediction{predictor("BoxEncodingPredictor", 4), predictor("ClassPredictor", 2)};
    g.output("rpn_box_encodings", prediction.encodings);
    g.output("rpn_objectness", prediction.logits);
    return prediction;
}

} // namespace

FirstStage first_stage(Graph &g, Value image)
{
    const auto shape = g.shape(image);
    const auto height = static_cast<double>(shape[1]), width = static_cast<double>(shape[2]);
    g.trunk("FirstStageFeatureExtractor", image);
    const Tap map = feature_map(g);
    if (!map.value) return {}; // the host reports why
    g.output("rpn_features", map.value);
    const Value clipped = anchors(g, map, {0, 0, height, width});
    const Prediction prediction = predict(g, map.value);
    const Value found = g.proposals(prediction.encodings, prediction.logits, clipped,
                                    {.name = "Proposals",
                                     .window = {0, 0, height, width},
                                     .max_proposals = g.integer("proposals"),
                                     .score_threshold = g.real("proposal_score_threshold"),
                                     .iou_threshold = g.real("proposal_iou"),
                                     .generation = g.text("generation"),
                                     .scales = list(g, "box_scales")});
    const Value absolute = g.scale_boxes(found, {height, width, height, width}, "Proposals/absolute");
    g.output("proposals_normalized", found);
    g.output("proposals_absolute", absolute);
    g.output("proposal_scores", Graph::result(found, 1));
    g.output("num_proposals", Graph::result(found, 2));
    return {map.value, found, absolute, Graph::result(found, 2)};
}

} // namespace two_stage
