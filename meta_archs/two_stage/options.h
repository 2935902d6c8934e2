// SPDX-License-Identifier: Apache-2.0
// The options of both stages that two-stage meta-architectures share.
#ifndef TRADEWIND_TWO_STAGE_OPTIONS_H
#define TRADEWIND_TWO_STAGE_OPTIONS_H

#include <tradewind/plugin.hpp>

#include <array>

namespace two_stage {

inline constexpr tw_option shared_options[] = {
    tradewind::text(
        "feature_map", "auto", nullptr,
        "tap that proposals are made from and regions are cut from; auto: the last of stride 16, else of the coarsest"),
    tradewind::integer("rpn_depth", "512", "1..65536", "channels of the convolution that proposals are predicted from"),
    tradewind::integer("rpn_kernel", "3", "1..7", "side of that convolution"),
    tradewind::integer("rpn_dilation", "1", "1..16", "dilation of that convolution"),
    tradewind::reals("anchor_scales", "0.25,0.5,1,2", "0.001..100", "sizes of the anchors, as parts of anchor_base"),
    tradewind::reals("anchor_ratios", "0.5,1,2", "0.001..100", "width to height of the anchors"),
    tradewind::reals("anchor_base", "256,256", "1..16384", "height and width that the scales refer to, in pixels"),
    tradewind::integers("anchor_stride", "0", "0..1024",
                        "height and width of a cell, in pixels; 0: those of the feature map"),
    tradewind::reals("anchor_offset", "0,0", "-1024..1024", "centre of the first anchor, y and x, in pixels"),
    tradewind::integer("proposals", "300", "1..10000", "the most regions that the second stage looks at"),
    tradewind::real("proposal_score_threshold", "0", "0..1", "only regions with a higher score become proposals"),
    tradewind::real("proposal_iou", "0.7", "0..1", "a region that overlaps a better one more than this is no proposal"),
    tradewind::reals("box_scales", "10,10,5,5", "0.001..1000",
                     "what the codes ty, tx, th, tw of both stages were multiplied with"),
    tradewind::text("score_converter", "softmax", "softmax|sigmoid|identity", "from class logits to scores"),
    tradewind::real("score_threshold", "0", "0..1", "only higher scores count"),
    tradewind::real("iou_threshold", "0.6", "0..1",
                    "a box that overlaps a better one of its class more than this goes"),
    tradewind::integer("max_per_class", "100", "1..10000", "the most detections of a class"),
    tradewind::integer("max_total", "100", "1..10000", "the most detections of a picture"),
    tradewind::text("generation", "g2", "g1|g2|g3", "of the published code: g3 clips boxes after the suppression"),
};

// Those, and a meta-architecture's own. "generation" is the model's, and set there.
template <std::size_t Count> constexpr auto with_shared_options(const tw_option (&own)[Count])
{
    std::array<tw_option, std::size(shared_options) + Count> all{};
    for (std::size_t i = 0; i < std::size(shared_options); ++i) all[i] = shared_options[i];
    for (std::size_t i = 0; i < Count; ++i) all[std::size(shared_options) + i] = own[i];
    return all;
}

// An option of sides: one number is both, two are height and width.
inline tradewind::Size size_option(tradewind::Graph &g, const char *key)
{
    const auto values = g.integers(key);
    if (values.size() == 1 || values.size() == 2) return {values.front(), values.back()};
    g.fail(std::string(key) + " is one number, or two: height and width");
    return 1;
}

} // namespace two_stage

#endif // TRADEWIND_TWO_STAGE_OPTIONS_H
