// SPDX-License-Identifier: Apache-2.0
// The optimality frontier on small sets, against its definition.
#include "study/report/frontier.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

using namespace tradewind::reporting;
using Indices = std::vector<std::size_t>;

namespace {

// By definition, each against each.
std::vector<bool> dominated_by_definition(const std::vector<Candidate> &all)
{
    std::vector<bool> result(all.size(), false);
    for (std::size_t i = 0; i < all.size(); ++i)
        for (const Candidate &other : all)
            if (other.time <= all[i].time && other.accuracy >= all[i].accuracy &&
                (other.time < all[i].time || other.accuracy > all[i].accuracy))
                result[i] = true;
    return result;
}

} // namespace

TEST_CASE("the frontier goes from the fastest to the most accurate")
{
    const std::vector<Candidate> all = {{30, 20}, {10, 15}, {20, 15}, {50, 35}, {40, 19}, {60, 35}};
    CHECK(frontier(all) == Indices{1, 0, 3});
    CHECK(dominated(all) == std::vector<bool>{false, false, true, false, true, true});
}

TEST_CASE("equal detectors do not dominate each other, and one of them is enough for the frontier")
{
    const std::vector<Candidate> all = {{10, 20}, {10, 20}, {10, 19}};
    CHECK(frontier(all) == Indices{0});
    CHECK(dominated(all) == std::vector<bool>{false, false, true});
}

TEST_CASE("small frontiers")
{
    CHECK(frontier({}).empty());
    CHECK(dominated({}).empty());
    CHECK(frontier({{5, 0}}) == Indices{0});
    CHECK_FALSE(dominated({{5, 0}})[0]);
}

TEST_CASE("what is dominated is what the definition says")
{
    std::mt19937 random(7);
    for (int round = 0; round < 200; ++round) {
        std::vector<Candidate> all(random() % 30);
        for (Candidate &one : all)
            one = {static_cast<double>(1 + random() % 8), static_cast<double>(random() % 8)}; // many are equal
        CHECK(dominated(all) == dominated_by_definition(all));
        double time = 0, accuracy = -1;
        for (const std::size_t at : frontier(all)) {
            CHECK(all[at].time > time);
            CHECK(all[at].accuracy > accuracy);
            time = all[at].time;
            accuracy = all[at].accuracy;
        }
    }
}
