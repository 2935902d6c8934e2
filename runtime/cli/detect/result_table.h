// SPDX-License-Identifier: Apache-2.0
// Detections as lines on the terminal.
#pragma once

#include "cli/inputs.h"
#include "output/writer.h"

namespace tradewind::cli {

// Prints the rows of each picture as it comes, so that memory does not grow with the number of pictures. The widths of
// columns follow from the labels and from the first paths; a longer one makes its row wider.
class ResultTable {
public:
    ResultTable(const std::deque<Input> &first, const std::map<int, std::string> &labels, bool coloured);
    void add(const Record &record);

private:
    std::vector<std::size_t> widths_;
    bool coloured_, begun_ = false;
};

} // namespace tradewind::cli
