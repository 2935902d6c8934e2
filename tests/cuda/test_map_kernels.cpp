// SPDX-License-Identifier: Apache-2.0
// Ops on maps: element by element, windows, rows, movement.
#include "map_step_runs.h"

#include <doctest/doctest.h>

using namespace tradewind;
using namespace tradewind::cuda;
using made_up::AttributeMap, made_up::Integers, made_up::Reals;
using map_steps::check;

namespace {

const std::string relu = "relu", relu6 = "relu6", valid = "valid", given = "explicit", up = "ceil";

AttributeMap window(Integers kernel, Integers stride, AttributeMap more = {})
{
    more.insert({{"kernel", kernel}, {"stride", stride}});
    return more;
}

AttributeMap axis(std::int64_t number) { return {{"axis", number}}; }

} // namespace

TEST_CASE("element by element")
{
    const Shape whole{1, 4, 6, 16}, odd{1, 5, 3, 7}, nearly_whole{1, 5, 3, 1}, tiny{1, 1, 1, 1}, two{2, 3, 5, 3};
    for (const Shape &shape : {whole, odd, nearly_whole, tiny, two}) {
        check({"relu", {}, {shape}, true});
        check({"relu6", {}, {shape}, true});
        check({"sigmoid", {}, {shape}});
        check({"add", {}, {shape, shape}, true});
        check({"add", {{"scale", .25}, {"activation", relu}}, {shape, shape}, true});
        check({"add", {{"scale", -.17}, {"activation", relu6}}, {shape, shape}, true});
        check({"batch_norm", {}, {shape}, true});
        check({"batch_norm", {{"gamma", std::int64_t{0}}, {"epsilon", .1}}, {shape}, true});
    }
}

TEST_CASE("normalized pictures")
{
    const Reals scale{.5, .25, .007}, mean{1, 103.94, -7.5};
    for (const char *order : {"rgb", "bgr"})
        for (const Shape &shape : {Shape{1, 6, 8, 3}, Shape{1, 5, 7, 3}, Shape{1, 1, 4, 3}})
            check({"normalize",
                   {{"scale", scale}, {"mean", mean}, {"channel_order", std::string(order)}},
                   {shape},
                   true});
    check({"normalize", {{"scale", Reals{2}}, {"mean", Reals{.5}}}, {{1, 4, 4, 1}}, true});
    check({"normalize",
           {{"scale", Reals{1, 2, 3, 4, 5}}, {"mean", Reals{0, 1, 0, 1, 0}}, {"channel_order", std::string("bgr")}},
           {{1, 3, 3, 5}},
           true});
}

TEST_CASE("pools")
{
    const AttributeMap cut{{"padding", given}, {"pads", Integers{1, 0, 0, 1}}, {"rounding", up}};
    for (const std::int64_t channels : {3, 16})
        for (const char *op : {"max_pool", "avg_pool"}) {
            check({op, window({3, 3}, {2, 2}), {{1, 9, 8, channels}}, true});
            check({op, window({2, 3}, {1, 2}, {{"padding", valid}}), {{2, 5, 7, channels}}, true});
            check({op, window({3, 2}, {2, 2}, cut), {{1, 8, 7, channels}}, true});
            check({op, window({1, 1}, {2, 2}), {{1, 5, 5, channels}}, true});
            check({op, window({2, 2}, {2, 2}, cut), {{1, 8, 7, channels}}, true});
            check({op, window({3, 3}, {1, 1}), {{2, 4, 3, channels}}, true});
            check({op, window({7, 7}, {1, 1}, {{"padding", valid}}), {{1, 7, 7, channels}}, true});
            check({op, window({5, 5}, {1, 1}), {{1, 2, 2, channels}}, true});
        }
}

TEST_CASE("rows")
{
    for (const Shape &shape :
         {Shape{1, 70, 2}, Shape{1, 19, 91}, Shape{3, 21}, Shape{1, 2, 3, 300}, Shape{1, 9, 8}, Shape{5}})
        check({"softmax", {}, {shape}});
    for (const Shape &shape : {Shape{1, 3, 5, 5}, Shape{1, 2, 9, 16}, Shape{1, 2, 2, 512}})
        check({"l2_normalization", {}, {shape}});
    for (const Shape &shape : {Shape{2, 7, 7, 40}, Shape{1, 3, 5, 3}, Shape{1, 1, 1, 8}, Shape{2, 4, 4, 600}})
        check({"spatial_mean", {}, {shape}});
}

TEST_CASE("movement")
{
    const Shape map{1, 4, 3, 8};
    check({"concat", axis(3), {map, {1, 4, 3, 16}, {1, 4, 3, 24}}, true});
    check({"concat", axis(-1), {map, {1, 4, 3, 3}, {1, 4, 3, 1}}, true});
    check({"concat", axis(1), {map, {1, 1, 3, 8}}, true});
    check({"concat", axis(1), {{1, 27, 4}, {1, 6, 4}, {1, 1, 4}}, true});
    check({"concat", axis(1), {{1, 27, 91}, {1, 6, 91}}, true});
    check({"concat", axis(0), {{2, 3}, {1, 3}, {4, 3}}, true});
    check({"concat", axis(0), std::vector<Shape>(64, Shape{2}), true});
    check({"concat", axis(2), {{2, 3, 6}}, true});
    check({"reshape", {{"shape", Integers{1, 8, -1}}}, {map}, true});
    check({"reshape", {{"shape", Integers{-1}}}, {{3, 5, 7}}, true});
    check({"pad", {{"pads", Integers{1, 2, 3, 4}}}, {map}, true});
    check({"pad", {{"pads", Integers{0, 1, 1, 0}}}, {{2, 3, 5, 3}}, true});
    check({"pad", {{"pads", Integers{0, 0, 0, 0}}}, {{1, 3, 5, 2}}, true});
}

TEST_CASE("rows that are not wanted")
{
    const Shape maps{3, 4, 5, 8}, odd{3, 3, 2, 3};
    const AttributeMap pool = window({2, 2}, {2, 2});
    for (const Storage storage : {Storage::f32, Storage::f16})
        for (const Shape &shape : {maps, odd}) {
            const map_steps::How how{storage, 3, false, {2, 0, 3}};
            for (const char *op : {"relu", "sigmoid", "batch_norm", "softmax", "l2_normalization", "spatial_mean"})
                check({op, {}, {shape}}, how);
            check({"add", {}, {shape, shape}}, how);
            check({"max_pool", pool, {shape}}, how);
            check({"depthwise_conv2d", window({3, 3}, {1, 1}), {shape}}, how);
        }
}
