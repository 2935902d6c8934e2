// SPDX-License-Identifier: Apache-2.0
// Block by block: a device or a pipe has no size to ask for.
#include "config/bounded_text.h"

namespace tradewind {

std::optional<std::string> read_at_most(std::istream &stream, std::size_t most)
{
    std::string text;
    for (char block[4096]; text.size() <= most && (stream.read(block, sizeof block) || stream.gcount());)
        text.append(block, static_cast<std::size_t>(stream.gcount()));
    if (stream.bad() || text.size() > most) return std::nullopt;
    return text;
}

} // namespace tradewind
