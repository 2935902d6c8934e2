// SPDX-License-Identifier: Apache-2.0
// Faster R-CNN: Ren et al. 2015, in the form and with the names of the published TensorFlow models, which cut regions
// out with bilinear sampling in place of RoI pooling.
#include "detections.h"
#include "options.h"

namespace {

using namespace tradewind;

struct FasterRcnn {
    static constexpr const char *id = "org.tradewind.faster_rcnn";
    static constexpr const char *version = "1.0.0";
    static constexpr const char *summary = "Faster R-CNN: proposals, then a second stage on each region cut out";
    static constexpr bool needs_tail = true;
    static constexpr auto options = two_stage::with_shared_options({
        integers("crop", "14", "1..256", "height and width that regions are sampled to; one number is both"),
        integer("pool", "2", "1..16", "regions are then pooled, the maximum of pool x pool; 1: not at all"),
    });

    void build(Graph &g, Value image) const
    {
        const auto first = two_stage::first_stage(g, image);
        if (!first.features) return; // the host reports why
        const Value regions = cut_out(g, first);
        const Value features = g.tail("SecondStageFeatureExtractor", regions);
        g.output("second_stage_features", features);
        const Scope scope(g, "SecondStageBoxPredictor");
        Value x = g.spatial_mean(features, "AvgPool");
        x = g.reshape(x, {g.shape(x)[0], -1}, "Flatten");
        g.output("pooled_features", x);
        const std::int64_t classes = g.class_count();
        const Value encodings = g.dense(x, {.name = "BoxEncodingPredictor", .units = classes * 4});
        const Value logits = g.dense(x, {.name = "ClassPredictor", .units = classes + 1});
        two_stage::detect(g, image, first, encodings, logits);
    }

private:
    static Value cut_out(Graph &g, const two_stage::FirstStage &first)
    {
        const Scope scope(g, "SecondStageRegions");
        const Value crops = g.crop_and_resize(first.features, first.normalized, first.count,
                                              {.name = "CropAndResize", .crop = two_stage::size_option(g, "crop")});
        const std::int64_t pool = g.integer("pool");
        const Value pooled =
            pool == 1 ? crops : g.max_pool(crops, {.name = "MaxPool2D", .kernel = pool, .stride = pool});
        g.output("crops", crops);
        g.output("crops_pooled", pooled);
        return pooled;
    }
};

} // namespace

TRADEWIND_PLUGIN(FasterRcnn)
