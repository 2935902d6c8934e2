// SPDX-License-Identifier: Apache-2.0
// proposals against the plain kernel, exactly.
#include "clustered_boxes.h"
#include "odd_numbers.h"
#include "one_step.h"
#include "ops/made_up.h"

#include <doctest/doctest.h>

using namespace tradewind;
using namespace made_up;
using cuda::Storage;
using odd_numbers::Spoiling;
using one_step::Input;

namespace {

struct Size {
    std::int64_t anchors, most;
    double score_threshold, iou_threshold;
};

Tensor numbers(const std::string &name, std::int64_t picture, const Shape &shape, float factor)
{
    Tensor values = random(name + std::to_string(picture), shape);
    for (std::int64_t i = 0; i < values.count(); ++i) values.floats()[i] *= factor;
    return values;
}

// Logits of a wide range make many scores that are 0 or 1.
one_step::Call call_of(const Size &size, Spoiling how, Storage storage, bool wide, std::int64_t batch)
{
    one_step::Call call{"proposals",
                        attributes({{"score_threshold", size.score_threshold},
                                    {"iou_threshold", size.iou_threshold},
                                    {"max_proposals", size.most},
                                    {"window", Reals{0, 0, 100, 90}}}),
                        {{{}, storage}, {{}, storage}, {{}, Storage::f32}},
                        batch};
    for (std::int64_t p = 0; p < batch; ++p) {
        call.inputs[0].pictures.push_back(numbers("codes", p, {1, size.anchors, 4}, 2));
        call.inputs[1].pictures.push_back(numbers("logits", p, {1, size.anchors, 2}, wide ? 60 : 4));
        odd_numbers::spoil(call.inputs[1].pictures.back(), how, static_cast<unsigned>(p + 3));
    }
    call.inputs[2].pictures = {one_step::clustered("anchors", {size.anchors, 4})};
    return call;
}

double kept_in(const std::vector<one_step::Outputs> &outputs)
{
    double kept = 0;
    for (const auto &picture : outputs) kept += double{picture[2].floats()[0]};
    return kept;
}

} // namespace

TEST_CASE("proposals are exactly those of the plain kernel")
{
    double kept = 0;
    for (const Size &size : {Size{5700, 300, 0, .7}, Size{900, 50, 0, .7}, Size{900, 900, .3, .5},
                             Size{20, 300, 1e-8, .7}, Size{1, 1, .5, 0}, Size{300, 30, 1, .5}})
        for (const char *generation : {"g1", "g2", "g3"})
            for (const auto how : odd_numbers::spoilings)
                for (const Storage storage : {Storage::f32, Storage::f16, Storage::bf16})
                    for (const bool wide : {false, true}) {
                        if (size.anchors > 1000 && wide != (storage == Storage::f16)) continue; // takes its time
                        INFO(size.anchors << " anchors, " << generation << ", spoiling " << static_cast<int>(how)
                                          << ", storage " << static_cast<int>(storage) << ", wide " << wide);
                        auto call = call_of(size, how, storage, wide, size.anchors > 1000 ? 1 : 3);
                        call.attributes.set("generation", std::string(generation));
                        kept += kept_in(one_step::require_equal(call));
                    }
    CHECK(kept > 10000);
}

TEST_CASE("proposals of codes that are not numbers")
{
    for (const char *generation : {"g2", "g3"}) {
        auto call = call_of({900, 100, 0, .7}, Spoiling::ties, Storage::f32, false, 1);
        call.attributes.set("generation", std::string(generation));
        Tensor &codes = call.inputs[0].pictures[0];
        for (std::int64_t i = 0; i < codes.count(); i += 7)
            codes.floats()[i] = i % 2 ? std::numeric_limits<float>::quiet_NaN() : 1e30f;
        CHECK(kept_in(one_step::require_equal(call)) > 10);
    }
}

TEST_CASE("proposals of all anchors of a large picture, and of scores that are all equal")
{
    for (const auto how : {Spoiling::none, Spoiling::constant}) {
        auto call = call_of({29184, 300, 0, .7}, how, Storage::f32, false, 1);
        CHECK(kept_in(one_step::require_equal(call)) == 300);
    }
}
