// SPDX-License-Identifier: Apache-2.0
// The leaves of names in checkpoints.
#include "weights/importers/formats.h"

#include <algorithm>

namespace tradewind {

bool is_weight_name(const std::string &name)
{
    static const char *const leaves[] = {"weights",           "biases",          "depthwise_weights",
                                         "pointwise_weights", "gamma",           "beta",
                                         "moving_mean",       "moving_variance", "scale"};
    const std::string leaf = name.substr(name.rfind('/') + 1);
    return std::any_of(std::begin(leaves), std::end(leaves), [&](const char *known) { return leaf == known; });
}

} // namespace tradewind
