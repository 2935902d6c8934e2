// SPDX-License-Identifier: Apache-2.0
// Several pictures at once, on a target that counts its runs.
#include "detector/ensemble.h"
#include "image/decode.h"
#include "scene.h"
#include "stand_in_gpu/batched_target.h"
#include "tensor/error.h"
#include "weights/bundle.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

using namespace tradewind;

namespace {

// 64 on the shorter side, so that pictures have resized sizes of their own.
Model small_model()
{
    Settings small;
    small.set("image.resize", "keep_aspect", "test");
    small.set("image.min_side", "64", "test");
    small.set("image.max_side", "512", "test");
    return make_model(scene::registry(),
                      read_bundle(std::string(std::getenv("TRADEWIND_SOURCE")) + "/configs/bundles/codes.safetensors"),
                      small);
}

Picture example(const std::string &name)
{
    return scene::picture(std::string(std::getenv("TRADEWIND_SOURCE")) + "/configs/bundles/pictures/" + name);
}

struct Bench {
    std::shared_ptr<stand_in::Account> account = std::make_shared<stand_in::Account>();

    std::unique_ptr<Detector> detector(std::size_t batch, const std::string &fault = "") const
    {
        DetectorOptions options;
        options.batch = batch;
        return std::make_unique<Detector>(small_model(), stand_in::batched_target("stand-in", account, fault), options);
    }
};

bool same_bits(const DetectionList &a, const DetectionList &b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Detection &x, const Detection &y) {
        return x.class_id == y.class_id && x.score == y.score && x.box.ymin == y.box.ymin && x.box.xmin == y.box.xmin &&
               x.box.ymax == y.box.ymax && x.box.xmax == y.box.xmax;
    });
}

// Some landscape, some upright, in turns: two resized sizes.
std::vector<Picture> pictures()
{
    std::vector<Picture> all;
    for (int i = 0; i < 4; ++i) {
        all.push_back(formula_picture(64 + 2 * i, 96 + 3 * i));
        all.push_back(formula_picture(96 + 3 * i, 64 + 2 * i));
    }
    all[2] = example("tin.png");
    all[4] = example("desk.png");
    return all;
}

using Counts = std::vector<std::size_t>;

} // namespace

TEST_CASE("pictures of one resized size share runs, and all are what they are one by one")
{
    const auto all = pictures();
    Bench bench;
    const auto detector = bench.detector(3);
    std::vector<StageTimes> times;
    const auto found = detector->detect(all, &times);
    std::size_t sum = 0;
    for (const std::size_t run : bench.account->runs) {
        CHECK(run <= 3);
        sum += run;
    }
    CHECK(sum == all.size());
    CHECK(bench.account->runs.size() < all.size());
    REQUIRE(found.size() == all.size());
    REQUIRE(times.size() == all.size());
    auto one_by_one = Bench().detector(1);
    bool any = false;
    for (std::size_t i = 0; i < all.size(); ++i) {
        CAPTURE(i);
        CHECK(same_bits(found[i], one_by_one->detect(all[i])));
        CHECK(times[i].upload == doctest::Approx(1)); // a millisecond a picture, shared out
        CHECK(times[i].preprocess >= 50);             // what the device says that it resized
        CHECK(times[i].network > 0);
        any |= !found[i].empty();
    }
    CHECK(any);
}

TEST_CASE("a plan for each size, of the whole batch, whatever a run holds")
{
    Bench bench;
    const auto detector = bench.detector(4);
    const Picture lying = formula_picture(64, 96), upright = formula_picture(96, 64);
    const std::vector<const Picture *> mixed = {&lying, &upright, &lying};
    detector->detect(mixed);
    CHECK(bench.account->plans == Counts{4, 4});
    CHECK(bench.account->runs == Counts{2, 1});
    StageTimes times;
    detector->detect(lying, &times);
    CHECK(times.upload == doctest::Approx(1));
    CHECK(bench.account->plans.size() == 2);
    const std::vector<const Picture *> many(9, &lying);
    CHECK(detector->detect(many).size() == 9);
    CHECK(bench.account->runs == Counts{2, 1, 1, 4, 4, 1});
    CHECK(detector->detect(std::span<const Picture>()).empty());
}

TEST_CASE("parts of pictures share runs as well")
{
    const auto all = pictures();
    std::vector<const Picture *> each;
    for (const auto &picture : all) each.push_back(&picture);
    EnsembleOptions options;
    options.crops = parse_crops("1x2+full", "test");
    const auto ensemble_of = [&](const Bench &bench, std::size_t batch) {
        std::vector<std::unique_ptr<Detector>> members;
        members.push_back(bench.detector(batch));
        return Ensemble(std::move(members), options);
    };
    Bench batched, plain;
    Ensemble at_once = ensemble_of(batched, 4), one_by_one = ensemble_of(plain, 1);
    std::vector<StageTimes> times;
    const auto found = at_once.detect(each, &times);
    CHECK(at_once.batch() == 4);
    for (std::size_t i = 0; i < all.size(); ++i) {
        CHECK(same_bits(found[i], one_by_one.detect(all[i])));
        CHECK(times[i].upload == doctest::Approx(3)); // two parts and the whole
    }
    CHECK(plain.account->runs.size() == 3 * all.size());
    CHECK(batched.account->runs.size() < plain.account->runs.size());
    CHECK(at_once.resized_sides({64, 96}).size() == 6);
    CHECK(at_once.resized_sides({64, 96}) != at_once.resized_sides({96, 64}));
}

TEST_CASE("a target that computes one after the other gets one at a time, and says nothing")
{
    DetectorOptions options;
    options.batch = 8;
    Detector detector(small_model(), open_target("reference", {}, {}), options);
    CHECK(detector.options().batch == 1);
    const auto all = pictures();
    CHECK(detector.detect(all).size() == all.size());
}

TEST_CASE("a precision that the target does not take is a wrong use of it")
{
    DetectorOptions options;
    options.precision = Precision::bf16;
    CHECK_THROWS_WITH_AS(Detector(small_model(), open_target("reference", {}, {}), options),
                         "the reference target does not compute in bf16", Error);
}

TEST_CASE("where a batch does not fit into memory, the error says that a smaller one may")
{
    const Picture picture = formula_picture(64, 96);
    CHECK_NOTHROW(Bench().detector(2, "memory")->detect(picture));
    try {
        Bench().detector(3, "memory")->detect(picture);
        FAIL("it fits");
    } catch (const Error &error) {
        CHECK(error.code() == ErrorCode::resource);
        CHECK(error.message() == "the GPU has not enough memory for the values of the network; it is for 3 pictures at "
                                 "once: lower --batch");
    }
}

TEST_CASE("a device that is lost ends the run")
{
    const auto detector = Bench().detector(1, "lost");
    const Picture picture = formula_picture(64, 96);
    CHECK_NOTHROW(detector->detect(picture));
    try {
        detector->detect(picture);
        FAIL("it goes on");
    } catch (const Error &error) {
        CHECK(error.code() == ErrorCode::failed);
    }
}
