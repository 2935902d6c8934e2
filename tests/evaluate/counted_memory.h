// SPDX-License-Identifier: Apache-2.0
// How much the whole program holds through operator new, which this program replaces.
#pragma once

#include <cstddef>

namespace counted_memory {

std::size_t held(); // bytes now
std::size_t most(); // since the last start
void start_counting_most();

} // namespace counted_memory
