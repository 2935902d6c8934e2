// SPDX-License-Identifier: Apache-2.0
// What was measured, kept on disk from run to run: which engine is the fastest for each convolution on each device.
#pragma once

#include "targets/cuda/device.h"

#include <map>
#include <optional>
#include <string>

namespace tradewind::cuda {

// One file in a folder: a line of JSON for each entry, later ones taking the place of earlier ones. What cannot be read
// (missing, of another version, damaged) counts as not there. Writing merges with what is there and replaces the file
// as a whole: of two processes that write at once, one's last measurement may get lost, nothing else. Files are a help
// alone: what fails with them is no error. Not thread-safe.
class PlanCache {
public:
    // Empty folder: keeps nothing beyond its life.
    explicit PlanCache(std::string folder);

    struct Entry {
        std::string engine; // EngineChoice::text
        double microseconds = 0;

        bool operator==(const Entry &) const = default;
    };

    std::optional<Entry> find(const std::string &key) const;
    void keep(const std::string &key, const Entry &entry);

private:
    std::string path() const;

    std::string folder_;
    std::map<std::string, Entry> entries_;
};

// All that the fastest engine depends on.
std::string plan_key(const DeviceFacts &facts, const ConvolutionShape &shape);

} // namespace tradewind::cuda
