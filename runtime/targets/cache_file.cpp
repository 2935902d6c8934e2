// SPDX-License-Identifier: Apache-2.0
// Written beside and renamed; locked by flock.
#include "targets/cache_file.h"

#include <atomic>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/file.h>
#include <unistd.h>

namespace tradewind {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t most_bytes = 64 << 20; // far more than all networks at all sizes need

std::string name_in_the_making(const std::string &path)
{
    static std::atomic<unsigned> count{0};
    return path + ".part-" + std::to_string(getpid()) + "-" + std::to_string(count++);
}

void make_folder_of(const std::string &path)
{
    std::error_code ignored;
    fs::create_directories(fs::path(path).parent_path(), ignored);
}

} // namespace

std::vector<std::string> cached_lines(const std::string &path, const std::string &head)
{
    std::error_code error;
    const auto size = fs::file_size(path, error);
    if (error || size > most_bytes) return {};
    std::ifstream file(path, std::ios::binary);
    std::string line;
    if (!std::getline(file, line) || line != head) return {};
    std::vector<std::string> lines;
    while (std::getline(file, line)) lines.push_back(line);
    return lines;
}

bool replace_cached(const std::string &path, const std::function<bool(std::ostream &)> &write)
{
    make_folder_of(path);
    const std::string part = name_in_the_making(path);
    std::ofstream file(part, std::ios::binary);
    const bool written = file && write(file);
    file.close();
    std::error_code error;
    if (written && file) fs::rename(part, path, error);
    const bool replaced = written && file && !error;
    if (!replaced) fs::remove(part, error);
    return replaced;
}

bool replace_cached(const std::string &path, const std::string &text)
{
    return replace_cached(path, [&](std::ostream &file) { return static_cast<bool>(file << text); });
}

CacheLock::CacheLock(const std::string &path)
{
    make_folder_of(path);
    descriptor_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    while (descriptor_ >= 0 && flock(descriptor_, LOCK_EX) != 0 && errno == EINTR) continue;
}

CacheLock::~CacheLock()
{
    if (descriptor_ >= 0) close(descriptor_);
}

} // namespace tradewind
