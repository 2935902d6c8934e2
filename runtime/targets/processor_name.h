// SPDX-License-Identifier: Apache-2.0
// What the processor is called.
#pragma once

#include <string>

namespace tradewind {

// "Intel(R) Xeon(R) Gold 6248 CPU @ 2.50GHz", or "unknown". [any thread]
std::string processor_name();

} // namespace tradewind
