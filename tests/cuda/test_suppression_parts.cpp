// SPDX-License-Identifier: Apache-2.0
// What suppression is built from: scans, sorting, chunks in order, overlaps, and the choice within a tile.
#include "targets/cuda/kernels/best_first.h"
#include "targets/cuda/kernels/suppression.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <numeric>
#include <random>

using namespace tradewind;
using namespace tradewind::cuda;

namespace {

// Calls f with a block of each size, loops forwards and backwards.
template <class F> void with_blocks(F f)
{
    for (const int threads : {1, 64, 256, 512, 1024})
        for (const bool backwards : {false, true}) {
            CAPTURE(threads);
            CAPTURE(backwards);
            host_loops_backwards = backwards;
            f(Block(0, 0, threads, nullptr));
            host_loops_backwards = false;
        }
}

constexpr float infinity = std::numeric_limits<float>::infinity();

std::vector<std::uint32_t> keys_of(std::vector<float> scores, float threshold)
{
    std::vector<std::uint32_t> keys(static_cast<std::size_t>(padded_keys(static_cast<std::int64_t>(scores.size()))));
    for (std::size_t i = 0; i < scores.size(); ++i) keys[i] = scores[i] > threshold ? key_of_score(scores[i]) : 0;
    return keys;
}

std::vector<int> order_of(const std::vector<float> &scores, float threshold)
{
    std::vector<int> order;
    for (std::size_t i = 0; i < scores.size(); ++i)
        if (scores[i] > threshold) order.push_back(static_cast<int>(i));
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
        return scores[static_cast<std::size_t>(a)] > scores[static_cast<std::size_t>(b)];
    });
    return order;
}

struct alignas(16) Keys {
    std::uint32_t keys[4];
};

// All chunks one after the other; their sizes are checked on the way.
std::vector<int> in_chunks(const Block &block, const std::vector<std::uint32_t> &keys, int wanted, int most)
{
    std::vector<Keys> aligned(keys.size() / 4);
    std::copy(keys.begin(), keys.end(), aligned.data()->keys);
    const auto memory = std::make_unique<ChunkMemory>();
    std::vector<int> order;
    std::uint64_t after = 0;
    const KeyArray from{aligned.data()->keys, static_cast<int>(keys.size())};
    for (int found = wanted; found >= wanted;) {
        found = next_best(block, from, after, wanted, most, *memory);
        REQUIRE(found <= most);
        for (int i = 0; i < found; ++i) order.push_back(index_at(memory->places[i]));
        if (found) after = memory->places[found - 1];
    }
    return order;
}

std::vector<float> scores_of(int count, int how)
{
    std::mt19937 random(static_cast<unsigned>(count + how));
    const float special[] = {infinity, -infinity, 0.0f, -0.0f, 1e-40f, -1e-40f, std::nanf(""), 1, -3e38f};
    std::vector<float> scores(static_cast<std::size_t>(count));
    for (float &score : scores) {
        score = static_cast<float>(random() % 100000) / 100000.0f;
        if (how == 1) score = std::round(score * 7) / 7;
        if (how == 2) score = .25f;
        if (how == 3) score = special[random() % std::size(special)];
        if (how == 4) score = std::ldexp(score, -static_cast<int>(random() % 30)) - (random() % 2 ? 1e-4f : 0);
    }
    return scores;
}

BoxCorners box_of(std::mt19937 &random, int how)
{
    const auto number = [&] { return static_cast<float>(random() % 1000) * (how == 1 ? 1e-42f : .01f); };
    const float special[] = {infinity, -infinity, 0, std::nanf(""), 3e38f, 1e-44f, 1, -1};
    const auto corner = [&] { return how == 2 ? special[random() % std::size(special)] : number(); };
    return ordered({corner(), corner(), corner(), corner()});
}

} // namespace

TEST_CASE("scans")
{
    with_blocks([](const Block &block) {
        for (const int count : {1, 2, 3, 64, 255, 256, 1000}) {
            std::vector<int> values(static_cast<std::size_t>(count)), other(values), sums(values);
            for (int i = 0; i < count; ++i) values[static_cast<std::size_t>(i)] = i * 7 % 5;
            std::partial_sum(values.begin(), values.end(), sums.begin());
            const int *found = inclusive_scan(block, values.data(), other.data(), count);
            CHECK(std::equal(sums.begin(), sums.end(), found));
            CHECK(before(found, 0) == 0);
        }
    });
}

TEST_CASE("sorting")
{
    with_blocks([](const Block &block) {
        std::mt19937_64 random(3);
        for (const int count : {1, 2, 4, 256, 2048})
            for (const std::uint64_t values : {3ull, ~0ull}) {
                std::vector<std::uint64_t> numbers(static_cast<std::size_t>(count));
                for (auto &number : numbers) number = random() % values;
                auto sorted = numbers;
                std::sort(sorted.begin(), sorted.end());
                bitonic_sort(block, numbers.data(), count);
                CHECK(numbers == sorted);
            }
    });
    CHECK(power_of_two_above(0) == 1);
    CHECK(power_of_two_above(256) == 256);
    CHECK(power_of_two_above(257) == 512);
}

