// SPDX-License-Identifier: Apache-2.0
// A target that computes several pictures at once, as a GPU's does, by plain loops.
#pragma once

#include "targets/target.h"

namespace stand_in {

// What was asked of it.
struct Account {
    std::vector<std::size_t> plans; // batch of each
    std::vector<std::size_t> runs;  // pictures in each
};

// Takes batches, f32 and f16 (which it computes in f32); an upload takes a millisecond a picture. `account` may be
// null. `fault`: "" for none; "memory": plans of more than two pictures do not fit; "lost": the second run fails.
std::unique_ptr<tradewind::Target> batched_target(const std::string &name, std::shared_ptr<Account> account,
                                                  const std::string &fault = "");

} // namespace stand_in
