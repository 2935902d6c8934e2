// SPDX-License-Identifier: Apache-2.0
// Opening and feeding the writers.
#include "cli/saving.h"

#include "cli/signals.h"
#include "cli/terminal.h"
#include "config/list.h"
#include "tensor/error.h"

#include <algorithm>
#include <filesystem>

namespace tradewind::cli {
namespace {

class StandardOutput final : public Sink {
public:
    void write(std::string_view text) override { print(std::string(text)); }
    void finish() override {}
};

std::string file_name(const std::string &format)
{
    if (format == "coco") return "detections.coco.json";
    return "detections." + format;
}

std::vector<std::string> parse_formats(const std::string &text)
{
    std::vector<std::string> wanted = split_list(text, ','), ordered;
    for (const auto &format : wanted)
        if (!std::count(formats().begin(), formats().end(), format))
            throw Error(ErrorCode::usage, "--save knows no format '" + format +
                                              "'"
                                              "; it may be any of image, jsonl, json, coco, csv");
    for (const auto &format : formats())
        if (std::count(wanted.begin(), wanted.end(), format)) ordered.push_back(format);
    if (ordered.empty())
        throw Error(ErrorCode::usage, "--save names no format; it may be any of image, jsonl, json, coco, csv");
    return ordered;
}

} // namespace

Saving parse_saving(const Flags &flags, const std::string &by_itself)
{
    Saving saving;
    const auto folder = flags.value("output"), save = flags.value("save");
    saving.overwrite = flags.has("overwrite");
    if (!folder && !save) return saving;
    saving.folder = folder.value_or("tradewind-out");
    if (saving.folder.empty()) throw Error(ErrorCode::usage, "-o needs a folder, or - for standard output");
    if (saving.to_standard_output() && !save)
        throw Error(ErrorCode::usage, "-o - needs --save with one of jsonl, json, coco, csv");
    saving.formats = parse_formats(save.value_or(by_itself));
    if (saving.to_standard_output() && (saving.formats.size() != 1 || saving.formats[0] == "image"))
        throw Error(ErrorCode::usage, "-o - takes exactly one of jsonl, json, coco, csv");
    return saving;
}

void make_folder(const std::string &folder)
{
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    std::error_code ignored;
    if (error || !std::filesystem::is_directory(folder, ignored))
        throw Error(ErrorCode::failed,
                    "the output folder cannot be made: " + (error ? error.message() : std::string("it is a file")),
                    folder);
}

ReplacingGuard::ReplacingGuard(const Saving &saving, bool listed) : saving_(saving)
{
    namespace fs = std::filesystem;
    std::error_code ignored;
    if (!listed || !saving.overwrite || !saving.has("image") || fs::exists(saving.folder + "/run.json", ignored))
        return;
    for (const auto &item : fs::directory_iterator(saving.folder, ignored))
        if (has_picture_ending(item.path()))
            throw Error(ErrorCode::usage,
                        "the folder holds pictures and no run.json of an earlier run: annotated pictures could replace "
                        "pictures of the list; give another folder with -o",
                        saving.folder);
}

void ReplacingGuard::check(const Input &input)
{
    const std::string folder = std::filesystem::path(input.path).parent_path().string(),
                      parent = folder.empty() ? "." : folder;
    if (!saving_.has("image") || !input.failure.empty() || parent == seen_) return;
    seen_ = parent;
    std::error_code ignored;
    if (std::filesystem::equivalent(parent, saving_.folder, ignored))
        throw Error(ErrorCode::usage,
                    "annotated pictures would go where the pictures are, and could replace them; give another folder "
                    "with -o",
                    input.path);
}

Outputs::Outputs(const Saving &saving) : saving_(saving)
{
    if (saving.formats.empty()) return;
    if (saving.to_standard_output()) {
        writers_.push_back(make_writer(saving.formats[0], std::make_unique<StandardOutput>()));
        return;
    }
    make_folder(saving.folder);
    std::error_code ignored;
    if (!saving.overwrite && std::filesystem::exists(failures_path(), ignored))
        throw Error(ErrorCode::failed,
                    "the file exists already; give --overwrite to replace it, or another folder with -o",
                    failures_path());
    run_ = open_file(saving.folder + "/run.json", saving.overwrite);
    for (const auto &format : saving.formats) {
        if (format == "image") {
            writers_.push_back(
                make_image_writer(saving.folder, saving.overwrite, [this](const std::string &) { ++pictures_; }));
            continue;
        }
        files_.push_back(saving.folder + "/" + file_name(format));
        writers_.push_back(make_writer(format, open_file(files_.back(), saving.overwrite)));
    }
}

void Outputs::add(const Record &record, const Picture *picture)
{
    for (const auto &writer : writers_) writer->add(record, picture);
    if (record.error) note_failure(record);
}

// A list of its own, so that what failed can be tried again.
void Outputs::note_failure(const Record &record)
{
    if (saving_.formats.empty() || saving_.to_standard_output()) return;
    if (!failures_) failures_ = make_writer("jsonl", open_file(failures_path(), saving_.overwrite));
    failures_->add(record, nullptr);
}

void Outputs::keep(const std::string &run_record) noexcept
{
    // The cause of the end is what is reported; one output that cannot be closed does not hinder the others.
    const auto attempt = [](auto &&body) {
        try {
            body();
        } catch (...) {
        }
    };
    for (const auto &writer : writers_) attempt([&] { writer->finish(); });
    attempt([&] {
        if (failures_) failures_->finish();
    });
    attempt([&] { finish_record(run_record); });
}

void Outputs::through(const std::function<void()> &work, const std::function<std::string(const char *end)> &record)
{
    try {
        work();
    } catch (const Interrupted &) {
        keep(record("interrupted"));
        throw;
    } catch (...) {
        keep(record("failed"));
        throw;
    }
    finish(record("complete"));
}

void Outputs::finish(const std::string &run_record)
{
    for (const auto &writer : writers_) writer->finish();
    if (failures_) failures_->finish();
    finish_record(run_record);
}

void Outputs::finish_record(const std::string &run_record)
{
    if (!run_) return;
    std::error_code ignored;
    if (!failures_ && saving_.overwrite) std::filesystem::remove(failures_path(), ignored); // of an earlier run
    run_->write(run_record);
    run_->finish();
}

} // namespace tradewind::cli
