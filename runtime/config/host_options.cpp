// SPDX-License-Identifier: Apache-2.0
// What the host itself can be told of a model.
#include "config/option.h"

namespace tradewind {

const OptionTable &host_options()
{
    static const OptionTable table = {
        {"model", "meta", OptionType::text, "", "",
         "meta-architecture, by plugin name; empty: the feature extractor alone"},
        {"model", "extractor", OptionType::text, "", "", "feature extractor, by plugin name"},
        {"model", "classes", OptionType::integer, "90", "1..100000", "number of classes, background not counted"},
        {"model", "labels", OptionType::text, "", "",
         "names of classes: 'person, car', '1:person, 3:car', or a file with one a line, or a label map (.pbtxt)"},
        {"model", "generation", OptionType::text, "g2", "g1|g2|g3",
         "of the published code: g1 June 2017, g2 from October 2017, g3 from August 2018"},
        {"image", "resize", OptionType::text, "fixed", "fixed|keep_aspect", "to one size, or by the shorter side"},
        {"image", "size", OptionType::text, "300", "", "of resize = fixed: a side, or height x width as 300x400"},
        {"image", "min_side", OptionType::integer, "600", "1..16384",
         "of resize = keep_aspect: the shorter side becomes this"},
        {"image", "max_side", OptionType::integer, "1024", "1..16384",
         "of resize = keep_aspect: unless the longer one then exceeds this"},
        {"image", "round", OptionType::text, "none", "none|half_up",
         "half_up: pixels become whole numbers after the resize"},
        {"image", "method", OptionType::text, "bilinear", "bilinear|align_corners|half_pixel",
         "convention of the bilinear resize"},
        {"image", "channel_order", OptionType::text, "", "rgb|bgr", "empty: as the feature extractor was made"},
        {"image", "scale", OptionType::reals, "", "-1000..1000",
         "y = x * scale - mean, one number or three; empty: as the extractor was made"},
        {"image", "mean", OptionType::reals, "", "-1000..1000", "see scale"},
    };
    return table;
}

} // namespace tradewind
