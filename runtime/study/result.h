// SPDX-License-Identifier: Apache-2.0
// One measurement of one detector: what `bench` writes, what a study collects one line each, what its report shows.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tradewind {

// Milliseconds over the measured runs, of one picture: those of a batch share what it took. The interval is that of the
// median, at 95 %.
struct TimeSummary {
    std::size_t count = 0;
    double median = 0, low = 0, high = 0, p90 = 0, p99 = 0, mean = 0, least = 0;
};

// What was measured. Numbers that do not apply are 0.
struct Configuration {
    std::string config; // name of the config or bundle; empty for a pair by name
    std::string meta, extractor;
    std::string weights; // "seeded", "embedded", or a file
    std::string target, precision = "f32";
    std::int64_t threads = 1, batch = 1, streams = 1;
    std::int64_t size = 0;                              // as configured: side of a square, or the shorter side
    std::int64_t resized_height = 0, resized_width = 0; // of the first picture
    std::int64_t proposals = 0, output_stride = 0;
    std::map<std::string, std::string> settings; // all of the model's, resolved
};

struct MachineFacts {
    std::string cpu, system; // "Intel(R) Xeon(R) ...", "Linux 6.1 x86_64"
    std::int64_t cores = 0;  // that the process may use
    std::int64_t memory_bytes = 0;
};

struct NetworkFacts {
    std::string name;
    std::int64_t parameters = 0;
    std::int64_t multiply_adds = 0; // of the optimised network at the resized size
    std::int64_t nodes = 0;
};

struct MemoryFacts {
    std::int64_t peak_bytes = 0;      // of the process, measured
    std::int64_t predicted_bytes = 0; // 0: not predicted
    std::int64_t activation_bytes = 0, weight_bytes = 0;
};

struct NodeTime {
    std::string node, op, implementation;
    double milliseconds = 0; // median of the runs
    double share = 0;        // of the sum over all nodes
    std::int64_t multiply_adds = 0;
    double giga_flops = 0;   // 2 x multiply-adds a second, 1e9
    std::string choice = {}; // Placement::choice
};

// The names of the stages, in the order of the data; they and "other" (loops, clocks) add up to "total".
// decode: bytes to pixels, and giving their memory back. resize. upload, download: to and from a device; copies of
// outputs where that is the host.
// network. postprocess: proposals, decoding of boxes, suppression. encode: results to text.
const std::vector<std::string> &stage_names(); // decode resize upload network postprocess download encode

struct Accuracy {
    std::map<std::string, double> numbers; // "AP", "AP50", ... the twelve of COCO, -1 where there is none
    std::vector<double> ap_by_iou;         // at .5, .55, ... .95
    std::int64_t pictures = 0, annotations = 0;
};

struct Result {
    std::string key;           // of the cell of a study; empty elsewhere
    std::string status = "ok"; // "ok", "impossible" (refused: such a network cannot be), "failed"
    std::string error;         // one sentence unless ok
    Configuration configuration;
    MachineFacts machine;
    std::map<std::string, std::string> versions; // "tradewind", "commit", "target", "algorithms", ...
    NetworkFacts network;
    std::string inputs;                      // "picture:480x640" or "12 pictures of photos/"
    std::map<std::string, TimeSummary> time; // by stage, and "total": the wall clock of one picture
    double stage_sum_ratio = 0; // medians do not add up exactly; this is the sum of means over the mean total
    std::vector<double> rounds; // median total of each round, in the order of time
    // How much of that at most was waiting for processors that others used: what its threads waited, all added up. With
    // several streams the mean of a round's pictures, else the part of the median.
    std::vector<double> rounds_waited;
    double first_picture = 0;       // milliseconds of the first picture or batch, compiling included
    double start_to_first = 0;      // milliseconds from the start of the process to the first boxes
    double pictures_per_second = 0; // all streams together, measured
    MemoryFacts memory;
    std::optional<double> joules_per_picture;
    std::string energy_note; // where from, or why there is none
    std::optional<Accuracy> accuracy;
    std::string accuracy_note; // why there is none, or on what
    std::vector<NodeTime> profile;
};

// One JSON object, on one line without a newline; schema "tradewind-result-1".
std::string to_json(const Result &result);

// Unknown members are passed over. Throws Error(usage) for what is no result, with `origin` ("file:line") as context.
Result result_from_json(const std::string &text, const std::string &origin);

} // namespace tradewind
