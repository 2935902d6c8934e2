// SPDX-License-Identifier: Apache-2.0
// What the checks of a GPU are asked for, and what they stand on.
#pragma once

#include "detector/detector.h"

#include <nlohmann/json.hpp>

#include <map>
#include <string>

namespace gpu {

// Words of the form key=value.
class Request {
public:
    explicit Request(std::map<std::string, std::string> words) : words_(std::move(words)) {}

    std::string text(const std::string &key) const; // throws Error(usage) where it is missing
    std::string text(const std::string &key, const std::string &otherwise) const;
    int number(const std::string &key, int otherwise) const;

    // "target", opened anew; "stand-in" is the CUDA target on the host, in a program that has it.
    std::unique_ptr<tradewind::Target> target() const;
    tradewind::DetectorOptions options() const; // "precision", "batch", "threads", "tune"

    // "config", a file, with the settings of "set" ("image.size=64;meta.proposals=20") and weights by formula.
    tradewind::Model model() const;
    tradewind::Picture picture() const; // "picture": "480x640", by formula

private:
    std::map<std::string, std::string> words_;
};

// Opens the CUDA target on the host; null in a program that does not have it.
std::unique_ptr<tradewind::Target> stand_in();

// Each returns an object with a member "passed", or "skipped" with the reason.
nlohmann::json record(const Request &request);     // writes "sample": what the network computes
nlohmann::json compare(const Request &request);    // with "sample"
nlohmann::json slots(const Request &request);      // the same from run to run, in any slot, beside any neighbours
nlohmann::json latency(const Request &request);    // of one picture, from pixels to boxes
nlohmann::json throughput(const Request &request); // pictures a second that lie in the memory of the device
nlohmann::json peaks(const Request &request);      // the rate of a large product and of a copy

} // namespace gpu
