// SPDX-License-Identifier: Apache-2.0
// A file in memory without copying it.
#pragma once

#include "tensor/error.h"

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace tradewind {

class MappedFile {
public:
    // Throws Error(code) naming the path, and `what` it is, when the file is missing, unreadable, empty or no regular
    // file.
    explicit MappedFile(const std::string &path, const std::string &what = "the model file",
                        ErrorCode code = ErrorCode::refused);
    ~MappedFile();
    MappedFile(const MappedFile &) = delete;
    MappedFile &operator=(const MappedFile &) = delete;

    std::span<const std::byte> bytes() const { return {data_, size_}; }

    // Which file this is, how large and since when: "device:inode:bytes:seconds.nanoseconds".
    const std::string &version() const { return version_; }

    // Gives back the memory of the first `count` bytes, which may be read again.
    void release(std::size_t count) const;

private:
    const std::byte *data_ = nullptr;
    std::size_t size_ = 0;
    std::string version_;
};

} // namespace tradewind
