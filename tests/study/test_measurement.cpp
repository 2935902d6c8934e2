// SPDX-License-Identifier: Apache-2.0
// Pictures through the model that comes along, made small.
#include "image/decode.h"
#include "scene.h"
#include "stand_in_gpu/batched_target.h"
#include "study/measurement.h"
#include "study/node_times.h"
#include "study/streams.h"
#include "tensor/error.h"
#include "weights/bundle.h"

#include <doctest/doctest.h>

#include <atomic>
#include <cstdlib>
#include <set>
#include <stdexcept>
#include <thread>

using namespace tradewind;

namespace {

Model small_model()
{
    Settings small;
    small.set("image.size", "64", "test");
    return make_model(scene::registry(),
                      read_bundle(std::string(std::getenv("TRADEWIND_SOURCE")) + "/configs/bundles/codes.safetensors"),
                      small);
}

std::unique_ptr<Detector> small_detector()
{
    return std::make_unique<Detector>(small_model(), open_target("reference", {}, {}), DetectorOptions{});
}

std::vector<std::unique_ptr<Detector>> detectors(std::size_t count)
{
    std::vector<std::unique_ptr<Detector>> all;
    for (std::size_t i = 0; i < count; ++i) all.push_back(small_detector());
    return all;
}

// Counts how often it is loaded.
PictureSource source(std::int64_t side, std::atomic<int> &loaded)
{
    return {"picture", [side, &loaded] {
                ++loaded;
                return formula_picture(side, side);
            }};
}

} // namespace

TEST_CASE("so many pictures in so many rounds, and stages that add up")
{
    std::atomic<int> first = 0, second = 0;
    MeasurementOptions options;
    options.iterations = 7;
    options.rounds = 3;
    options.warmup = 2;
    Measurement measurement(detectors(1), {source(100, first), source(80, second)}, options);
    measurement.start(0);
    CHECK(first + second == 3);
    measurement.add_rounds(measurement.planned_rounds(), 1);
    Result result;
    measurement.describe(result);
    CHECK(result.time.at("total").count == 7);
    CHECK(result.rounds.size() == 3);
    CHECK(result.rounds_waited.size() == 3);
    CHECK(std::abs(first - second) <= 12); // pictures that settle are not shared out
    double sum = 0;
    for (const auto &name : stage_names()) sum += result.time.at(name).mean;
    CHECK(sum + result.time.at("other").mean == doctest::Approx(result.time.at("total").mean));
    CHECK(result.stage_sum_ratio == doctest::Approx(sum / result.time.at("total").mean));
    CHECK(result.stage_sum_ratio <= 1);
    CHECK(result.time.at("other").median < 0.02 * result.time.at("total").median); // a mean may hold a disturbance
    CHECK(result.time.at("network").median > 0);
    CHECK(result.time.at("decode").median > 0);
    CHECK(result.time.at("upload").median == 0);
    CHECK(result.first_picture > 0);
    CHECK(result.start_to_first >= result.first_picture);
    CHECK(result.memory.peak_bytes > result.memory.activation_bytes);
    CHECK(result.pictures_per_second * result.time.at("total").mean == doctest::Approx(1000).epsilon(0.1));
}

TEST_CASE("fewer pictures than rounds: as many rounds as pictures; time is kept otherwise")
{
    std::atomic<int> loaded = 0;
    MeasurementOptions few;
    few.iterations = 2;
    CHECK(Measurement(detectors(1), {source(64, loaded)}, few).planned_rounds() == 2);
    MeasurementOptions short_time;
    short_time.duration = 1e-6;
    short_time.rounds = 2;
    Measurement measurement(detectors(1), {source(64, loaded)}, short_time);
    measurement.start(0);
    measurement.add_rounds(2, 1);
    Result result;
    measurement.describe(result);
    CHECK(result.time.at("total").count == 2); // at least one a round
}

TEST_CASE("streams share the pictures")
{
    std::atomic<int> loaded = 0;
    MeasurementOptions options;
    options.iterations = 20;
    options.rounds = 2;
    Measurement measurement(detectors(3), {source(64, loaded)}, options);
    measurement.start(0);
    measurement.add_rounds(2, 1);
    Result result;
    measurement.describe(result);
    CHECK(result.time.at("total").count == 20);
    CHECK(result.pictures_per_second > 0);
}

