// SPDX-License-Identifier: Apache-2.0
// Which results go where.
#pragma once

#include "cli/flags.h"
#include "cli/inputs.h"
#include "output/writer.h"

#include <algorithm>

namespace tradewind::cli {

struct Saving {
    std::vector<std::string> formats; // in the order of formats()
    std::string folder;               // "" when nothing is saved; "-" for standard output
    bool overwrite = false;

    bool to_standard_output() const { return folder == "-"; }
    bool has(const std::string &format) const { return std::count(formats.begin(), formats.end(), format) > 0; }
};

// From -o, --save and --overwrite: -o alone saves the formats `by_itself`; --save alone saves into tradewind-out;
// neither saves nothing. Throws Error(usage) for unknown formats and for anything but one textual format with -o -.
Saving parse_saving(const Flags &flags, const std::string &by_itself);

// With the folders above it. Throws Error(failed).
void make_folder(const std::string &folder);

// Refuses inputs that an annotated picture could replace: those that lie in the folder where pictures are saved. For
// lists, whose inputs are not known beforehand, that folder must be new, without pictures, or of an earlier run.
class ReplacingGuard {
public:
    // Throws Error(usage), as check() does. `listed`: some inputs are not known yet.
    ReplacingGuard(const Saving &saving, bool listed);
    void check(const Input &input);

private:
    const Saving &saving_;
    std::string seen_; // the folder of the input before
};

// Opens every output before the first input is looked at. Throws Error(failed) when one cannot be written or exists.
class Outputs {
public:
    explicit Outputs(const Saving &saving);
    void add(const Record &record, const Picture *picture);
    bool saves() const { return run_ != nullptr; } // to a folder
    // Runs `work`, which adds records. `record` gives what goes into run.json for the end that it comes to: "complete",
    // "interrupted" or "failed". After a signal or an error, what was finished is kept, whole, as far as it can be
    // written; both go on their way.
    void through(const std::function<void()> &work, const std::function<std::string(const char *end)> &record);
    std::size_t pictures() const { return pictures_; } // written so far
    const std::vector<std::string> &files() const { return files_; }

private:
    void finish(const std::string &run_record);
    void keep(const std::string &run_record) noexcept;
    void note_failure(const Record &record);
    void finish_record(const std::string &run_record);
    std::string failures_path() const { return saving_.folder + "/failures.jsonl"; }

    Saving saving_;
    std::vector<std::unique_ptr<Writer>> writers_;
    std::unique_ptr<Writer> failures_;
    std::unique_ptr<Sink> run_; // run.json
    std::size_t pictures_ = 0;
    std::vector<std::string> files_;
};

} // namespace tradewind::cli
