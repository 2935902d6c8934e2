// SPDX-License-Identifier: Apache-2.0
// fork, a pipe.
#include "study/predicted_memory.h"

#include <cerrno>
#include <sys/wait.h>
#include <unistd.h>

namespace tradewind {
namespace {

using TargetMaker = std::function<std::unique_ptr<Target>()>;

std::size_t predicted(const Model &model, const TargetMaker &make_target, DetectorOptions options,
                      const PictureSource &source, std::size_t streams)
{
    options.log = {}; // what is worth knowing is said by the parent
    const auto target = make_target();
    const auto size_of = [](const Picture &picture) { return ImageSize{picture.height, picture.width}; };
    const PeakMemory one = predict_peak_memory(model, *target, options, size_of(source.load()));
    return one.base ? one.total(streams) : 0;
}

std::size_t read_number(int descriptor)
{
    std::size_t value = 0;
    ssize_t count = 0;
    do count = read(descriptor, &value, sizeof value);
    while (count < 0 && errno == EINTR);
    return count == sizeof value ? value : 0;
}

} // namespace

std::size_t predict_in_child(const Model &model, const TargetMaker &target, const DetectorOptions &options,
                             const PictureSource &picture, std::size_t streams)
{
    int ends[2];
    if (pipe(ends) != 0) return 0;
    const pid_t child = fork();
    if (child == 0) {
        try {
            const std::size_t bytes = predicted(model, target, options, picture, streams);
            _exit(write(ends[1], &bytes, sizeof bytes) == sizeof bytes ? 0 : 1);
        } catch (...) {
            _exit(1);
        }
    }
    close(ends[1]);
    const std::size_t bytes = child > 0 ? read_number(ends[0]) : 0;
    close(ends[0]);
    if (child > 0) waitpid(child, nullptr, 0);
    return bytes;
}

} // namespace tradewind
