// SPDX-License-Identifier: Apache-2.0
// One cell of a study, measured in processes of its own: memory is that of the cell, and what ends it ends nothing
// else.
#pragma once

#include "study/grid.h"

namespace tradewind {

struct MeasuringProgram {
    std::string path;                   // of this program, or of one that takes the same arguments
    std::vector<std::string> arguments; // that every command gets: --plugin-dir DIR
    int stop_descriptor = -1;           // see ChildRequest
};

// Thrown where a measurement was ended from outside.
struct Stopped {};

// `bench`, then `eval` where there are trained weights and annotations. Refusals (exit codes 2 and 5 of bench) make an
// impossible cell, everything else that goes wrong a failed one. Throws Error(failed) when there can be no process, and
// Stopped once stop_descriptor can be read.
Result measure(const Cell &cell, const Study &study, const MeasuringProgram &program);

// The line of a cell that cannot be.
Result impossible_result(const Cell &cell);

// What the two commands are called with, but for the program's own arguments.
std::vector<std::string> bench_arguments(const Cell &cell, const Study &study);
std::vector<std::string> eval_arguments(const Cell &cell, const Study &study);

} // namespace tradewind
