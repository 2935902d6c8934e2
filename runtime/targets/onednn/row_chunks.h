// SPDX-License-Identifier: Apache-2.0
// Nodes of which only the first rows are wanted, how many being known only when they run.
#pragma once

#include "targets/onednn/kernels.h"

namespace tradewind::onednn {

// A kernel that computes `chunk` rows at a time, up to the chunk of the last live row; each chunk's kernel is made by
// `make`, from a request whose views are those rows. The last chunk overlaps the one before it where the rows do not
// divide evenly. Null when `make` returns null for the first one; then it is not called again.
std::unique_ptr<Kernel> in_row_chunks(const KernelRequest &request, std::int64_t chunk, const KernelFactory &make);

} // namespace tradewind::onednn
