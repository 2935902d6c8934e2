// SPDX-License-Identifier: Apache-2.0
// Lines that are appended, and a lock.
#include "study/results_file.h"

#include "output/writer.h"
#include "tensor/error.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <map>
#include <sys/file.h>
#include <unistd.h>

namespace tradewind {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string &what, const std::string &path)
{
    throw Error(ErrorCode::failed, what + ": " + std::strerror(errno), path);
}

// What a process that was killed while it wrote a file anew has left.
void remove_parts(const std::string &folder)
{
    std::error_code ignored;
    std::vector<fs::path> parts;
    for (const auto &item : fs::directory_iterator(folder, ignored))
        for (const char *start : {"results.jsonl.part-", "study.json.part-"})
            if (item.path().filename().string().starts_with(start)) parts.push_back(item.path());
    for (const auto &part : parts) fs::remove(part, ignored);
}

void make_folder(const std::string &folder)
{
    std::error_code error;
    fs::create_directories(folder, error);
    if (!error && !fs::is_directory(folder, error) && !error) error = std::make_error_code(std::errc::not_a_directory);
    if (error) throw Error(ErrorCode::failed, "the folder cannot be made: " + error.message(), folder);
}

int locked(const std::string &folder)
{
    const std::string path = folder + "/study.lock";
    const int lock = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (lock < 0) fail("the folder cannot be written", folder);
    if (flock(lock, LOCK_EX | LOCK_NB) == 0) return lock;
    const bool taken = errno == EWOULDBLOCK;
    close(lock);
    if (!taken) fail("the lock cannot be taken", path);
    throw Error(ErrorCode::failed, "another study writes its results here: wait for it, or name another folder with -o",
                folder);
}

// A name that was made or replaced is on the disk once its folder is.
void sync_folder(const std::string &folder)
{
    const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return;
    fsync(descriptor);
    close(descriptor);
}

} // namespace

ResultsFile::ResultsFile(const std::string &folder) : folder_(folder), path_(folder + "/results.jsonl")
{
    make_folder(folder);
    lock_ = locked(folder);
    try {
        remove_parts(folder);
        read_ = read_results(path_);
        open_for_append();
        if (read_.torn && ftruncate(file_, read_.whole_bytes) != 0) fail("the results cannot be written", path_);
        if (read_.torn) fsync(file_);
        sync_folder(folder);
    } catch (...) {
        if (file_ >= 0) close(file_);
        close(lock_);
        throw;
    }
}

ResultsFile::~ResultsFile()
{
    if (file_ >= 0) close(file_);
    close(lock_);
}

void ResultsFile::open_for_append()
{
    if (file_ >= 0) close(file_);
    file_ = open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (file_ < 0) fail("the results cannot be written", path_);
}

void ResultsFile::append(const Result &result)
{
    const std::string text = to_json(result), line = text + "\n";
    const off_t before = lseek(file_, 0, SEEK_END);
    for (std::size_t at = 0; at < line.size();) {
        const ssize_t count = write(file_, line.data() + at, line.size() - at);
        if (count < 0 && errno == EINTR) continue;
        if (count >= 0) {
            at += static_cast<std::size_t>(count);
            continue;
        }
        const int reason = errno;
        (void)!ftruncate(file_, before); // no half line before the next
        errno = reason;
        fail("the results cannot be written", path_);
    }
    if (fsync(file_) != 0 && errno != EINVAL) fail("the results cannot be written", path_);
    read_.lines.push_back({result, text});
}

void ResultsFile::drop(const std::vector<std::string> &keys)
{
    std::vector<ResultLine> kept;
    for (const auto &line : read_.lines)
        if (!std::count(keys.begin(), keys.end(), line.result.key)) kept.push_back(line);
    if (kept.size() != read_.lines.size()) rewrite(std::move(kept));
}

void ResultsFile::put_in_order(const std::vector<std::string> &keys)
{
    std::map<std::string, std::size_t> places;
    for (const auto &key : keys) places.try_emplace(key, places.size());
    const auto place = [&](const ResultLine &line) {
        const auto found = places.find(line.result.key);
        return found == places.end() ? places.size() : found->second;
    };
    const auto before = [&](const ResultLine &a, const ResultLine &b) { return place(a) < place(b); };
    if (!read_.doubled && std::is_sorted(read_.lines.begin(), read_.lines.end(), before)) return;
    std::vector<ResultLine> lines = read_.lines;
    std::stable_sort(lines.begin(), lines.end(), before);
    rewrite(std::move(lines));
}

void ResultsFile::rewrite(std::vector<ResultLine> lines)
{
    const auto sink = open_file(path_, true);
    for (const auto &line : lines) sink->write(line.text + "\n");
    sink->finish();
    sync_folder(folder_);
    open_for_append();
    read_.lines = std::move(lines);
    read_.doubled = 0;
    read_.torn = false;
}

} // namespace tradewind
