// SPDX-License-Identifier: Apache-2.0
// All ops of the host, one file each.
#pragma once

#include "graph/schema.h"

namespace tradewind {

// By name. The schemas live as long as the process.
const OpSet &standard_ops();

} // namespace tradewind
