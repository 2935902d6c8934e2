// SPDX-License-Identifier: Apache-2.0
// Files that appear whole or not at all.
#include "output/writer.h"

#include "tensor/error.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

namespace tradewind {
namespace {

// Beside the path; names as long as file systems allow (255 bytes) are cut to make room.
std::string part_of(const std::string &path)
{
    const std::string suffix = ".part-" + std::to_string(getpid());
    const std::size_t name = path.rfind('/') + 1,
                      length = std::min<std::size_t>(path.size() - name, 255 - suffix.size());
    return path.substr(0, name + length) + suffix;
}

class FileSink final : public Sink {
public:
    FileSink(std::string path, bool overwrite) : path_(std::move(path)), part_(part_of(path_))
    {
        std::error_code ignored;
        if (!overwrite && std::filesystem::exists(path_, ignored))
            throw Error(ErrorCode::failed,
                        "the file exists already; give --overwrite to replace it, or another folder with -o", path_);
        unlink(part_.c_str()); // of a process that had this number and died
        descriptor_ = open(part_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
        if (descriptor_ < 0) fail("the file cannot be written");
    }

    ~FileSink() override
    {
        if (descriptor_ >= 0) close(descriptor_);
        if (!finished_ && descriptor_ >= 0) unlink(part_.c_str());
    }

    void write(std::string_view text) override
    {
        while (!text.empty()) {
            const ssize_t count = ::write(descriptor_, text.data(), text.size());
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) take_back_and_fail();
            text.remove_prefix(static_cast<std::size_t>(count));
        }
        whole_ = lseek(descriptor_, 0, SEEK_CUR);
    }

    void finish() override
    {
        if (fsync(descriptor_) != 0 && errno != EINVAL) fail("the file cannot be written");
        if (rename(part_.c_str(), path_.c_str()) != 0) fail("the file cannot be put in its place");
        finished_ = true;
    }

private:
    [[noreturn]] void take_back_and_fail()
    {
        const int reason = errno;
        if (ftruncate(descriptor_, whole_) == 0) lseek(descriptor_, whole_, SEEK_SET);
        errno = reason;
        fail("the file cannot be written");
    }

    [[noreturn]] void fail(const std::string &what) const
    {
        throw Error(ErrorCode::failed, what + ": " + std::strerror(errno), path_);
    }

    std::string path_, part_;
    int descriptor_ = -1;
    off_t whole_ = 0; // bytes of whole calls
    bool finished_ = false;
};

} // namespace

std::unique_ptr<Sink> open_file(const std::string &path, bool overwrite)
{
    return std::make_unique<FileSink>(path, overwrite);
}

} // namespace tradewind
