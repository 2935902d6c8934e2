// SPDX-License-Identifier: Apache-2.0
// Filtering by logit, a histogram for thresholds that let nearly everything pass, and sorting of what is wanted next.
#include "targets/onednn/candidates.h"

#include "ops/box_arithmetic.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace tradewind::onednn {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr int dropped_bits = 17; // of a key in a bucket's number: buckets are 1/64 of a power of two wide
constexpr std::size_t first_chunk = 1024, growth = 4;

// The largest logit that is known to be at or below every logit whose score passes. The slack covers all rounding.
float least_passing_logit(float score_threshold)
{
    const double lower = score_threshold * (1 - 1e-6);
    if (!(lower > 0)) return -infinity;
    if (lower >= 1) return infinity;
    return std::nextafter(static_cast<float>(std::log(lower / (1 - lower))), -infinity);
}

// Unsigned numbers in the order of the floats.
std::uint32_t key_of(float value)
{
    const auto bits = std::bit_cast<std::uint32_t>(value);
    return bits ^ (bits >> 31 ? 0xffffffffu : 0x80000000u);
}

float value_of(std::uint32_t key) { return std::bit_cast<float>(key ^ (key >> 31 ? 0x80000000u : 0xffffffffu)); }

std::size_t bucket_of(float value) { return key_of(value) >> dropped_bits; }

// This loop reads every logit of every picture, so it has a form for each instruction set; integers come out, the same
// from all of them.
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__)
#define FOR_EACH_INSTRUCTION_SET __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define FOR_EACH_INSTRUCTION_SET
#endif

// Free of branches, so that compilers vectorise it. A NaN is never counted.
FOR_EACH_INSTRUCTION_SET int count_within(const float *values, std::int64_t count, float least, float most)
{
    int found = 0;
    for (std::int64_t i = 0; i < count; ++i) found += (values[i] >= least) & (values[i] <= most);
    return found;
}

} // namespace

Candidate::Candidate(float score, std::uint32_t place)
    : bits_(static_cast<std::uint64_t>(~std::bit_cast<std::uint32_t>(score)) << 32 | place) // scores are not negative
{
}

float Candidate::score() const { return std::bit_cast<float>(~static_cast<std::uint32_t>(bits_ >> 32)); }

CandidateStream::CandidateStream(std::int64_t rows, std::int64_t columns, float score_threshold)
    : rows_(rows), columns_(columns), score_threshold_(score_threshold),
      least_logit_(least_passing_logit(score_threshold))
{
    candidates_.reserve(first_chunk * growth);
}

void CandidateStream::start(const float *logits)
{
    logits_ = logits;
    candidates_.clear();
    live_rows_.clear();
    ready_ = 0;
    wanted_ = first_chunk;
    most_ = infinity;
    counted_ = ended_ = false;
}

bool CandidateStream::next()
{
    if (ended_) return false;
    candidates_.erase(candidates_.begin(), candidates_.begin() + static_cast<std::ptrdiff_t>(ready_));
    if (!counted_) count_logits();
    const float least = least_logit_of_next();
    collect(least, most_);
    std::sort(candidates_.begin(), candidates_.end());
    ended_ = least == least_logit_;
    // Scores of smaller logits are at most the bound; one float above it allows for a last bit of the logistic
    // function.
    divide(ended_ ? -1.0f : std::nextafter(sigmoid(least), 2.0f));
    most_ = std::nextafter(least, -infinity);
    wanted_ *= growth;
    return true;
}

void CandidateStream::count_logits()
{
    counted_ = true;
    std::size_t passing = 0;
    for (std::int64_t row = 0; row < rows_; ++row) {
        const int count = count_within(logits_ + row * columns_ + 1, columns_ - 1, least_logit_, infinity);
        if (count) live_rows_.push_back(row);
        passing += static_cast<std::size_t>(count);
    }
    bucket_ = 0; // all at once
    if (passing > wanted_) fill_histogram();
}

void CandidateStream::fill_histogram()
{
    histogram_.assign(bucket_of(infinity) + 1, 0);
    bucket_ = histogram_.size();
    for (const std::int64_t row : live_rows_) {
        const float *values = logits_ + row * columns_ + 1;
        for (std::int64_t c = 0; c < columns_ - 1; ++c)
            if (values[c] >= least_logit_) ++histogram_[bucket_of(values[c])];
    }
}

float CandidateStream::least_logit_of_next()
{
    const std::size_t last = bucket_of(least_logit_);
    for (std::size_t count = 0; bucket_ > last && count < wanted_;) count += histogram_[--bucket_];
    return bucket_ <= last ? least_logit_ : value_of(static_cast<std::uint32_t>(bucket_ << dropped_bits));
}

void CandidateStream::collect(float least, float most)
{
    for (const std::int64_t row : live_rows_)
        if (count_within(logits_ + row * columns_ + 1, columns_ - 1, least, most)) add_row(row, least, most);
}

void CandidateStream::add_row(std::int64_t row, float least, float most)
{
    const float *values = logits_ + row * columns_ + 1;
    for (std::int64_t c = 0; c < columns_ - 1; ++c) {
        if (!(values[c] >= least && values[c] <= most)) continue;
        const float score = sigmoid(values[c]);
        if (score > score_threshold_) candidates_.emplace_back(score, static_cast<std::uint32_t>(c * rows_ + row));
    }
}

void CandidateStream::divide(float bound)
{
    const auto end = std::partition_point(candidates_.begin(), candidates_.end(),
                                          [&](const Candidate &c) { return c.score() > bound; });
    ready_ = static_cast<std::size_t>(end - candidates_.begin());
}

} // namespace tradewind::onednn
