// SPDX-License-Identifier: Apache-2.0
// Text files of the cache folder. All that is kept there only saves time: what cannot be read counts as not there, what
// cannot be written is not kept, and neither is an error.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace tradewind {

// The lines behind the first, which must be `head`; none of a file that is missing, of another version or so large that
// it is none of ours.
std::vector<std::string> cached_lines(const std::string &path, const std::string &head);

// Puts a file in the place of another, whose readers keep what they have open; makes the folder. `write` returns
// whether it could: else, and when there is no room, the file that is there stays. [any]
bool replace_cached(const std::string &path, const std::function<bool(std::ostream &)> &write);
bool replace_cached(const std::string &path, const std::string &text);

// While it lives, other processes and other locks of this one wait for the same path. Where no file can be made there,
// nobody waits.
class CacheLock {
public:
    explicit CacheLock(const std::string &path);
    ~CacheLock();
    CacheLock(const CacheLock &) = delete;
    CacheLock &operator=(const CacheLock &) = delete;

private:
    int descriptor_;
};

} // namespace tradewind
