// SPDX-License-Identifier: Apache-2.0
// Reading files, and formula pictures.
#include "cli/load_picture.h"

#include "cli/folders.h"
#include "cli/signals.h"
#include "config/list.h"
#include "tensor/error.h"
#include "weights/sha256.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <new>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tradewind::cli {
namespace {

constexpr std::size_t most_bytes = std::size_t{1} << 30, chunk = std::size_t{1} << 18;

Picture formula(const std::string &name)
{
    const std::string size = name.substr(std::strlen("picture:"));
    const auto x = size.find('x');
    const auto height = to_integer(size.substr(0, x)),
               width = x == std::string::npos ? height : to_integer(size.substr(x + 1));
    if (!height || !width)
        throw Error(ErrorCode::input, "a formula picture is written picture:HEIGHTxWIDTH", name, not_a_picture);
    try {
        return formula_picture(*height, *width);
    } catch (const Error &error) {
        throw Error(ErrorCode::input, error.message(), name, not_a_picture);
    }
}

struct File {
    int descriptor;
    ~File()
    {
        if (descriptor >= 0) close(descriptor);
    }
};

[[noreturn]] void fail(const std::string &path)
{
    const std::string reason = std::strerror(errno);
    stop_if_asked(); // a signal ends a wait for a pipe
    throw Error(ErrorCode::input, "the file cannot be read: " + reason, path, input_unreadable);
}

// Until a pipe has something to read, or nobody writes to it any more. Another thread may be the one that a signal
// stops.
void wait_for_pipe(int descriptor)
{
    pollfd waits[] = {{descriptor, POLLIN, 0}, {signal_descriptor(), POLLIN, 0}};
    poll(waits, 2, -1);
    stop_if_asked();
}

// What a regular file says of its size is where reading begins; a pipe says nothing. Opening must not wait for whoever
// is to write to one.
std::string read_file(const std::string &path)
{
    const File file{open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    struct stat status {};
    if (file.descriptor < 0 || fstat(file.descriptor, &status) != 0) fail(path);
    if (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode))
        throw Error(ErrorCode::input, "this is a device, no file", path, not_a_picture);
    const auto expected = static_cast<std::size_t>(S_ISREG(status.st_mode) && status.st_size > 0 ? status.st_size : 0);
    std::string bytes;
    for (std::size_t at = 0;;) {
        if (at > most_bytes || expected > most_bytes)
            throw Error(ErrorCode::input, "the file is larger than 1 GiB, which no picture within the limits is", path,
                        image_too_large);
        bytes.resize(at < expected ? expected : at + chunk);
        if (!S_ISREG(status.st_mode)) wait_for_pipe(file.descriptor);
        const ssize_t count = read(file.descriptor, bytes.data() + at, bytes.size() - at);
        if (count < 0 && errno == EAGAIN) continue;
        if (count < 0) fail(path);
        at += static_cast<std::size_t>(count);
        if (count == 0 || (expected && at == expected)) {
            bytes.resize(at);
            return bytes;
        }
    }
}

} // namespace

Picture load_picture(const std::string &path, std::string *sha256, const std::function<ImageSize(ImageSize)> &enough)
try {
    if (path.starts_with("picture:")) return formula(path);
    const std::string content = read_file(path);
    const auto bytes = std::as_bytes(std::span(content));
    DecodeLimits limits;
    limits.enough = enough;
    Picture picture = decode(bytes, path, limits, foreign_decoder());
    if (sha256) *sha256 = tradewind::sha256(bytes);
    return picture;
} catch (const std::bad_alloc &) {
    throw Error(ErrorCode::resource, "there is not enough memory for this picture", path, out_of_memory);
}

} // namespace tradewind::cli
