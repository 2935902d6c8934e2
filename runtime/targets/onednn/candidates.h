// SPDX-License-Identifier: Apache-2.0
// The scores above a threshold in exactly descending order, found among the logits without converting all of them.
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
    // `columns` - 1 classes: column 0 of the logits is the background, and is never looked at.
    CandidateStream(std::int64_t rows, std::int64_t columns, float score_threshold);

    void start(const float *logits);
    bool next(); // false at the end; a chunk may be empty before that
    std::span<const Candidate> chunk() const { return {candidates_.data(), ready_}; }

private:
    void collect(float least, float most);
    void add_row(std::int64_t row, float least, float most);
    void count_logits();
    void fill_histogram();
    float least_logit_of_next();
    void divide(float bound);

    std::int64_t rows_, columns_;
    float score_threshold_, least_logit_;
    const float *logits_ = nullptr;
    std::vector<Candidate> candidates_;
    std::size_t ready_ = 0, wanted_ = 0; // of candidates_; the others wait for the next chunk
    float most_ = 0;                     // the largest logit not yet collected
    bool counted_ = false, ended_ = false;
    std::vector<std::int64_t> live_rows_; // with a logit that may pass
    std::vector<std::uint32_t> histogram_;
    std::size_t bucket_ = 0; // the lowest bucket that is collected
};

} // namespace tradewind::onednn
