// SPDX-License-Identifier: Apache-2.0
// Nodes of which only the first rows are wanted, how many being known only when they run.
#pragma once

#include "targets/onednn/kernels.h"

namespace tradewind::onednn {

struct Chunks {
    std::int64_t rows;  // of each chunk
    bool whole = false; // a kernel of all rows as well, for when most are live: it reads weights once, not once a chunk
};

// A kernel that computes some rows at a time, up to the chunk of the last live row; each chunk's kernel is made by
// `make`, from a request whose views are those rows. The last chunk begins earlier where rows do not divide evenly, or
// with several inputs has what is left: no row of a sum is computed twice. Where `make` returns null for fewer rows
// than all, all are computed at once; null when it returns null for the first that it is asked for.
std::unique_ptr<Kernel> in_row_chunks(const KernelRequest &request, const Chunks &chunks, const KernelFactory &make);

} // namespace tradewind::onednn
