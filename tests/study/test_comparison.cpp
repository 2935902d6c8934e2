// SPDX-License-Identifier: Apache-2.0
// Which results are put beside each other, and how growth is named.
#include "study/report/comparison.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace tradewind;
using namespace tradewind::reporting;

namespace {

Result made(std::int64_t size, std::int64_t proposals, std::int64_t stride, double time)
{
    Result result;
    result.configuration.meta = "two";
    result.configuration.extractor = "net";
    result.configuration.size = size;
    result.configuration.proposals = proposals;
    result.configuration.output_stride = stride;
    result.configuration.settings = {{"image.min_side", std::to_string(size)},
                                     {"image.max_side", size == 300 ? "500" : "1000"},
                                     {"meta.proposals", std::to_string(proposals)},
                                     {"meta.max_total", "300"},
                                     {"extractor.output_stride", std::to_string(stride)}};
    result.time["total"] = {9, time, 0.9 * time, 1.1 * time, time, time, time, time};
    return result;
}

std::vector<std::int64_t> values(const std::vector<const Entry *> &series, Field field)
{
    std::vector<std::int64_t> all;
    for (const Entry *entry : series) all.push_back(value_of(*entry, field));
    return all;
}

} // namespace

TEST_CASE("a series differs in its field alone, and ascends")
{
    const std::vector<Result> results = {made(300, 100, 16, 2), made(300, 10, 16, 1), made(300, 300, 16, 4),
                                         made(600, 10, 16, 5), made(300, 10, 8, 3)};
    const Entries entries = entries_of(results, {});
    const auto proposals = series(entries, Field::proposals);
    REQUIRE(proposals.size() == 1);
    CHECK(values(proposals[0], Field::proposals) == std::vector<std::int64_t>{10, 100, 300});
    const auto sizes = series(entries, Field::size);
    REQUIRE(sizes.size() == 1);
    CHECK(values(sizes[0], Field::size) == std::vector<std::int64_t>{300, 600});
}

TEST_CASE("other settings, machines and builds part a series")
{
    std::vector<Result> results = {made(300, 10, 16, 1), made(300, 100, 16, 2)};
    SUBCASE("a setting") { results[1].configuration.settings["meta.bins"] = "7"; }
    SUBCASE("threads") { results[1].configuration.threads = 2; }
    SUBCASE("the machine") { results[1].machine.cpu = "another"; }
    SUBCASE("the commit") { results[1].versions["commit"] = "another"; }
    SUBCASE("the pictures") { results[1].inputs = "others"; }
    CHECK(series(entries_of(results, {}), Field::proposals).empty());
}

TEST_CASE("pairs are of those that are nearest, and say what else differs")
{
    std::vector<Result> results = {made(300, 10, 16, 2), made(300, 10, 16, 2), made(300, 10, 8, 5)};
    results[0].configuration.settings["meta.bins"] = "3";
    results[1].configuration.settings["meta.bins"] = results[2].configuration.settings["meta.bins"] = "7";
    results[2].configuration.settings["meta.dilation"] = "2";
    const Entries entries = entries_of(results, {});
    const auto found = pairs(entries, Field::output_stride);
    REQUIRE(found.size() == 1);
    CHECK(found[0].smaller->result == &results[2]);
    CHECK(found[0].larger->result == &results[1]);
    CHECK(found[0].differing == std::vector<std::string>{"meta.dilation"});
}

TEST_CASE("growth has a name")
{
    const auto growth = [](const std::vector<double> &times) {
        std::vector<Result> results;
        for (std::size_t i = 0; i < times.size(); ++i)
            results.push_back(made(300, 100 * (static_cast<std::int64_t>(i) + 1), 16, times[i]));
        const Entries entries = entries_of(results, {});
        return growth_of(series(entries, Field::proposals).at(0), Field::proposals);
    };
    CHECK(growth({100, 103, 104}).word == "flat");
    CHECK(growth({100, 200, 300}).word == "linear");
    CHECK(growth({100, 200, 300}).slope == doctest::Approx(1));
    CHECK(growth({100, 200, 300}).explained == doctest::Approx(1));
    CHECK(growth({100, 200, 300}).ratio == doctest::Approx(3));
    CHECK(growth({100, 110, 900}).word == "neither");
    CHECK(growth({100, 200}).word == "neither"); // two points are on a line, whatever they are
}

TEST_CASE("environments part the frontier, and targets do not part environments")
{
    std::vector<Result> results = {made(300, 10, 16, 1), made(300, 10, 16, 2), made(300, 10, 16, 3)};
    for (auto &result : results) result.accuracy = Accuracy{{{"AP", 0.3}}, {}, 1, 1};
    results[1].versions["target"] = "2.0";
    results[2].machine.cores = 64;
    const Entries entries = entries_of(results, {});
    REQUIRE(entries.environments.size() == 2);
    CHECK(entries.environments[0].letter == "A");
    CHECK(entries.environments[1].letter == "B");
    CHECK_FALSE(entries.measured[0].dominated);
    CHECK(entries.measured[1].dominated);
    CHECK_FALSE(entries.measured[2].dominated); // slower, but on a machine of its own
}

TEST_CASE("the stride is named where a pair was measured at several")
{
    const std::vector<Result> results = {made(300, 10, 8, 1), made(300, 10, 16, 1)};
    CHECK(entries_of(results, {}).measured[0].name == "two net, 300, stride 8, 10 proposals");
}

TEST_CASE("names are unique, and results without a time are not measured")
{
    std::vector<Result> results = {made(300, 10, 16, 1), made(300, 10, 16, 1), made(300, 10, 16, 0),
                                   made(300, 10, 16, std::nan(""))};
    const Entries entries = entries_of(results, {});
    REQUIRE(entries.measured.size() == 2);
    CHECK(entries.others.size() == 2);
    CHECK(entries.measured[0].name == "two net, 300, 10 proposals");
    CHECK(entries.measured[1].name == "two net, 300, 10 proposals #2");
}
