// SPDX-License-Identifier: Apache-2.0
// Numbers from names.
#include "cli/detect/image_ids.h"

#include "config/list.h"

#include <algorithm>
#include <filesystem>
#include <optional>

namespace tradewind::cli {
namespace {

constexpr std::int64_t most_small = std::int64_t{1} << 24, most_of_names = 1'000'000'000'000;

std::optional<std::int64_t> number_of(const std::string &path)
{
    if (path.starts_with("picture:")) return std::nullopt;
    const std::string stem = std::filesystem::path(path).stem().string();
    const std::string digits = stem.substr(stem.find_last_not_of("0123456789") + 1);
    return to_integer(digits); // nothing for no digits, and for more than a number holds
}

} // namespace

ImageIds::ImageIds(const std::deque<Input> &first)
{
    const bool numbered = std::any_of(first.begin(), first.end(), [](const Input &i) { return number_of(i.path); });
    running_ = numbered || first.empty() ? most_of_names : 0;
}

std::int64_t ImageIds::next(const std::string &path)
{
    if (const auto number = number_of(path); number && take(*number)) return *number;
    while (!take(++running_)) {
    }
    return running_;
}

bool ImageIds::take(std::int64_t id)
{
    if (id >= most_small) return large_.insert(id).second;
    if (static_cast<std::size_t>(id) >= small_.size()) small_.resize(static_cast<std::size_t>(id) + 1);
    if (small_[static_cast<std::size_t>(id)]) return false;
    small_[static_cast<std::size_t>(id)] = true;
    return true;
}

} // namespace tradewind::cli
