// SPDX-License-Identifier: Apache-2.0
// What was measured, kept on disk from run to run: which engine is the fastest for each convolution on each device; and
// kernels that took long to compile.
#pragma once

#include "targets/cuda/device.h"

#include <map>
#include <optional>
#include <string>

namespace tradewind::cuda {

// Entries are lines of JSON in one file of the folder, compiled plans files beside it. What cannot be read (missing, of
// another version, damaged) counts as not there. Each entry is written at once, with those that are in the file by
// then, to a file that takes the other's place: of two processes that write at the same moment, one may lose its entry,
// and nothing else happens. All this only saves time: when a file cannot be written, that is no error. Not thread-safe.
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

    // The text of a plan by the engine that find() tells, as it was kept, or empty.
    std::string compiled(const std::string &key, const std::string &engine) const;
    void keep_compiled(const std::string &key, const std::string &engine, const std::string &plan) const;

private:
    void write() const;
    std::string compiled_path(const std::string &key) const;

    std::string folder_;
    std::map<std::string, Entry> entries_;
};

// All that the fastest engine depends on: device, versions of driver and libraries, shape.
std::string plan_key(const DeviceFacts &facts, const ConvolutionShape &shape);

} // namespace tradewind::cuda
