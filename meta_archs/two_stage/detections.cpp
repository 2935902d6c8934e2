// SPDX-License-Identifier: Apache-2.0
// The end of both two-stage meta-architectures.
#include "detections.h"

namespace two_stage {

using namespace tradewind;

void detect(Graph &g, Value image, const FirstStage &first, Value encodings, Value logits)
{
    const std::int64_t classes = g.class_count();
    const auto scales = g.reals("box_scales");
    const auto shape = g.shape(image);
    const Scope scope(g, "SecondStagePostprocessor");
    encodings = g.reshape(encodings, {1, -1, classes, 4}, "box_encodings");
    logits = g.reshape(logits, {1, -1, classes + 1}, "class_logits");
    g.output("refined_box_encodings", encodings);
    g.output("class_logits", logits);
    const Value boxes =
        g.decode_boxes(encodings, first.absolute, {.name = "Decode", .scales = {scales.begin(), scales.end()}});
    const Value scores = g.convert_scores(logits, {.name = "convert_scores", .converter = g.text("score_converter")});
    const Value found =
        g.multiclass_nms(boxes, scores, first.count,
                         {.name = "MultiClassNonMaxSuppression",
                          .score_threshold = g.real("score_threshold"),
                          .iou_threshold = g.real("iou_threshold"),
                          .max_per_class = g.integer("max_per_class"),
                          .max_total = g.integer("max_total"),
                          .generation = g.text("generation"),
                          .clip_window = {0, 0, static_cast<double>(shape[1]), static_cast<double>(shape[2])},
                          .change_frame = true});
    g.output("decoded_boxes", boxes);
    g.output("detection_boxes", found);
    g.output("detection_scores", Graph::result(found, 1));
    g.output("detection_classes", Graph::result(found, 2));
    g.output("num_detections", Graph::result(found, 3));
}

} // namespace two_stage
