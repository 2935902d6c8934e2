// SPDX-License-Identifier: Apache-2.0
// What a detector keeps: how many plans, which of them, and that it does not grow with the pictures it has seen.
#include "detector/plan.h"
#include "detector/process_memory.h"
#include "image/decode.h"
#include "scene.h"
#include "shared_data.h"

#include <doctest/doctest.h>

#include <cstdlib>

using namespace tradewind;

namespace {

// A plan as far as the cache is concerned.
class Weight final : public Executable {
public:
    explicit Weight(std::size_t bytes) : bytes_(bytes) {}
    void resize_into(std::size_t, std::size_t, const Picture &, ResizeMethod) override {}
    void write(std::size_t, std::size_t, const Tensor &) override {}
    RunTimes run(std::vector<NodeSpan> *) override { return {}; }
    Tensor read(std::size_t, std::size_t) const override { return {}; }
    const std::vector<Placement> &placements() const override { return placements_; }
    std::size_t activation_bytes() const override { return bytes_; }
    std::size_t weight_bytes() const override { return 0; }
    MemoryNeed memory() const override { return {}; }

private:
    std::size_t bytes_;
    std::vector<Placement> placements_;
};

void insert(PlanCache &cache, std::int64_t side, std::size_t bytes)
{
    cache.make_room(bytes);
    cache.insert({side, side}, std::make_unique<Weight>(bytes));
}

constexpr const char *faster_rcnn = "[model]\nmeta = faster_rcnn\nextractor = mobilenet_v1\nclasses = 5\n"
                                    "[image]\nresize = keep_aspect\nmin_side = 64\nmax_side = 600\n"
                                    "[extractor]\nmin_depth = 16\n"
                                    "[meta]\nfeature_map = Conv2d_11_pointwise\nproposals = 10\n";

// Every picture has a resized size of its own: one side is 64, the other one 65 to 600, in an order that is far from
// sorted.
constexpr int lengths = 536; // times two; 37 shares no factor with it
Picture picture(int i)
{
    const std::int64_t length = 65 + i / 2 * 37 % lengths;
    return i % 2 ? formula_picture(64, length) : formula_picture(length, 64);
}

int sizes_to_try()
{
    const char *given = std::getenv("TRADEWIND_TEST_SIZES");
    return given ? std::atoi(given) : 100;
}

} // namespace

TEST_CASE("the least recently used plan goes first")
{
    PlanCache cache(2, 1000);
    insert(cache, 1, 10);
    insert(cache, 2, 10);
    CHECK(cache.find({1, 1}));
    insert(cache, 3, 10);
    CHECK(cache.count() == 2);
    CHECK(cache.find({1, 1}));
    CHECK_FALSE(cache.find({2, 2}));
    CHECK(cache.find({3, 3}));
    CHECK_FALSE(cache.find({1, 3}));
}

TEST_CASE("as many go as a new one needs, and one that is larger than all room is alone")
{
    PlanCache cache(8, 100);
    for (int side = 1; side <= 4; ++side) insert(cache, side, 25);
    CHECK(cache.count() == 4);
    CHECK(cache.activation_bytes() == 100);
    insert(cache, 5, 40);
    CHECK(cache.count() == 3);
    CHECK(cache.activation_bytes() == 90);
    CHECK_FALSE(cache.find({2, 2}));
    insert(cache, 6, 200);
    CHECK(cache.count() == 1);
    CHECK(cache.find({6, 6}));
    insert(cache, 7, 1);
    CHECK(cache.count() == 1);
    CHECK(cache.find({7, 7}));
}

TEST_CASE("plans that share an arena need what the largest needs")
{
    PlanCache cache(3, 100, true);
    for (const std::size_t bytes : {60, 100, 40}) insert(cache, static_cast<std::int64_t>(bytes), bytes);
    CHECK(cache.count() == 3);
    CHECK(cache.activation_bytes() == 100);
    insert(cache, 4, 30); // the fourth
    CHECK(cache.count() == 3);
    CHECK_FALSE(cache.find({60, 60}));
    insert(cache, 5, 101);
    CHECK(cache.count() == 1);
    CHECK(cache.activation_bytes() == 101);
}

TEST_CASE("a cache without room keeps the plan in use")
{
    PlanCache cache(0, 0);
    insert(cache, 1, 10);
    CHECK(cache.find({1, 1}));
}

TEST_CASE("many picture sizes in one process: memory stays as it is once the cache is full")
{
    if (scene::targets().back() != "cpu") return say_skipped("memory of many picture sizes", "the oneDNN target");
    constexpr std::size_t mega = 1'000'000, room = 24 * mega;
    constexpr int filled = 40; // pictures, after which the cache is full and the heap has its size
    DetectorOptions options;
    options.target = scene::targets().back();
    options.threads = 2;
    options.plan_bytes = room;
    Detector detector(scene::seeded_model(faster_rcnn), open_target(options.target, scene::module_folders(), {}),
                      options);
    detector.detect(picture(0));
    const PlanStatistics one = detector.plan_statistics();
    ProcessMemory full, now;
    std::size_t most_plans = 0, most_weights = 0;
    const int sizes = sizes_to_try();
    REQUIRE(sizes > filled);
    REQUIRE(sizes <= 2 * lengths);
    for (int i = 0; i < sizes; ++i) {
        detector.detect(picture(i));
        const PlanStatistics statistics = detector.plan_statistics();
        CHECK(statistics.plans <= options.plans);
        CHECK((statistics.activation_bytes <= room || statistics.plans == 1));
        most_plans = std::max(most_plans, statistics.plans);
        most_weights = std::max(most_weights, statistics.weight_bytes);
        now = process_memory();
        if (i == filled) full = now;
    }
    MESSAGE(sizes << " sizes: " << full.resident / mega << " MB when the cache was full, " << now.resident / mega
                  << " MB at the end, " << now.peak / mega << " MB at most; up to " << most_plans << " plans, weights "
                  << one.weight_bytes << " bytes of one plan, " << most_weights << " of all");
    CHECK(now.resident <= full.resident + 12 * mega);
    CHECK(now.peak <= full.peak + 12 * mega);
    // oneDNN chooses layouts by the size of the map, so that some weights are there in two; a copy for each plan would
    // be as many times the weights as there are plans.
    CHECK(most_plans >= 4);
    CHECK(most_weights < one.weight_bytes * 2);
}
