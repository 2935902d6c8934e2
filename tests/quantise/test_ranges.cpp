// SPDX-License-Identifier: Apache-2.0
// Histograms and the ranges that are chosen from them.
#include "quantise/range_choice.h"

#include "tensor/error.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

using namespace tradewind;

namespace {

Histogram histogram_of(const std::vector<float> &numbers)
{
    Histogram histogram;
    histogram.add(numbers);
    return histogram;
}

std::vector<float> normal(std::size_t count, float deviation, unsigned seed = 1)
{
    std::mt19937 random(seed);
    std::normal_distribution<float> distribution(0, deviation);
    std::vector<float> numbers(count);
    for (float &number : numbers) number = distribution(random);
    return numbers;
}

// The mean square of what 8 bits of this range make of numbers, less the numbers.
double noise(const std::vector<float> &numbers, const ValueRange &range)
{
    const double step = range.low < 0 ? std::max(-range.low, range.high) / 127.0 : range.high / 255.0;
    const double least = range.low < 0 ? -127 : 0, most = range.low < 0 ? 127 : 255;
    double sum = 0;
    for (const float number : numbers) {
        const double rounded = std::clamp(std::nearbyint(number / step), least, most) * step;
        sum += (rounded - number) * (rounded - number);
    }
    return sum / static_cast<double>(numbers.size());
}

} // namespace

TEST_CASE("a histogram counts every finite number once, whatever it grew by")
{
    Histogram histogram;
    for (int power = -3; power < 5; ++power) histogram.add(normal(1000, std::pow(10.0f, static_cast<float>(power))));
    histogram.add(std::vector<float>{0.0f, -0.0f, std::numeric_limits<float>::infinity(), std::nanf("")});
    const auto &counts = histogram.counts();
    CHECK(histogram.count() == 8002);
    CHECK(histogram.zeros() == 2);
    CHECK(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}) == 8000);
    CHECK(histogram.width() * Histogram::bins > std::max(-histogram.low(), histogram.high()));
    CHECK(histogram.width() * Histogram::bins < 2.01 * std::max(-histogram.low(), histogram.high()));
}

TEST_CASE("bins are where their numbers are")
{
    Histogram histogram = histogram_of({1.0f});
    for (const float number : {-1.0f, 0.25f, 3.0f, -7.9f}) histogram.add({&number, 1});
    for (const float number : {1.0f, 0.25f, 3.0f, 7.9f})
        CHECK(histogram.counts()[static_cast<std::size_t>(number / histogram.width())] == (number == 1.0f ? 2 : 1));
    CHECK(histogram.low() == -7.9f);
    CHECK(histogram.high() == 3.0f);
}

TEST_CASE("minmax takes what was seen, and zero")
{
    const ValueRange both = choose_range(histogram_of({-2, 1, 5}), RangeMethod::minmax);
    CHECK(both.low == -2.0f);
    CHECK(both.high == 5.0f);
    const ValueRange above = choose_range(histogram_of({3, 4}), RangeMethod::minmax);
    CHECK(above.low == 0.0f);
    CHECK(above.high == 4.0f);
    for (const auto method : {RangeMethod::minmax, RangeMethod::entropy, RangeMethod::percentile}) {
        CHECK_FALSE(choose_range(histogram_of({0, 0}), method).known());
        CHECK_FALSE(choose_range(Histogram(), method).known());
    }
}

TEST_CASE("entropy and percentile pass over a few numbers that are far out, and lose less")
{
    for (const bool positive : {false, true}) {
        auto numbers = normal(100'000, 1);
        if (positive)
            for (float &number : numbers) number = std::max(number, 0.0f);
        const auto inner = numbers;
        numbers.push_back(60);
        const Histogram histogram = histogram_of(numbers);
        const ValueRange all = choose_range(histogram, RangeMethod::minmax);
        CHECK(all.high == 60.0f);
        for (const auto method : {RangeMethod::entropy, RangeMethod::percentile}) {
            const ValueRange range = choose_range(histogram, method);
            CAPTURE(range.high);
            CHECK(range.high > 2.0f);
            CHECK(range.high < 12.0f);
            CHECK((range.low == 0.0f) == positive);
            CHECK(noise(inner, range) < noise(inner, all) / 4);
        }
    }
}

TEST_CASE("entropy keeps the whole of a map that is full up to its limit")
{
    std::mt19937 random(2);
    std::uniform_real_distribution<float> distribution(0, 6.5f);
    std::vector<float> numbers(100'000);
    for (float &number : numbers) number = std::min(distribution(random), 6.0f); // as ReLU6 leaves them
    const ValueRange range = choose_range(histogram_of(numbers), RangeMethod::entropy);
    CHECK(range.low == 0.0f);
    CHECK(range.high == doctest::Approx(6.0).epsilon(0.01));
}

TEST_CASE("methods by name")
{
    for (const auto method : {RangeMethod::minmax, RangeMethod::entropy, RangeMethod::percentile})
        CHECK(range_method(to_string(method)) == method);
    try {
        range_method("entrpy");
        FAIL("taken");
    } catch (const Error &error) {
        CHECK(error.code() == ErrorCode::usage);
        CHECK(error.message().find("did you mean entropy?") != std::string::npos);
    }
}