TEST_CASE("keys are in the order of scores, and give them back")
{
    const float scores[] = {-infinity, -3e38f, -1, -1e-45f, 0, 1e-45f, 1e-30f, 0.5f, 1, infinity};
    for (std::size_t i = 0; i < std::size(scores); ++i) {
        CHECK(score_of_key(key_of_score(scores[i])) == scores[i]);
        CHECK(key_of_score(scores[i]) != 0);
        if (i) CHECK(key_of_score(scores[i - 1]) < key_of_score(scores[i]));
    }
    CHECK(key_of_score(-0.0f) == key_of_score(0.0f));
    CHECK(key_of_score(std::nanf("")) != 0);
    CHECK(place_of(key_of_score(1), 7) < place_of(key_of_score(1), 8));
    CHECK(place_of(key_of_score(1), 7) < place_of(key_of_score(.9f), 0));
    CHECK(index_at(place_of(key_of_score(1), 7)) == 7);
    CHECK(key_at(place_of(key_of_score(1), 7)) == key_of_score(1));
}

TEST_CASE("chunks follow one another in the order of a stable sort")
{
    for (const int count : {0, 1, 3, 4, 300, 5000})
        for (int how = 0; how < 5; ++how) {
            CAPTURE(count);
            CAPTURE(how);
            const auto scores = scores_of(count, how);
            for (const float threshold : {-infinity, .2f, 2.0f}) {
                const auto order = order_of(scores, threshold);
                const auto keys = keys_of(scores, threshold);
                with_blocks([&](const Block &block) {
                    CHECK(in_chunks(block, keys, 256, 256) == order);
                    CHECK(in_chunks(block, keys, 100, 1024) == order);
                });
                if (count <= 300) CHECK(in_chunks(Block(0, 0, 64, nullptr), keys, 1, 1) == order);
            }
        }
}

TEST_CASE("overlaps are told as the quotient tells them")
{
    std::mt19937 random(5);
    int above = 0;
    for (const float threshold : {0.0f, 1e-30f, .3f, .5f, .6f, .7f, 1.0f})
        for (int how = 0; how < 3; ++how)
            for (int i = 0; i < 20000; ++i) {
                const BoxCorners a = box_of(random, how), b = i % 5 ? box_of(random, how) : a;
                const bool wanted = iou(a, b) > threshold;
                above += wanted;
                if (overlap(a, b, threshold) != wanted) FAIL("at " << threshold << ", try " << i << " of " << how);
            }
    CHECK(above > 10000);
    // At the threshold itself, and a bit below and above.
    for (int n = 1; n < 3000; ++n) {
        const BoxCorners a{0, 0, 1, static_cast<float>(n)}, b{0, 0, 1, static_cast<float>(n + n / 3)};
        for (const float threshold : {iou(a, b), std::nextafter(iou(a, b), 0.0f), std::nextafter(iou(a, b), 2.0f)})
            CHECK(overlap(a, b, threshold) == (iou(a, b) > threshold));
    }
}

TEST_CASE("a tile keeps what a greedy loop keeps")
{
    with_blocks([](const Block &block) {
        std::mt19937 random(11);
        const auto tile = std::make_unique<Tile>();
        for (const int count : {1, 2, 63, 64, 65, 200, 256})
            for (const int most : {1, 5, 256})
                for (const int before : {0, 1, 37}) {
                    std::vector<AlignedBox> kept;
                    for (int i = 0; i < before; ++i) kept.push_back({box_of(random, 0)});
                    std::vector<int> first(Tile::size), second(Tile::size), wanted;
                    std::vector<AlignedBox> all = kept;
                    for (int i = 0; i < count; ++i) {
                        const std::size_t at = static_cast<std::size_t>(i);
                        tile->boxes[i] = {box_of(random, 0)};
                        first[at] = random() % 8 != 0;
                        const auto covers = [&](const AlignedBox &k) {
                            return iou(k.corners, tile->boxes[i].corners) > .3f;
                        };
                        if (!first[at] || std::any_of(all.begin(), all.end(), covers)) continue;
                        if (static_cast<int>(wanted.size()) == most) continue;
                        wanted.push_back(i);
                        all.push_back(tile->boxes[i]);
                    }
                    const int found = suppress_tile(block, {kept.data(), before}, count, most, .3f, *tile, first.data(),
                                                    second.data());
                    CHECK(std::vector<int>(tile->chosen, tile->chosen + found) == wanted);
                }
    });
}
