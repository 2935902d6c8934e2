// SPDX-License-Identifier: Apache-2.0
// The options of both stages that two-stage meta-architectures share.
#ifndef TRADEWIND_TWO_STAGE_OPTIONS_H
#define TRADEWIND_TWO_STAGE_OPTIONS_H

#include <tradewind/plugin.hpp>

#include <array>

namespace two_stage {

using namespace tradewind;

inline constexpr tw_option shared_options[] = {
    text("feature_map", "auto", nullptr,
         "tap that proposals are made from and regions are cut from; auto: the last of stride 16"),
    integer("rpn_depth", "512", "1..65536", "channels of the convolution that proposals are predicted from"),
    integer("rpn_kernel", "3", "1..7", "side of that convolution"),
    integer("rpn_dilation", "1", "1..16", "dilation of that convolution"),
    reals("anchor_scales", "0.25,0.5,1,2", "0.001..100", "sizes of the anchors, as parts of anchor_base"),
    reals("anchor_ratios", "0.5,1,2", "0.001..100", "width to height of the anchors"),
    reals("anchor_base", "256,256", "1..16384", "height and width that the scales refer to, in pixels"),
    integers("anchor_stride", "0", "0..1024", "height and width of a cell, in pixels; 0: those of the feature map"),
    reals("anchor_offset", "0,0", "-1024..1024", "centre of the first anchor, y and x, in pixels"),
    integer("proposals", "300", "1..10000", "the most regions that the second stage looks at"),
    real("proposal_score_threshold", "0", "0..1", "only regions with a higher score become proposals"),
    real("proposal_iou", "0.7", "0..1", "a region that overlaps a better one more than this is no proposal"),
    reals("box_scales", "10,10,5,5", "0.001..1000",
          "what the codes ty, tx, th, tw of both stages were multiplied with"),
    text("score_converter", "softmax", "softmax|sigmoid|identity", "from class logits to scores"),
    real("score_threshold", "0", "0..1", "only higher scores count"),
    real("iou_threshold", "0.6", "0..1", "a box that overlaps a better one of its class more than this goes"),
    integer("max_per_class", "100", "1..10000", "the most detections of a class"),
    integer("max_total", "100", "1..10000", "the most detections of a picture"),
    text("generation", "g2", "g1|g2|g3", "of the published code: g3 clips boxes after the suppression"),
};

// Those, and a meta-architecture's own.
template <std::size_t Count> constexpr auto with_shared_options(const tw_option (&own)[Count])
{
    std::array<tw_option, std::size(shared_options) + Count> all{};
    for (std::size_t i = 0; i < std::size(shared_options); ++i) all[i] = shared_options[i];
    for (std::size_t i = 0; i < Count; ++i) all[std::size(shared_options) + i] = own[i];
    return all;
}

// An option of sides: one number is both, two are height and width.
inline Size size_option(Graph &g, const char *key)
{
    const auto values = g.integers(key);
    if (values.size() == 1 || values.size() == 2) return {values.front(), values.back()};
    g.fail(std::string(key) + " is one number, or two: height and width");
    return 1;
}

} // namespace two_stage

#endif // TRADEWIND_TWO_STAGE_OPTIONS_H
