// SPDX-License-Identifier: Apache-2.0
// results.jsonl of a study: one line for each cell that has been measured, whenever the study was killed.
#pragma once

#include "study/result.h"

#include <cstdint>

namespace tradewind {

struct ResultLine {
    Result result;
    std::string text; // as in the file, without the newline
};

struct ResultLines {
    std::vector<ResultLine> lines; // of each key one: the first that is ok, else the first
    std::size_t doubled = 0;       // further lines of the same keys, passed over
    std::int64_t whole_bytes = 0;  // without a torn line at the end
    bool torn = false;             // there is such a line

    const Result *find(const std::string &key) const;
};

// Reads without changing anything; no file has no lines. Throws Error(usage), with file and line, for lines that are no
// results of a study, or of another schema; also for a last line without its end that is not the beginning of one.
ResultLines read_results(const std::string &path);

// The file while a study runs. A line is there, and on the disk, once append() returns. One process at a time.
class ResultsFile {
public:
    // Makes the folder if need be, takes its lock, and cuts off a torn last line. Throws Error(failed) when the folder
    // cannot be written or another study has the lock; what read_results() throws.
    explicit ResultsFile(const std::string &folder);
    ~ResultsFile();
    ResultsFile(const ResultsFile &) = delete;
    ResultsFile &operator=(const ResultsFile &) = delete;

    const ResultLines &read() const { return read_; }
    const std::string &path() const { return path_; }

    void append(const Result &result);
    // The file anew, whole or not at all: without the lines of these keys.
    void drop(const std::vector<std::string> &keys);
    // The same: lines of these keys first and in this order, then all others. Nothing happens where that is so.
    void put_in_order(const std::vector<std::string> &keys);

private:
    void open_for_append();
    void rewrite(std::vector<ResultLine> lines);

    std::string folder_, path_;
    int lock_ = -1, file_ = -1;
    ResultLines read_;
};

} // namespace tradewind
