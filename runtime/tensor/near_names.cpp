// SPDX-License-Identifier: Apache-2.0
// Edit distance with transpositions, case ignored.
#include "tensor/near_names.h"

#include <algorithm>
#include <cctype>

namespace tradewind {
namespace {

std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

// Optimal string alignment distance (Damerau 1964, without repeated edits of one place).
std::size_t distance(const std::string &a, const std::string &b)
{
    std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
    for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i)
        for (std::size_t j = 1; j <= b.size(); ++j) {
            d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1])});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
        }
    return d[a.size()][b.size()];
}

constexpr std::size_t longest = 200; // names beyond are no slips, and the table would be large

std::size_t slip(const std::string &name, const std::string &other)
{
    if (name.size() > longest || other.size() > longest) return longest;
    const bool contained = name.size() >= 3 && other.size() >= 3 &&
                           (other.find(name) != std::string::npos || name.find(other) != std::string::npos);
    return contained ? std::min<std::size_t>(1, distance(name, other)) : distance(name, other);
}

} // namespace

std::vector<std::string> near_names(const std::string &name, const std::vector<std::string> &names, std::size_t most)
{
    std::vector<std::pair<std::size_t, std::string>> near;
    for (const auto &other : names) {
        const std::size_t d = slip(lower(name), lower(other)), length = std::max(name.size(), other.size());
        if (d <= std::min(1 + length / 4, (length + 1) / 3)) near.emplace_back(d, other);
    }
    std::stable_sort(near.begin(), near.end(), [](auto &a, auto &b) { return a.first < b.first; });
    std::vector<std::string> result;
    for (std::size_t i = 0; i < std::min(most, near.size()); ++i) result.push_back(near[i].second);
    return result;
}

std::string did_you_mean(const std::string &name, const std::vector<std::string> &names)
{
    return did_you_mean(near_names(name, names));
}

std::string did_you_mean(const std::vector<std::string> &near)
{
    std::string text;
    for (std::size_t i = 0; i < near.size(); ++i)
        text += (i == 0 ? "" : i + 1 == near.size() ? " or " : ", ") + near[i];
    return text.empty() ? "" : " (did you mean " + text + "?)";
}

} // namespace tradewind
