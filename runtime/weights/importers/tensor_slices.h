// SPDX-License-Identifier: Apache-2.0
// Tensors that a checkpoint keeps in parts (TensorSliceProto): large variables are partitioned so.
#pragma once

#include "weights/importers/protobuf_tensor.h"

#include <string>
#include <vector>

namespace tradewind::importers {

// Of each dimension, where the part begins and how long it is; length -1: all of it. No extents: the whole tensor.
struct Extent {
    std::int64_t start = 0, length = -1;
};
using Slice = std::vector<Extent>;

Slice read_slice(protozero::pbf_reader message);

// The part's shape. Throws Error(refused) when it does not lie within `whole`.
Shape shape_of(const Slice &slice, const Shape &whole);

// Throws Error(refused) unless the parts cover the tensor, each element once.
void check_cover(const std::vector<Slice> &slices, const Shape &whole);

// Copies a part to its place.
void put(Tensor &whole, const Slice &slice, const Tensor &part);

// The key under which a part of this variable is stored in checkpoints of version 2 (ordered_code.cc).
std::string slice_key(const std::string &name, const Slice &slice);

} // namespace tradewind::importers
