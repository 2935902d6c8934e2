// SPDX-License-Identifier: Apache-2.0
// When a measurement counts as slower, on made-up numbers.
#include "files.h"
#include "study/regression.h"
#include "study/statistics.h"
#include "tensor/error.h"

#include <doctest/doctest.h>

#include <random>

using namespace tradewind;

namespace {

// Round medians, the upper end of the interval, and what was waited in each round.
Result result(const std::vector<double> &rounds, double high, const std::vector<double> &waited = {})
{
    Result result;
    result.configuration.target = "cpu";
    result.configuration.weights = "folder/a.safetensors";
    result.configuration.settings = {{"image.size", "300"}, {"model.labels", "a"}};
    result.machine.cpu = "Some Processor";
    result.inputs = "picture:480x640";
    result.versions["commit"] = "abc";
    result.rounds = rounds;
    result.rounds_waited = waited;
    result.time["total"] = {100, median(rounds), median(rounds) * 0.98, high, high, high, median(rounds), 1};
    return result;
}

Verdict verdict(const Result &before, const Result &now) { return compare(before, now, 0.05).verdict; }

} // namespace

TEST_CASE("the same numbers are the same")
{
    const Result one = result({10, 10.1, 10.2, 9.9, 10}, 10.1);
    CHECK(verdict(one, one) == Verdict::same);
}

TEST_CASE("slower is what is slower in its quietest round")
{
    const Result before = result({10, 10.1, 10.2, 9.9, 10}, 10.1);
    CHECK(verdict(before, result({13, 13.1, 13.2, 12.9, 13}, 13.1)) == Verdict::slower);
    CHECK(verdict(before, result({10.61, 11, 11, 11, 11}, 11)) == Verdict::slower); // 10.605 is allowed
    CHECK(verdict(before, result({10.60, 11, 11, 11, 11}, 11)) == Verdict::same);   // just within
    CHECK(verdict(before, result({20, 20, 20, 10.2, 20}, 20)) == Verdict::same);    // one quiet round
    CHECK(compare(before, result({13, 13, 13}, 13), 0.5).verdict == Verdict::same); // another limit
}

TEST_CASE("a noisy result before allows more, by its interval or by its rounds")
{
    const Result now = result({13, 13.1, 13.2, 12.9, 13}, 13.1);
    CHECK(verdict(result({10, 10, 10, 10, 10}, 12.5), now) == Verdict::same);
    CHECK(verdict(result({10, 10, 13, 14, 15}, 10), now) == Verdict::same);
    CHECK(verdict(result({10, 10, 10, 14, 15}, 10), now) == Verdict::slower);
}

TEST_CASE("what waited for processors is not slower, and not faster")
{
    const Result before = result({10, 10, 10, 10, 10}, 10);
    CHECK(verdict(before, result({14, 15, 14, 15, 14}, 15, {4, 5, 4, 4.5, 4})) == Verdict::undecided);
    CHECK(verdict(before, result({14, 15, 14, 15, 14}, 15, {0.1, 0.2, 0.1, 0.1, 3})) == Verdict::slower);
    CHECK(verdict(before, result({30, 30, 30, 30, 30}, 30, {40, 40, 40, 40, 40})) == Verdict::undecided);
    CHECK(verdict(before, result({10, 15, 14, 15, 14}, 15, {40, 40, 40, 40, 40})) == Verdict::same);
    CHECK(verdict(result({20, 20, 20}, 20, {9.8, 9.8, 12}), before) == Verdict::same);
    CHECK(verdict(result({20, 20, 20}, 20, {1, 1, 2}), before) == Verdict::faster);
}

TEST_CASE("faster is the same rule the other way round")
{
    const Result before = result({13, 13.1, 13.2, 12.9, 13}, 13.1);
    CHECK(verdict(before, result({10, 10, 10, 10, 10}, 10)) == Verdict::faster);
    CHECK(verdict(before, result({10, 10, 10, 10, 10}, 12.9)) == Verdict::same);
}

TEST_CASE("the same program on a machine that is disturbed most of the time is not slower")
{
    // Pictures take 10; rounds are disturbed with a probability of 0.7, which is seen by the scheduler in part.
    std::mt19937 random(7);
    std::uniform_real_distribution<double> part(0, 1);
    const auto measured = [&] {
        std::vector<double> rounds, waited;
        for (int i = 0; i < 5; ++i) {
            const bool disturbed = part(random) < 0.7;
            const double more = disturbed ? 8 * part(random) : 0, noise = 0.2 * part(random);
            rounds.push_back(10 + more + noise);
            waited.push_back(more);
        }
        return result(rounds, median(rounds) * 1.02, waited);
    };
    for (int i = 0; i < 1000; ++i) CHECK(verdict(measured(), measured()) != Verdict::slower);
}

TEST_CASE("results of different things are told apart")
{
    const Result one = result({10}, 10);
    CHECK(difference_in_kind(one, one) == "");
    Result other = one;
    other.versions["commit"] = "def";
    other.configuration.config = "another name";
    other.configuration.weights = "elsewhere/b.safetensors";
    other.configuration.settings["model.labels"] = "b";
    CHECK(difference_in_kind(one, other) == "");
    const auto differs = [&](auto &&change, const char *words) {
        Result changed = one;
        change(changed);
        CHECK(files::contains(difference_in_kind(one, changed), words));
    };
    differs([](Result &r) { r.configuration.target = "reference"; }, "the target was cpu, and is reference");
    differs([](Result &r) { r.configuration.threads = 2; }, "number of threads was 1, and is 2");
    differs([](Result &r) { r.configuration.streams = 3; }, "streams");
    differs([](Result &r) { r.configuration.size = 600; }, "size");
    differs([](Result &r) { r.configuration.meta = "other"; }, "meta-architecture was nothing, and is other");
    differs([](Result &r) { r.configuration.weights = "seeded"; }, "the kind of weights was a file, and is seeded");
    differs([](Result &r) { r.configuration.precision = "f16"; }, "precision");
    differs([](Result &r) { r.configuration.settings["image.size"] = "600"; },
            "setting image.size was 300, and is 600");
    differs([](Result &r) { r.configuration.settings["meta.more"] = "1"; },
            "only one of them has the setting meta.more");
    differs([](Result &r) { r.configuration.settings.erase("image.size"); },
            "only one of them has the setting image.size");
    differs([](Result &r) { r.machine.cpu = "Another"; }, "processor");
    differs([](Result &r) { r.inputs = "picture:10x10"; }, "input");
}

TEST_CASE("a result without times is refused")
{
    const Result one = result({10}, 10);
    Result failed = one;
    failed.status = "failed";
    CHECK_THROWS_AS(compare(failed, one, 0.05), Error);
    CHECK_THROWS_AS(compare(one, Result{}, 0.05), Error);
    Result without_rounds = one;
    without_rounds.rounds.clear();
    CHECK(compare(without_rounds, one, 0.05).verdict == Verdict::same);
}
