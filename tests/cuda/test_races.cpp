// SPDX-License-Identifier: Apache-2.0
// Kernels whose blocks go through several waits, on threads that a sanitizer watches. Their results are those of the
// plain kernels here as well.
#include "clustered_boxes.h"
#include "odd_numbers.h"
#include "one_step.h"
#include "ops/made_up.h"

#include <doctest/doctest.h>

using namespace tradewind;
using namespace made_up;
using odd_numbers::Spoiling;
using one_step::Input;

TEST_CASE("suppression has no races")
{
    struct Size {
        std::int64_t rows, classes, max_per_class, max_total;
        double score_threshold;
    };
    for (const Size &size : {Size{700, 2, 300, 100, 0}, Size{5000, 1, 1500, 2500, 0}, Size{300, 2, 100, 100, .99}})
        for (const auto how : {Spoiling::none, Spoiling::ties, Spoiling::constant}) {
            std::vector<Input> inputs(2);
            inputs[0].pictures = {one_step::clustered("boxes", {1, size.rows, 4})};
            inputs[1].pictures = {random("scores", {1, size.rows, size.classes})};
            odd_numbers::spoil(inputs[1].pictures[0], how, 1);
            one_step::require_equal({"multiclass_nms",
                                     attributes({{"score_threshold", size.score_threshold},
                                                 {"iou_threshold", .7},
                                                 {"max_per_class", size.max_per_class},
                                                 {"max_total", size.max_total},
                                                 {"generation", std::string("g3")},
                                                 {"clip_window", Reals{0, 0, 100, 90}}}),
                                     inputs});
        }
}

TEST_CASE("the softmax of long rows has no races")
{
    const auto settings = attributes({{"converter", std::string("softmax")}});
    one_step::require_equal({"convert_scores", settings, {{{random("logits", {1, 5, 1100})}}}});
}
