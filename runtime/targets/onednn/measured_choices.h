// SPDX-License-Identifier: Apache-2.0
// Choices by measurement, in memory and in a file of the cache folder.
#pragma once

#include "targets/onednn/processor.h"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace tradewind::onednn {

struct MeasuredChoice {
    LayerChoice choice;
    std::vector<std::pair<LayerChoice, double>> milliseconds; // of every candidate
    std::string day;                                          // when that was: "2026-11-26"
};

// The file cpu-choices.jsonl: lines of JSON, one for each layer on a processor with a number of threads, in clear
// words. What is decided stays decided: who finds a layer there does as it says. Of those who want the same layer
// measured at one time, threads or processes, one measures and the others wait for its line. Damaged lines, and those
// that name algorithms which the layer does not have, are measured anew. [any]
class MeasuredChoices {
public:
    // Empty folder: what was measured ends with this.
    MeasuredChoices(Processor processor, int threads, std::string folder);

    // `candidates`: the layer's, more than one. Measures where nobody has. [setup]
    MeasuredChoice choose(const Layer &layer, const std::vector<LayerChoice> &candidates);

private:
    std::optional<MeasuredChoice> known(const std::string &key, const std::vector<LayerChoice> &candidates) const;
    MeasuredChoice measured(const Layer &layer, const std::vector<LayerChoice> &candidates) const;
    void read();
    void write() const;

    Processor processor_;
    int threads_;
    std::string machine_, folder_;
    std::mutex mutex_;
    std::map<std::string, std::string> lines_; // by machine and layer, as in the file
};

} // namespace tradewind::onednn
