// SPDX-License-Identifier: Apache-2.0
// mmap, private and read-only.
#include "weights/mapped_file.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tradewind {
namespace {

struct Descriptor {
    int number;
    ~Descriptor()
    {
        if (number >= 0) close(number);
    }
};

} // namespace

MappedFile::MappedFile(const std::string &path, const std::string &what, ErrorCode code)
{
    const Descriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (file.number < 0) throw Error(code, what + " cannot be opened: " + std::strerror(errno), path);
    struct stat status {};
    if (fstat(file.number, &status) != 0 || !S_ISREG(status.st_mode))
        throw Error(code, what + " is no regular file", path);
    if (status.st_size == 0) throw Error(code, what + " is empty", path);
    void *memory = mmap(nullptr, static_cast<std::size_t>(status.st_size), PROT_READ, MAP_PRIVATE, file.number, 0);
    if (memory == MAP_FAILED) throw Error(code, what + " cannot be mapped: " + std::strerror(errno), path);
    data_ = static_cast<const std::byte *>(memory);
    size_ = static_cast<std::size_t>(status.st_size);
    version_ = std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino) + ":" + std::to_string(size_) + ":" +
               std::to_string(status.st_mtim.tv_sec) + "." + std::to_string(status.st_mtim.tv_nsec);
}

void MappedFile::release(std::size_t count) const
{
    const std::size_t page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    madvise(const_cast<std::byte *>(data_), count / page * page, MADV_DONTNEED);
}

MappedFile::~MappedFile() { munmap(const_cast<std::byte *>(data_), size_); }

} // namespace tradewind
