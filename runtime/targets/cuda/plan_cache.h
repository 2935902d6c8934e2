// SPDX-License-Identifier: Apache-2.0
// What was measured, kept on disk from run to run: which engine is the fastest for each convolution on each device.
#pragma once

#include "targets/cuda/device.h"

#include <map>
#include <optional>
#include <string>

namespace tradewind::cuda {

// One file in a folder, a line of JSON for each entry. What cannot be read (missing, of another version, damaged)
// counts as not there. Each entry is written at once, with those that are in the file by then, to a file that takes the
// other's place: of two processes that write at the same moment, one may lose its entry, and nothing else happens.
// The file only saves time: when it cannot be written, that is no error. Not thread-safe.
class PlanCache {
public:
    // Empty folder: entries end with this.
    explicit PlanCache(std::string folder);

    struct Entry {
        std::string engine; // Candidate::engine
        double microseconds = 0;

        bool operator==(const Entry &) const = default;
    };

    std::optional<Entry> find(const std::string &key) const;
    void keep(const std::string &key, const Entry &entry);

private:
    void write() const;

    std::string path_;
    std::map<std::string, Entry> entries_;
};

// All that the fastest engine depends on: device, versions of driver and libraries, shape.
std::string plan_key(const DeviceFacts &facts, const ConvolutionShape &shape);

} // namespace tradewind::cuda
