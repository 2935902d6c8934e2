// SPDX-License-Identifier: Apache-2.0
// Samples of the sizes at which kernels work in other ways: several channels at a time, more rows than are sorted at
// once.
#pragma once

#include "op_sample.h"

namespace made_up {

inline Sample depthwise(std::int64_t side, std::int64_t stride, std::int64_t channels, std::int64_t multiplier)
{
    const std::int64_t separable = 1;
    return {"depthwise_conv2d",
            {{"kernel", Integers{side, side}},
             {"stride", Integers{stride, stride}},
             {"multiplier", multiplier},
             {"separable", separable}},
            {{1, 9, 11, channels}},
            {{"depthwise_weights", {side, side, channels, multiplier}}}};
}

inline Sample pool(const std::string &op, std::int64_t stride, std::int64_t channels)
{
    return {op, {{"kernel", Integers{3, 3}}, {"stride", Integers{stride, stride}}}, {{1, 9, 11, channels}}};
}

// Maps whose channels fill 16 bytes once, twice or more.
inline std::vector<Sample> wide_samples()
{
    std::vector<Sample> samples = {depthwise(7, 2, 3, 8), depthwise(7, 2, 8, 1)};
    for (const std::int64_t channels : {8, 16, 32}) {
        const tradewind::Shape map{1, 9, 11, channels};
        for (const std::int64_t stride : {1, 2})
            for (const Sample &sample : {depthwise(3, stride, channels, 1), pool("max_pool", stride, channels),
                                         pool("avg_pool", stride, channels)})
                samples.push_back(sample);
        for (const Sample &sample : std::vector<Sample>{
                 {"add", {{"scale", .25}, {"activation", std::string("relu6")}}, {map, map}},
                 {"batch_norm",
                  {},
                  {map},
                  {{"gamma", {channels}},
                   {"beta", {channels}},
                   {"moving_mean", {channels}},
                   {"moving_variance", {channels}}}},
                 {"concat", {{"axis", std::int64_t{-1}}}, {map, {1, 9, 11, 24}, {1, 9, 11, 8}}},
                 {"crop_and_resize", {{"crop", Integers{5, 4}}}, {map, {9, 4}, {1}}},
                 {"l2_normalization", {}, {map}, {{"scale", {channels}}}},
                 {"pad", {{"pads", Integers{1, 2, 0, 3}}}, {map}},
                 {"position_sensitive_crop",
                  {{"bins", Integers{2, 2}}, {"crop", Integers{4, 4}}},
                  {{1, 9, 11, 4 * channels}, {9, 4}, {1}}},
                 {"relu", {}, {map}},
                 {"relu6", {}, {map}},
                 {"sigmoid", {}, {map}},
                 {"softmax", {}, {map}},
                 {"spatial_mean", {}, {map}},
             })
            samples.push_back(sample);
    }
    return samples;
}

// Few are kept, so that all candidates are looked at: several times as many as are sorted, or compared, at once.
inline std::vector<Sample> long_samples()
{
    const std::int64_t rows = 4200, most = 400;
    return {{"multiclass_nms",
             {{"score_threshold", -2.}, {"iou_threshold", .02}, {"max_per_class", most}, {"max_total", most}},
             {{1, rows, 4}, {1, rows, 1}},
             {},
             true},
            {"proposals",
             {{"window", Reals{-1, -1, .8, .7}}, {"iou_threshold", .02}, {"max_proposals", most}},
             {{1, rows, 4}, {1, rows, 2}, {rows, 4}},
             {},
             true}};
}

} // namespace made_up
