// SPDX-License-Identifier: Apache-2.0
// Every golden case of every op that exists, on every target of the build, with the case's own tolerance.
#include "golden_runs.h"

#include "ops/standard_ops.h"
#include "shared_data.h"

#include <doctest/doctest.h>

#include <set>

using namespace tradewind;
using namespace ops_test;

namespace {

// Goldens of things that are not ops of this project, and one without a requirement.
const std::set<std::string> absent = {"box_voting", "crop_and_resize", "crop_and_resize_max_pool", "first_stage_proposals",
                                      "grid_anchors", "position_sensitive_crop", "relu_nan"};

Runs all_runs()
{
    Runs runs;
    add_layer_runs(runs);
    add_detection_runs(runs);
    add_picture_runs(runs);
    return runs;
}

// True when the case compared something.
bool run_case(const GoldenCase &c, Run run, const Harness &harness)
{
    INFO(harness.target() << ": " << c.op << " " << c.name);
    const Comparisons comparisons = run(c, harness);
    for (const Comparison &comparison : comparisons) {
        INFO(comparison.what);
        CHECK(difference(comparison.expected, comparison.got, c.tolerance) == "");
    }
    return !comparisons.empty();
}

struct Count {
    int cases = 0, compared = 0;
};

} // namespace

TEST_CASE("golden cases")
{
    if (!have_shared("golden cases of ops")) return;
    const auto cases = read_golden_cases();
    const Runs runs = all_runs();
    for (const std::string &target : targets()) {
        const Harness harness(target);
        std::map<std::string, Count> counts;
        for (const GoldenCase &c : cases) {
            if (absent.count(c.op)) continue;
            INFO("no test runs the golden op " << c.op);
            REQUIRE(runs.count(c.op) == 1);
            ++counts[c.op].cases;
            counts[c.op].compared += run_case(c, runs.at(c.op), harness);
        }
        for (const auto &[op, count] : counts) {
            std::printf("%s: %s, %d of %d cases\n", target.c_str(), op.c_str(), count.compared, count.cases);
            CHECK(count.compared == count.cases - (op == "box_coder" ? 5 : 0)); // five other coders
        }
        CHECK(counts.size() == runs.size());
    }
}

TEST_CASE("what the goldens have and the project has not is no op")
{
    for (const std::string &op : absent) CHECK(standard_ops().count(op) == 0);
}
