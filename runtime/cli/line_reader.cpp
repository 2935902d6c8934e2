// SPDX-License-Identifier: Apache-2.0
// Waiting for input and for signals at once.
#include "cli/line_reader.h"

#include "cli/signals.h"

#include <cerrno>
#include <poll.h>
#include <unistd.h>
#include <utility>

namespace tradewind::cli {
namespace {

constexpr std::size_t longest_line = std::size_t{1} << 16;

void wait_for(int descriptor)
{
    pollfd waits[] = {{descriptor, POLLIN, 0}, {signal_descriptor(), POLLIN, 0}};
    poll(waits, 2, -1);
    stop_if_asked();
}

} // namespace

LineReader::~LineReader()
{
    if (descriptor_ > 0) close(descriptor_);
}

LineReader &LineReader::operator=(LineReader &&other) noexcept
{
    std::swap(descriptor_, other.descriptor_);
    std::swap(buffer_, other.buffer_);
    std::swap(at_, other.at_);
    return *this;
}

LineReader::Result LineReader::next(std::string &line)
{
    for (;;) {
        const auto end = buffer_.find('\n', at_);
        if (end != std::string::npos) {
            line = buffer_.substr(at_, end - at_);
            at_ = end + 1;
            return line.size() > longest_line ? Result::too_long : Result::line;
        }
        if (buffer_.size() - at_ > longest_line) return Result::too_long;
        if (fill()) continue;
        line = buffer_.substr(at_);
        at_ = buffer_.size();
        return line.empty() ? Result::end : Result::line;
    }
}

bool LineReader::fill()
{
    buffer_.erase(0, std::exchange(at_, 0));
    char block[4096];
    wait_for(descriptor_);
    const ssize_t count = read(descriptor_, block, sizeof block);
    if (count > 0) buffer_.append(block, static_cast<std::size_t>(count));
    return count > 0 || (count < 0 && errno == EINTR);
}

} // namespace tradewind::cli
