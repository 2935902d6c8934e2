// SPDX-License-Identifier: Apache-2.0
// Order statistics against numbers worked out by hand.
#include "study/statistics.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

using namespace tradewind;

namespace {

std::vector<double> one_to(int n)
{
    std::vector<double> values;
    for (int i = n; i >= 1; --i) values.push_back(i); // not sorted
    return values;
}

} // namespace

TEST_CASE("median: the middle one, or the mean of two")
{
    CHECK(median({}) == 0);
    CHECK(median({7}) == 7);
    CHECK(median({3, 1, 2}) == 2);
    CHECK(median({4, 1, 3, 2}) == 2.5);
}

TEST_CASE("percentiles are nearest ranks")
{
    CHECK(percentile({}, 0.9) == 0);
    CHECK(percentile({5}, 0.99) == 5);
    CHECK(percentile(one_to(10), 0.9) == 9);  // ceil(9)
    CHECK(percentile(one_to(11), 0.9) == 10); // ceil(9.9)
    CHECK(percentile(one_to(100), 0.99) == 99);
    CHECK(percentile(one_to(101), 0.99) == 100);
    CHECK(percentile(one_to(4), 1) == 4);
}

TEST_CASE("ranks around the median, as tables of the sign test have them at 95 %")
{
    const auto is = [](std::size_t n, std::size_t low, std::size_t high) {
        const Ranks ranks = median_ranks(n);
        CAPTURE(n);
        CHECK(ranks.low == low);
        CHECK(ranks.high == high);
    };
    is(0, 0, 0);
    is(1, 1, 1);
    is(2, 1, 2);
    is(5, 1, 5); // 93.75 %: there is no interval of 95 %, and these are all values
    is(6, 1, 6); // 1 - 2 / 64 = 96.875 %
    is(8, 1, 8); // with rank 2: 1 - 2 * 9 / 256 = 92.97 %
    is(9, 2, 8); // 1 - 2 * 10 / 512 = 96.09 %
    is(10, 2, 9);
    is(20, 6, 15); // 1 - 2 * 21700 / 2^20 = 95.86 %
    is(50, 18, 33);
    is(100, 40, 61);
    const Ranks many = median_ranks(1'000'000);
    CHECK(many.low == doctest::Approx(500'000 - 0.5 * 1.959964 * 1000).epsilon(1e-5));
}

TEST_CASE("the interval holds the true median as often as it says")
{
    std::mt19937 random(5);
    std::exponential_distribution<double> times(1); // its median is ln 2
    int inside = 0;
    constexpr int tries = 4000;
    for (int i = 0; i < tries; ++i) {
        std::vector<double> values(25);
        for (auto &value : values) value = times(random);
        const TimeSummary summary = summary_of(values);
        inside += summary.low <= std::log(2.0) && std::log(2.0) <= summary.high;
    }
    CHECK(inside >= tries * 0.945); // ranks 8 and 18 of 25: 95.7 %
    CHECK(inside <= tries * 0.969);
}

TEST_CASE("summary")
{
    const TimeSummary summary = summary_of(one_to(20));
    CHECK(summary.count == 20);
    CHECK(summary.median == 10.5);
    CHECK(summary.low == 6);
    CHECK(summary.high == 15);
    CHECK(summary.p90 == 18);
    CHECK(summary.p99 == 20);
    CHECK(summary.mean == 10.5);
    CHECK(summary.least == 1);
    CHECK(summary_of({}).count == 0);
}

TEST_CASE("a total is shown with an interval that holds all rounds")
{
    Result result;
    CHECK(shown_total(result).high == 0);
    result.time["total"] = {20, 10, 9.8, 10.2, 11, 12, 10, 9};
    CHECK(shown_total(result).high == 10.2);
    result.rounds = {9.9, 10, 14};
    CHECK(shown_total(result).low == 9.8);
    CHECK(shown_total(result).high == 14);
    CHECK(shown_total(result).median == 10);
}

TEST_CASE("how much of the time was waited")
{
    Result result;
    CHECK(waited_share(result) == 0);
    result.rounds = {10, 20};
    CHECK(waited_share(result) == 0);
    result.rounds_waited = {0, 3};
    CHECK(waited_share(result) == doctest::Approx(0.1));
}
