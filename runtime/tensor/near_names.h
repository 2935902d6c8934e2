// SPDX-License-Identifier: Apache-2.0
// "Did you mean": the names nearest to one that is not known.
#pragma once

#include <string>
#include <vector>

namespace tradewind {

// At most `most` of `names`, nearest first by edit distance (case ignored; a name that contains the other counts as
// near), and only those near enough to be a slip: a third of the letters, less of long names. Stable: equal distances
// keep the order given.
std::vector<std::string> near_names(const std::string &name, const std::vector<std::string> &names,
                                    std::size_t most = 3);

// " (did you mean a, b or c?)", or "" when nothing is near.
std::string did_you_mean(const std::string &name, const std::vector<std::string> &names);

// The same for names that were found to be near.
std::string did_you_mean(const std::vector<std::string> &near);

} // namespace tradewind
