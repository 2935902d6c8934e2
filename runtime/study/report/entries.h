// SPDX-License-Identifier: Apache-2.0
// Results as the report shows them: named, coloured, put beside each other where they may be compared.
#pragma once

#include "study/report/catalogue.h"

namespace tradewind::reporting {

// Results of different machines or builds are not compared.
struct Environment {
    std::string letter; // "A", "B", ...
    MachineFacts machine;
    std::map<std::string, std::string> versions; // without the target's, which may differ within
    std::vector<std::string> targets;            // with their versions
    std::size_t results = 0;
};

struct Entry {
    const Result *result = nullptr;
    std::string meta, extractor; // labels
    std::string name;            // of the whole configuration, unique in the report
    std::size_t shape = 0, colour = 0, environment = 0;
    std::optional<double> top1; // of the extractor, percent
    TimeSummary time;           // of one picture
    std::optional<double> ap;   // percent
    std::optional<double> giga_multiply_adds, megabytes;
    bool dominated = false, on_frontier = false;

    // A number of the accuracy in percent, where there is one.
    std::optional<double> accuracy(const std::string &name) const;
};

struct Entries {
    std::vector<Entry> measured;        // ok, and with a time; in the order of the tables
    std::vector<const Result *> others; // impossible, failed, or ok without a time
    std::vector<Environment> environments;
    std::vector<std::string> metas, extractors; // labels by shape and by colour; those beyond the catalogue follow it

    std::size_t with_accuracy() const;
};

// Keeps pointers into `results`.
Entries entries_of(const std::vector<Result> &results, const Catalogue &catalogue);

// "ResNet-101", or what the result says itself where the catalogue does not know it.
std::string label_of(const std::vector<NamedPart> &parts, const std::string &name, const Configuration &configuration);

} // namespace tradewind::reporting
