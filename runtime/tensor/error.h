// SPDX-License-Identifier: Apache-2.0
// The one error type of the host: thrown inside, caught in main and at the plugin bridge.
#pragma once

#include <exception>
#include <string>

namespace tradewind {

// The values are the exit codes of the command line.
enum class ErrorCode {
    failed = 1,   // the run failed: cannot write, internal error
    usage = 2,    // unknown or out-of-range option, value, class, model name, plugin name, config key
    input = 3,    // an input is missing, unreadable, not a picture
    check = 4,    // a check that was asked for failed
    refused = 5,  // a model, weight file or plugin is damaged, foreign or does not fit
    resource = 6, // a limit of memory or hardware
};

// `message` says what is wrong and what to do; `context` says where (file, key, node, tensor); `id` is a name of the
// failure for programs, where a code tells too little ("E_IMAGE_TRUNCATED", in records of inputs that failed).
class Error : public std::exception {
public:
    Error(ErrorCode code, std::string message, std::string context = {}, std::string id = {});

    ErrorCode code() const noexcept { return code_; }
    const std::string &message() const noexcept { return message_; }
    const std::string &context() const noexcept { return context_; }
    const std::string &id() const noexcept { return id_; }

    // "context: message", or the message alone.
    const char *what() const noexcept override { return text_.c_str(); }

    // The same error seen from one level further out: "outer: context".
    Error within(const std::string &outer) const;

private:
    ErrorCode code_;
    std::string message_, context_, id_, text_;
};

} // namespace tradewind
