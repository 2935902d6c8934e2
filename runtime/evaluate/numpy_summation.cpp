// SPDX-License-Identifier: Apache-2.0
// Pairwise summation.
#include "evaluate/numpy_summation.h"

#include <algorithm>
#include <cstddef>

namespace tradewind {
namespace {

constexpr std::size_t lanes = 8, longest_block = 128, buffer = 8192;

double sum_of_few(std::span<const double> values)
{
    double sum = 0;
    for (const double value : values) sum += value;
    return sum;
}

double sum_of_block(std::span<const double> values)
{
    double r[lanes];
    const std::size_t whole = values.size() - values.size() % lanes;
    for (std::size_t lane = 0; lane < lanes; ++lane) r[lane] = values[lane];
    for (std::size_t i = lanes; i < whole; i += lanes)
        for (std::size_t lane = 0; lane < lanes; ++lane) r[lane] += values[i + lane];
    double sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
    for (std::size_t i = whole; i < values.size(); ++i) sum += values[i];
    return sum;
}

double pairwise_sum(std::span<const double> values)
{
    if (values.size() < lanes) return sum_of_few(values);
    if (values.size() <= longest_block) return sum_of_block(values);
    std::size_t half = values.size() / 2;
    half -= half % lanes;
    return pairwise_sum(values.first(half)) + pairwise_sum(values.subspan(half));
}

} // namespace

double numpy_mean(std::span<const double> values)
{
    double sum = 0;
    for (std::size_t first = 0; first < values.size(); first += buffer)
        sum += pairwise_sum(values.subspan(first, std::min(buffer, values.size() - first)));
    return sum / static_cast<double>(values.size());
}

} // namespace tradewind
