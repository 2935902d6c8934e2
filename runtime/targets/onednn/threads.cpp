// SPDX-License-Identifier: Apache-2.0
// OpenMP's number for the calling thread.
#include "targets/onednn/threads.h"

#include <algorithm>
#include <omp.h>

namespace tradewind::onednn {

ThreadScope::ThreadScope(int count) : before_(omp_get_max_threads()) { omp_set_num_threads(count); }
ThreadScope::~ThreadScope() { omp_set_num_threads(before_); }

int at_most(int threads) { return std::min(threads, omp_get_max_threads()); }

} // namespace tradewind::onednn
