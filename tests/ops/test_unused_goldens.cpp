// SPDX-License-Identifier: Apache-2.0
// That no golden op is left out. Cases run in the order of their files' names, so this one comes last.
#include "golden_cases.h"
#include "ops/standard_ops.h"
#include "shared_data.h"

#include <doctest/doctest.h>

namespace {

// Goldens of ops that this host does not have yet, and one without a requirement.
const std::set<std::string> absent = {"box_voting", "relu_nan"};

} // namespace

TEST_CASE("every golden op was run, or has no op here")
{
    if (!have_shared("the list of golden ops")) return;
    if (golden_cases::ops_asked_for().empty())
        return say_skipped("the list of golden ops", "the other cases of this program");
    for (const auto &[op, count] : golden_cases::counts()) {
        CAPTURE(op);
        CAPTURE(count);
        CHECK(golden_cases::ops_asked_for().count(op) + absent.count(op) == 1);
    }
    for (const auto &op : absent) CHECK(tradewind::standard_ops().count(op) == 0);
}
