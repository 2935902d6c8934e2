// SPDX-License-Identifier: Apache-2.0
// Lines of a file or of standard input, one at a time.
#pragma once

#include <string>

namespace tradewind::cli {

// Reads as little ahead as it can, so that lines from a pipe are seen when they come; a signal ends the wait for one.
class LineReader {
public:
    LineReader() = default;                                          // of nothing
    explicit LineReader(int descriptor) : descriptor_(descriptor) {} // closed when it is not standard input
    ~LineReader();
    LineReader(LineReader &&other) noexcept { *this = std::move(other); }
    LineReader &operator=(LineReader &&other) noexcept;

    bool is_open() const { return descriptor_ >= 0; }
    bool waits() const { return descriptor_ == 0; } // on somebody else

    enum class Result { line, end, too_long };
    // Without the newline. Throws Interrupted at a signal.
    Result next(std::string &line);

private:
    bool fill(); // false at the end

    int descriptor_ = -1;
    std::string buffer_;
    std::size_t at_ = 0; // of what was not handed out yet
};

} // namespace tradewind::cli
