// SPDX-License-Identifier: Apache-2.0
// Ops on boxes and scores against the plain kernels, exactly: three storages, batches, odd numbers.
#include "odd_numbers.h"
#include "one_step.h"

#include "ops/made_up.h"

#include <doctest/doctest.h>

using namespace tradewind;
using namespace made_up;
using cuda::Storage;
using one_step::Input;

namespace {

constexpr Storage storages[] = {Storage::f32, Storage::f16, Storage::bf16};

// Calls f(batch, storage, spoiling).
template <class F> void for_each_way(F f)
{
    for (const std::int64_t batch : {1, 3})
        for (const Storage storage : storages)
            for (const auto spoiling : odd_numbers::spoilings) {
                CAPTURE(batch);
                CAPTURE(static_cast<int>(storage));
                CAPTURE(static_cast<int>(spoiling));
                f(batch, storage, spoiling);
            }
}

Tensor times(Tensor tensor, float factor)
{
    for (std::int64_t i = 0; i < tensor.count(); ++i) tensor.floats()[i] *= factor;
    return tensor;
}

Input pictures(const std::string &name, const Shape &shape, std::int64_t batch, Storage storage,
               odd_numbers::Spoiling spoiling, float factor = 1)
{
    Input input{{}, storage};
    for (std::int64_t p = 0; p < batch; ++p) {
        input.pictures.push_back(times(random(name + std::to_string(p), shape), factor));
        odd_numbers::spoil(input.pictures.back(), spoiling, static_cast<unsigned>(p + 1));
    }
    return input;
}

} // namespace

TEST_CASE("boxes are clipped and scaled as the plain kernels do")
{
    for_each_way([](std::int64_t batch, Storage storage, odd_numbers::Spoiling spoiling) {
        const Input boxes = pictures("boxes", {1, 301, 4}, batch, storage, spoiling, 3);
        one_step::require_equal({"clip_boxes", attributes({{"window", Reals{-1, -.5, .75, 1}}}), {boxes}, batch});
        one_step::require_equal({"scale_boxes", attributes({{"factors", Reals{3, .25, 300, 600}}}), {boxes}, batch});
    });
}

TEST_CASE("codes are decoded as the plain kernel does")
{
    for_each_way([](std::int64_t batch, Storage storage, odd_numbers::Spoiling spoiling) {
        const Input shared = pictures("anchors", {73, 4}, 1, Storage::f32, odd_numbers::Spoiling::none);
        const Input own = pictures("anchors", {73, 4}, batch, Storage::f32, odd_numbers::Spoiling::none);
        const Input codes = pictures("codes", {1, 73, 4}, batch, storage, spoiling, 4);
        const Input several = pictures("codes", {1, 73, 5, 4}, batch, storage, spoiling, 4);
        const Input squares = pictures("codes", {1, 73, 3}, batch, storage, spoiling, 4);
        const Reals scales{10, 10, 5, 5};
        one_step::require_equal({"decode_boxes", attributes({{"scales", scales}}), {codes, shared}, batch});
        one_step::require_equal({"decode_boxes", {}, {several, own}, batch});
        one_step::require_equal({"decode_boxes",
                                 attributes({{"coder", std::string("square")}, {"scales", Reals{10, 10, 5}}}),
                                 {squares, own},
                                 batch});
        const auto by_deviation = attributes({{"coder", std::string("mean_stddev")}, {"stddev", .2}});
        one_step::require_equal({"decode_boxes", by_deviation, {codes, shared}, batch});
        one_step::require_equal({"decode_boxes", by_deviation, {several, own, shared}, batch});
    });
}

TEST_CASE("scores are converted as the plain kernel does")
{
    for_each_way([](std::int64_t batch, Storage storage, odd_numbers::Spoiling spoiling) {
        for (const std::int64_t columns : {2, 4, 91, 130, 1200})
            for (const char *converter : {"sigmoid", "softmax", "identity"})
                for (const char *background : {"convert_first", "slice_first"}) {
                    CAPTURE(columns);
                    CAPTURE(converter);
                    CAPTURE(background);
                    const auto settings =
                        attributes({{"converter", std::string(converter)}, {"background", std::string(background)}});
                    one_step::require_equal(
                        {"convert_scores",
                         settings,
                         {pictures("logits", {1, columns > 1000 ? 3 : 23, columns}, batch, storage, spoiling, 9)},
                         batch});
                }
    });
}
