// SPDX-License-Identifier: Apache-2.0
// Memory for the values of plans of which only one runs at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>

namespace tradewind {

// Claims share their memory: each begins at the same place, and what one plan leaves there the next one overwrites. It
// grows in place, so that addresses stay, and what no claim reaches any more goes back to the system. [any]
class Arena {
public:
    Arena();

    // `bytes` of memory, aligned to pages, all of them touched; what is in them is of no meaning. The claim ends with
    // the last copy, which may outlive the arena. Throws std::bad_alloc.
    std::shared_ptr<std::byte> claim(std::size_t bytes);

    std::size_t bytes() const; // as large as the largest claim; 0: there is none

    // Another one, for what the same plans need beside their values while they run.
    std::shared_ptr<Arena> beside();

private:
    struct Region;
    mutable std::mutex mutex_;
    std::shared_ptr<Arena> beside_;
    std::weak_ptr<Region> region_; // the last one: a claim beyond what was reserved begins another
};

} // namespace tradewind
