// SPDX-License-Identifier: Apache-2.0
// The scores above a threshold in exactly descending order, found among logits without converting all of them, or among
// scores without sorting all of them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace tradewind::onednn {

// A score and where it stands, packed so that ascending numbers are descending scores, then ascending classes, then
// rows.
class Candidate {
public:
    Candidate(float score, std::uint32_t place);

    float score() const;
    std::uint32_t place() const { return static_cast<std::uint32_t>(bits_); } // class * rows + row
    bool operator<(const Candidate &other) const { return bits_ < other.bits_; }

private:
    std::uint64_t bits_;
};

// Hands out candidates in chunks. Chunks end between two scores, never between equal ones: logits that differ may have
// the same score. Keeps its memory from run to run.
class CandidateStream {
public:
    enum class Values { logits, scores }; // logits: of the logistic function

    // `rows`: where the values of each row begin, one for each class. They stay there.
    CandidateStream(Values kind, std::vector<const float *> rows, std::int64_t classes, float score_threshold);

    // The first `live` of the rows take part.
    void start(std::int64_t live);
    std::int64_t rows() const { return static_cast<std::int64_t>(rows_.size()); }
    bool next(); // false at the end; a chunk may be empty before that
    std::span<const Candidate> chunk() const { return {candidates_.data(), ready_}; }

private:
    void collect(float least, float most);
    void add_piece(std::int64_t piece, float least, float most);
    void find_pieces();
    float least_of_first();
    void count_values();
    void fill_histogram();
    float least_of_next();
    void divide(float bound);
    std::int64_t pieces_of_row() const { return (classes_ + piece_ - 1) / piece_; }
    std::span<const float> of_piece(std::int64_t piece) const;

    Values kind_;
    std::vector<const float *> rows_;
    std::int64_t classes_, piece_, live_ = 0; // piece_: columns whose largest value is known
    float score_threshold_, least_;
    std::vector<Candidate> candidates_;
    std::size_t ready_ = 0, wanted_ = 0; // of candidates_; the others wait for the next chunk
    float most_ = 0;                     // the largest value not yet collected
    bool started_ = false, counted_ = false, ended_ = false;
    std::vector<float> largest_;            // of each piece; minus infinity where all is NaN
    std::vector<std::int64_t> live_pieces_; // with a value that may pass
    std::vector<float> sorted_;
    std::vector<std::uint32_t> histogram_;
    std::size_t bucket_ = 0; // the lowest bucket that is collected
};

// Rows of `columns` numbers one after the other, without the first `skipped` of each.
std::vector<const float *> rows_of(const float *values, std::int64_t rows, std::int64_t columns, std::int64_t skipped);

} // namespace tradewind::onednn
