// SPDX-License-Identifier: Apache-2.0
// Filtering by value, a histogram for thresholds that let nearly everything pass, and sorting of what is wanted next.
#include "targets/onednn/candidates.h"
#include "targets/onednn/instruction_sets.h"

#include "ops/box_arithmetic.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <limits>

namespace tradewind::onednn {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr int dropped_bits = 17; // of a key in a bucket's number: buckets are 1/64 of a power of two wide
constexpr std::size_t first_chunk = 512, growth = 4;
constexpr std::int64_t long_row = 128, short_piece = 32; // columns

// Unsigned numbers in the order of the floats.
std::uint32_t key_of(float value)
{
    const auto bits = std::bit_cast<std::uint32_t>(value);
    return bits ^ (bits >> 31 ? 0xffffffffu : 0x80000000u);
}

float value_of(std::uint32_t key) { return std::bit_cast<float>(key ^ (key >> 31 ? 0x80000000u : 0xffffffffu)); }

std::size_t bucket_of(float value) { return key_of(value) >> dropped_bits; }

typedef float Lanes __attribute__((vector_size(64)));
constexpr std::int64_t lanes = 16;

struct Grid {
    std::span<const float *const> rows;
    std::int64_t columns, piece;
};

// Reads every value of every picture. A NaN is never the largest.
FOR_EACH_INSTRUCTION_SET void largest_of_pieces(const Grid &grid, float *to)
{
    for (const float *const row : grid.rows)
        for (std::int64_t first = 0; first < grid.columns; first += grid.piece) {
            const float *values = row + first;
            const std::int64_t count = std::min(grid.piece, grid.columns - first);
            Lanes most = Lanes{} - infinity, next;
            for (std::int64_t i = 0; i < count; i += lanes) {
                if (count < lanes) break;
                __builtin_memcpy(&next, values + std::min(i, count - lanes), sizeof next); // some twice at the end
                most = next > most ? next : most;
            }
            next = __builtin_shufflevector(most, most, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
            most = next > most ? next : most;
            next = __builtin_shufflevector(most, most, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11);
            most = next > most ? next : most;
            next = __builtin_shufflevector(most, most, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
            most = next > most ? next : most;
            float largest = most[0] > most[1] ? most[0] : most[1];
            if (count < lanes)
                for (std::int64_t i = 0; i < count; ++i) largest = values[i] > largest ? values[i] : largest;
            *to++ = largest;
        }
}

FOR_EACH_INSTRUCTION_SET std::int64_t count_from(std::span<const float> values, float least)
{
    int found = 0;
    for (const float value : values) found += value >= least;
    return found;
}

// Where those of at most 128 values stand that are within bounds, and how many they are.
FOR_EACH_INSTRUCTION_SET std::size_t places_within(std::span<const float> values, float least, float most,
                                                   std::uint8_t *places)
{
    std::size_t found = 0;
    for (std::size_t first = 0; first < values.size(); first += lanes) {
        const std::size_t end = std::min(first + lanes, values.size());
        int any = 0;
        for (std::size_t i = first; i < end; ++i) any |= (values[i] >= least) & (values[i] <= most);
        if (!any) continue;
        for (std::size_t i = first; i < end; ++i) {
            places[found] = static_cast<std::uint8_t>(i); // of no meaning where it does not pass: nothing to guess
            found += (values[i] >= least) & (values[i] <= most);
        }
    }
    return found;
}

} // namespace

// Zeros of either sign are equal.
Candidate::Candidate(float score, std::uint32_t place)
    : bits_(static_cast<std::uint64_t>(~key_of(score + 0.0f)) << 32 | place)
{
}

float Candidate::score() const { return value_of(~static_cast<std::uint32_t>(bits_ >> 32)); }

std::vector<const float *> rows_of(const float *values, std::int64_t rows, std::int64_t columns, std::int64_t skipped)
{
    std::vector<const float *> all;
    for (std::int64_t row = 0; row < rows; ++row) all.push_back(values + row * columns + skipped);
    return all;
}

CandidateStream::CandidateStream(Values kind, std::vector<const float *> rows, std::int64_t classes,
                                 float score_threshold)
    : kind_(kind), rows_(std::move(rows)), classes_(classes),
      piece_(classes > long_row ? short_piece : std::max<std::int64_t>(classes, 1)), score_threshold_(score_threshold),
      least_(kind == Values::logits ? least_passing_logit(score_threshold) : std::nextafter(score_threshold, infinity))
{
    candidates_.reserve(first_chunk * growth);
}

void CandidateStream::start(std::int64_t live)
{
    live_ = live;
    candidates_.clear();
    live_pieces_.clear();
    ready_ = 0;
    wanted_ = first_chunk;
    most_ = infinity;
    started_ = counted_ = ended_ = false;
}

bool CandidateStream::next()
{
    if (ended_) return false;
    candidates_.erase(candidates_.begin(), candidates_.begin() + static_cast<std::ptrdiff_t>(ready_));
    const float least = started_ ? least_of_next() : least_of_first();
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

std::span<const float> CandidateStream::of_piece(std::int64_t piece) const
{
    const std::int64_t row = piece / pieces_of_row(), first = piece % pieces_of_row() * piece_;
    return {rows_[static_cast<std::size_t>(row)] + first, static_cast<std::size_t>(std::min(piece_, classes_ - first))};
}

void CandidateStream::find_pieces()
{
    largest_.resize(static_cast<std::size_t>(live_ * pieces_of_row()));
    largest_of_pieces({std::span(rows_).first(static_cast<std::size_t>(live_)), classes_, piece_}, largest_.data());
    for (std::size_t i = 0; i < largest_.size(); ++i)
        if (largest_[i] >= least_) live_pieces_.push_back(static_cast<std::int64_t>(i));
}

// As many pieces as values are wanted have a value from the largest of the last of them on. Of a few pieces, not too
// many are taken: their other values come along.
float CandidateStream::least_of_first()
{
    started_ = true;
    find_pieces();
    const std::size_t few = std::min(wanted_, largest_.size() / 3);
    if (live_pieces_.size() <= few || few == 0) return least_of_next();
    sorted_ = largest_;
    const auto last = sorted_.begin() + static_cast<std::ptrdiff_t>(few);
    std::nth_element(sorted_.begin(), last, sorted_.end(), std::greater<>());
    return *last;
}

// After a first chunk, what it took is counted as well: the histogram begins below it.
void CandidateStream::count_values()
{
    counted_ = true;
    std::int64_t passing = 0;
    for (const std::int64_t piece : live_pieces_) passing += count_from(of_piece(piece), least_);
    bucket_ = 0; // all at once
    if (static_cast<std::size_t>(passing) > wanted_) fill_histogram();
}

void CandidateStream::fill_histogram()
{
    histogram_.assign(bucket_of(infinity) + 1, 0);
    bucket_ = histogram_.size();
    for (const std::int64_t piece : live_pieces_)
        for (const float value : of_piece(piece))
            if (value >= least_ && value <= most_) ++histogram_[bucket_of(value)];
}

float CandidateStream::least_of_next()
{
    if (!counted_) count_values();
    const std::size_t last = bucket_of(least_);
    for (std::size_t count = 0; bucket_ > last && count < wanted_;) count += histogram_[--bucket_];
    return bucket_ <= last ? least_ : value_of(static_cast<std::uint32_t>(bucket_ << dropped_bits));
}

void CandidateStream::collect(float least, float most)
{
    for (const std::int64_t piece : live_pieces_)
        if (largest_[static_cast<std::size_t>(piece)] >= least) add_piece(piece, least, most);
}

void CandidateStream::add_piece(std::int64_t piece, float least, float most)
{
    const std::span<const float> values = of_piece(piece);
    const std::int64_t row = piece / pieces_of_row(), first = piece % pieces_of_row() * piece_;
    std::uint8_t passing[long_row];
    const std::size_t count = places_within(values, least, most, passing);
    for (std::size_t i = 0; i < count; ++i) {
        const float value = values[passing[i]], score = kind_ == Values::logits ? sigmoid(value) : value;
        if (score > score_threshold_)
            candidates_.emplace_back(score, static_cast<std::uint32_t>((first + passing[i]) * rows() + row));
    }
}

void CandidateStream::divide(float bound)
{
    const auto end = std::partition_point(candidates_.begin(), candidates_.end(),
                                          [&](const Candidate &c) { return c.score() > bound; });
    ready_ = static_cast<std::size_t>(end - candidates_.begin());
}

} // namespace tradewind::onednn
