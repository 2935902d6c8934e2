// SPDX-License-Identifier: Apache-2.0
// Numbers as they are stored, from and to float32. All of it is the same on every processor and for any number of
// threads.
#pragma once

#include "targets/host_executable.h"

namespace tradewind::onednn {

// `count` numbers one after the other, whatever their layout means; times the scale or divided by it. Bfloat16 is
// rounded to the nearest, ties to even, and so are 8 bits, which saturate.
void read_numbers(const std::byte *from, const StoredAs &stored, std::int64_t count, float *to);
void write_numbers(const float *from, std::int64_t count, const StoredAs &stored, std::byte *to);

// The first `count` numbers of a whole map of rows or of blocks (then all), shared among the threads; `floats` are
// rows.
void read_map(const TensorView &map, const StoredAs &stored, std::int64_t count, float *floats);
void write_map(const float *floats, std::int64_t count, const StoredAs &stored, const TensorView &map);

} // namespace tradewind::onednn
