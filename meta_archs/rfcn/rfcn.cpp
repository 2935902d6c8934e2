// SPDX-License-Identifier: Apache-2.0
// R-FCN: Dai et al. 2016, in the form and with the names of the published TensorFlow models: boxes of each class, and
// position-sensitive maps that are sampled bilinearly.
#include "detections.h"
#include "options.h"

namespace {

using namespace tradewind;

struct Rfcn {
    static constexpr const char *id = "org.tradewind.rfcn";
    static constexpr const char *version = "1.0.0";
    static constexpr const char *summary = "R-FCN: proposals, then position-sensitive maps pooled over each region";
    static constexpr auto options = two_stage::with_shared_options({
        text("second_stage", "auto", "auto|tail|none",
             "what runs on the whole map before the predictions; auto: the extractor's second stage, if it has one"),
        integer("reduced_depth", "1024", "1..65536", "channels that the map is reduced to before the predictions"),
        integers("bins", "3", "1..32", "parts of a region, down and across; one number is both"),
        integers("crop", "18", "1..512", "samples of a region, down and across: a multiple of bins"),
    });

    void build(Graph &g, Value image) const
    {
        const auto first = two_stage::first_stage(g, image);
        if (!first.features) return; // the host reports why
        const Value features = second_stage(g, first.features);
        g.output("second_stage_features", features);
        const Scope scope(g, "SecondStageBoxPredictor");
        Value x = g.conv2d(features,
                           {.name = "reduce_depth", .filters = g.integer("reduced_depth"), .kernel = 1, .bias = true});
        x = g.relu(x, "reduce_depth/Relu");
        g.output("reduce_depth", x);
        const std::int64_t classes = g.class_count();
        const Value encodings = pooled(g, x, first, "refined_locations", classes * 4);
        const Value logits = pooled(g, x, first, "class_predictions", classes + 1);
        two_stage::detect(g, image, first, encodings, logits);
    }

private:
    static Value second_stage(Graph &g, Value features)
    {
        const std::string wanted = g.text("second_stage");
        const bool runs = wanted == "tail" || (wanted == "auto" && g.has_tail());
        return runs ? g.tail("SecondStageFeatureExtractor", features) : features;
    }

    // P x 1 x 1 x depth, from a map with `depth` channels for each bin.
    static Value pooled(Graph &g, Value x, const two_stage::FirstStage &first, const std::string &name,
                        std::int64_t depth)
    {
        const Size bins = two_stage::size_option(g, "bins"), crop = two_stage::size_option(g, "crop");
        const Value map = g.conv2d(x, {.name = name, .filters = bins.y * bins.x * depth, .kernel = 1, .bias = true});
        g.output(name + "_map", map);
        return g.position_sensitive_crop(map, first.normalized, first.count,
                                         {.name = name + "/PositionSensitiveCrop", .bins = bins, .crop = crop});
    }
};

} // namespace

TRADEWIND_PLUGIN(Rfcn)
