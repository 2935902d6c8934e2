// SPDX-License-Identifier: Apache-2.0
// Filtering by value, a histogram for thresholds that let nearly everything pass, and sorting of what is wanted next.
#include "targets/onednn/candidates.h"
#include "targets/onednn/instruction_sets.h"

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

// Unsigned numbers in the order of the floats.
std::uint32_t key_of(float value)
{
    const auto bits = std::bit_cast<std::uint32_t>(value);
    return bits ^ (bits >> 31 ? 0xffffffffu : 0x80000000u);
}

float value_of(std::uint32_t key) { return std::bit_cast<float>(key ^ (key >> 31 ? 0x80000000u : 0xffffffffu)); }

std::size_t bucket_of(float value) { return key_of(value) >> dropped_bits; }

// Reads every value of every picture. Free of branches, so that compilers vectorise it. A NaN is never counted.
FOR_EACH_INSTRUCTION_SET int count_within(const float *values, std::int64_t count, float least, float most)
{
    int found = 0;
    for (std::int64_t i = 0; i < count; ++i) found += (values[i] >= least) & (values[i] <= most);
    return found;
}

} // namespace

// Zeros of either sign are equal.
Candidate::Candidate(float score, std::uint32_t place)
    : bits_(static_cast<std::uint64_t>(~key_of(score + 0.0f)) << 32 | place)
{
}

float Candidate::score() const { return value_of(~static_cast<std::uint32_t>(bits_ >> 32)); }

CandidateStream::CandidateStream(Values kind, std::int64_t rows, std::int64_t skipped, std::int64_t classes,
                                 float score_threshold)
    : kind_(kind), rows_(rows), skipped_(skipped), classes_(classes), score_threshold_(score_threshold),
      least_(kind == Values::logits ? least_passing_logit(score_threshold) : std::nextafter(score_threshold, infinity))
{
    candidates_.reserve(first_chunk * growth);
}

void CandidateStream::start(const float *values, std::int64_t live)
{
    values_ = values;
    live_ = live;
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
    if (!counted_) count_values();
    const float least = least_of_next();
    collect(least, most_);
    std::sort(candidates_.begin(), candidates_.end());
    ended_ = least == least_;
    // Scores of smaller logits are at most the bound; one float above it allows for a last bit of the logistic
    // function.
    divide(ended_ || kind_ == Values::scores ? -infinity : std::nextafter(sigmoid(least), 2.0f));
    most_ = std::nextafter(least, -infinity);
    wanted_ *= growth;
    return true;
}

void CandidateStream::count_values()
{
    counted_ = true;
    std::size_t passing = 0;
    for (std::int64_t row = 0; row < live_; ++row) {
        const int count = count_within(of_row(row), classes_, least_, infinity);
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
        const float *values = of_row(row);
        for (std::int64_t c = 0; c < classes_; ++c)
            if (values[c] >= least_) ++histogram_[bucket_of(values[c])];
    }
}

float CandidateStream::least_of_next()
{
    const std::size_t last = bucket_of(least_);
    for (std::size_t count = 0; bucket_ > last && count < wanted_;) count += histogram_[--bucket_];
    return bucket_ <= last ? least_ : value_of(static_cast<std::uint32_t>(bucket_ << dropped_bits));
}

void CandidateStream::collect(float least, float most)
{
    for (const std::int64_t row : live_rows_)
        if (count_within(of_row(row), classes_, least, most)) add_row(row, least, most);
}

void CandidateStream::add_row(std::int64_t row, float least, float most)
{
    const float *values = of_row(row);
    for (std::int64_t c = 0; c < classes_; ++c) {
        if (!(values[c] >= least && values[c] <= most)) continue;
        const float score = kind_ == Values::logits ? sigmoid(values[c]) : values[c];
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