TEST_CASE("several at once: runs are timed, of which each picture has its share")
{
    std::atomic<int> loaded = 0;
    const auto account = std::make_shared<stand_in::Account>();
    MeasurementOptions options;
    options.iterations = 10;
    options.rounds = 2;
    options.warmup = 1;
    std::vector<std::unique_ptr<Detector>> one;
    DetectorOptions at_once;
    at_once.batch = 4;
    one.push_back(std::make_unique<Detector>(small_model(), stand_in::batched_target("stand-in", account), at_once));
    Measurement measurement(std::move(one), {source(64, loaded)}, options);
    measurement.start(0);
    CHECK(account->runs == std::vector<std::size_t>{4, 4});
    measurement.add_rounds(2, 1);
    Result result;
    measurement.describe(result);
    CHECK(result.time.at("total").count == 4); // two a round, for five pictures
    CHECK(result.time.at("upload").median == doctest::Approx(1));
    const auto profiled = account->runs.size();
    const auto profile = measurement.profile();
    CHECK(account->runs.size() >= profiled + 3);
    for (const std::size_t run : account->runs) CHECK(run == 4);
    double nodes = 0;
    for (const auto &node : profile) nodes += node.milliseconds;
    CHECK(nodes > 0);
    CHECK(result.pictures_per_second > 0);
}

TEST_CASE("a picture that cannot be read ends the measurement, in any stream")
{
    std::atomic<int> calls = 0;
    const PictureSource failing{"bad", [&calls]() -> Picture {
                                    if (++calls > 5) throw Error(ErrorCode::input, "it is gone", "bad");
                                    return formula_picture(64, 64);
                                }};
    MeasurementOptions options;
    options.warmup = 0;
    Measurement measurement(detectors(3), {failing}, options);
    measurement.start(0);
    CHECK_THROWS_AS(measurement.add_rounds(5, 1), Error);
}

TEST_CASE("nodes: each kernel once, shares of one")
{
    std::atomic<int> loaded = 0;
    Measurement measurement(detectors(1), {source(64, loaded)}, {});
    measurement.start(0);
    const auto nodes = measurement.profile();
    REQUIRE(nodes.size() > 20);
    std::set<std::string> names;
    double share = 0;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        names.insert(nodes[i].node);
        share += nodes[i].share;
        if (i) CHECK(nodes[i - 1].milliseconds >= nodes[i].milliseconds);
        CHECK(nodes[i].giga_flops ==
              doctest::Approx(nodes[i].milliseconds > 0
                                  ? 2e-6 * static_cast<double>(nodes[i].multiply_adds) / nodes[i].milliseconds
                                  : 0));
    }
    CHECK(names.size() == nodes.size());
    CHECK(share == doctest::Approx(1));
    const Timeline timeline = measurement.timeline();
    CHECK(timeline.nodes.size() == nodes.size());
    for (std::size_t i = 1; i < timeline.nodes.size(); ++i) CHECK(timeline.nodes[i - 1].end <= timeline.nodes[i].start);
}

TEST_CASE("median of each node over its runs, apart by post-processing")
{
    const std::vector<Placement> placements = {{"a", "conv2d", "fast", {1'000'000, 0}, false},
                                               {"b", "reshape", "in place"},
                                               {"c", "suppress", "loop", {}, true}};
    NodeTimes times;
    times.add({{0, 0, 1}, {2, 1, 5}}, placements);
    times.add({{0, 0, 3}, {2, 3, 4}}, placements);
    times.add({{0, 0, 2}, {2, 2, 4}}, placements);
    CHECK(times.runs() == 3);
    CHECK(times.sum_of_medians(false) == 2);
    CHECK(times.sum_of_medians(true) == 2);
    const auto result = times.result();
    REQUIRE(result.size() == 2);
    CHECK(result[0].node == "a");
    CHECK(result[0].share == 0.5);
    CHECK(result[0].giga_flops == doctest::Approx(1)); // 2e6 operations in 2 ms
}

TEST_CASE("streams meet, and one that fails keeps nobody waiting")
{
    std::atomic<int> before = 0, wrong = 0;
    in_streams(4, [&](std::size_t, const auto &meet) {
        for (int turn = 1; turn <= 3; ++turn) {
            ++before;
            meet();
            if (before < 4 * turn) ++wrong;
            meet();
        }
    });
    CHECK(wrong == 0);
    CHECK_THROWS_AS(in_streams(3,
                               [&](std::size_t i, const auto &meet) {
                                   if (i == 1) throw std::runtime_error("one");
                                   meet();
                                   meet();
                               }),
                    std::runtime_error);
    const auto caller = std::this_thread::get_id();
    in_streams(1, [&](std::size_t, const auto &) { CHECK(std::this_thread::get_id() == caller); });
}
