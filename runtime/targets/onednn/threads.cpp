// SPDX-License-Identifier: Apache-2.0
// OpenMP's number for the calling thread.
#include "targets/onednn/threads.h"

#include "targets/usable_threads.h"

#include <omp.h>

#include <algorithm>

namespace tradewind::onednn {

ThreadScope::ThreadScope(int count) : before_(omp_get_max_threads()) { omp_set_num_threads(count); }
ThreadScope::~ThreadScope() { omp_set_num_threads(before_); }

std::vector<int> team_processors(int threads)
{
    if (omp_get_proc_bind() != omp_proc_bind_false) return {};
    auto allowed = allowed_processors();
    const bool one_each = threads > 1 && threads == static_cast<int>(allowed.size()) && threads == usable_threads();
    return one_each ? std::move(allowed) : std::vector<int>();
}

TeamScope::TeamScope(int threads, const std::vector<int> &processors)
    : threads_(threads), caller_(processors.empty() ? std::vector<int>() : std::vector<int>{processors.front()})
{
    if (processors.empty()) return;
#pragma omp parallel
    {
        static thread_local int place = -1;
        const auto thread = static_cast<std::size_t>(omp_get_thread_num());
        if (thread > 0 && thread < processors.size() && place != processors[thread]) {
            place = processors[thread];
            pin_to({place});
        }
    }
}

int at_most(int threads) { return std::min(threads, omp_get_max_threads()); }

} // namespace tradewind::onednn
