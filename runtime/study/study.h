// SPDX-License-Identifier: Apache-2.0
// Running a study: what is missing, one cell after another.
#pragma once

#include "study/measure.h"
#include "study/results_file.h"

namespace tradewind {

struct StudyEvents {
    std::function<void(const Cell &, std::size_t left)> before;  // left: with this one
    std::function<void(const Result &, std::size_t left)> after; // left: without it; the line is on the disk
    std::function<void()> checkpoint = [] {};                    // between cells; what it throws ends the study
};

struct StudyOptions {
    std::size_t limit = SIZE_MAX; // cells of this run
    bool retry = false;           // cells that failed, or could not be, too
    bool retry_disturbed = false; // cells whose threads waited for others (study/statistics.h)
};

// Measures the cells that have no line in `results`, in their order, and appends each. At the end, lines are in the
// order of the cells, those of other cells after them. Returns how many cells are left. Throws what measure() throws,
// and the checkpoint; everything finished is kept.
std::size_t run_study(const Study &study, const std::vector<Cell> &cells, ResultsFile &results,
                      const MeasuringProgram &program, const StudyOptions &options, const StudyEvents &events);

// What a finished study amounts to.
struct StudyCounts {
    std::size_t ok = 0, impossible = 0, failed = 0, missing = 0;
    std::size_t disturbed = 0; // of those that are ok
    std::size_t earlier = 0;   // lines of cells that the grid does not have (any more)
    std::size_t versions = 0;  // of this program and its machines, among the lines that are ok
};
StudyCounts count(const std::vector<Cell> &cells, const ResultLines &results);

} // namespace tradewind
