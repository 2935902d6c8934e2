// SPDX-License-Identifier: Apache-2.0
// depthwise_conv2d in each of the forms that its kernels have.
#include "map_step_runs.h"

#include <doctest/doctest.h>

using namespace tradewind;
using namespace tradewind::cuda;
using made_up::AttributeMap, made_up::Integers;
using map_steps::check;

namespace {

const std::string relu = "relu", relu6 = "relu6", valid = "valid", given = "explicit";
const std::int64_t on = 1;

map_steps::Case depthwise(Integers kernel, Integers stride, Shape shape, AttributeMap more = {})
{
    more.insert({{"kernel", kernel}, {"stride", stride}});
    return {"depthwise_conv2d", more, {std::move(shape)}};
}

} // namespace

TEST_CASE("3x3 windows of few outputs")
{
    for (const Integers &stride : {Integers{1, 1}, Integers{2, 2}})
        for (const std::int64_t channels : {4, 12, 32}) {
            check(depthwise({3, 3}, stride, {1, 9, 7, channels}));
            check(depthwise({3, 3}, stride, {2, 6, 8, channels}, {{"bias", on}, {"activation", relu6}}));
            check(depthwise({3, 3}, stride, {1, 1, 2, channels}, {{"bias", on}, {"activation", relu}}));
            check(depthwise({3, 3}, stride, {1, 5, 5, channels}, {{"padding", valid}}));
            check(depthwise({3, 3}, stride, {1, 5, 6, channels}, {{"padding", given}, {"pads", Integers{2, 0, 0, 3}}}));
        }
}

// How many outputs a thread computes follows from how many there are.
TEST_CASE("3x3 windows of many outputs")
{
    for (const Storage storage : {Storage::f32, Storage::f16, Storage::bf16})
        for (const std::int64_t stride : {1, 2}) {
            const std::int64_t last = stride == 1 ? 1 : 0; // for a last run that is not full
            const AttributeMap more{{"bias", on}, {"activation", relu6}};
            for (const std::int64_t side : {70, 98, 130})
                check(depthwise({3, 3}, {stride, stride}, {1, side * stride, side * stride - last, 64}, more),
                      {storage, 1});
        }
}

TEST_CASE("any windows")
{
    for (const std::int64_t channels : {3, 8}) {
        check(depthwise({3, 3}, {1, 1}, {1, 9, 7, channels}, {{"dilation", Integers{2, 3}}}));
        check(depthwise({5, 5}, {2, 2}, {1, 9, 8, channels}, {{"bias", on}, {"activation", relu}}));
        check(depthwise({3, 3}, {2, 1}, {2, 6, 7, channels}));
        check(depthwise({3, 3}, {3, 3}, {1, 10, 9, channels}));
        check(depthwise({1, 7}, {1, 1}, {1, 4, 5, channels}));
        for (const std::int64_t multiplier : {2, 8}) {
            check(depthwise({3, 3}, {1, 1}, {1, 5, 6, channels}, {{"multiplier", multiplier}, {"bias", on}}));
            check(depthwise({7, 7}, {2, 2}, {1, 11, 13, channels}, {{"multiplier", multiplier}}));
        }
    }
}

TEST_CASE("any windows of many outputs")
{
    const map_steps::How how{Storage::f16, 1};
    check(depthwise({3, 3}, {2, 2}, {1, 299, 301, 3}, {{"multiplier", std::int64_t{16}}}), how);
    check(depthwise({7, 7}, {2, 2}, {1, 299, 301, 3}, {{"multiplier", std::int64_t{16}}}), how);
    check(depthwise({3, 5}, {1, 1}, {1, 98, 99, 64}), how);
}

TEST_CASE("weights that are yet to be multiplied")
{
    auto scaled = depthwise({3, 3}, {1, 1}, {1, 5, 5, 4}, {{"bias", on}});
    scaled.factors = {2, -.5, 3, .125};
    check(scaled);
}
