// SPDX-License-Identifier: Apache-2.0
// Linux's statistics of its scheduler.
#include "study/waiting.h"

#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

namespace tradewind {
namespace {

// "ran waited slices", the first two in nanoseconds.
double waited(int file)
{
    char text[96];
    const ssize_t count = pread(file, text, sizeof text - 1, 0);
    if (count <= 0) return 0;
    text[count] = 0;
    char *after_ran = nullptr;
    std::strtod(text, &after_ran);
    return 1e-6 * std::strtod(after_ran, nullptr);
}

} // namespace

RunDelay::RunDelay()
{
    std::error_code error;
    for (std::filesystem::directory_iterator task("/proc/self/task", error), end; !error && task != end;
         task.increment(error))
        if (const int file = open((task->path() / "schedstat").c_str(), O_RDONLY | O_CLOEXEC); file >= 0)
            files_.push_back(file);
}

RunDelay::~RunDelay()
{
    for (const int file : files_) close(file);
}

double RunDelay::milliseconds() const
{
    double sum = 0;
    for (const int file : files_) sum += waited(file);
    return sum;
}

// "cpu user nice system idle iowait irq softirq steal ...", in ticks.
double stolen_from_machine()
{
    std::ifstream file("/proc/stat");
    std::string name;
    double ticks = 0;
    file >> name;
    for (int i = 0; i < 8; ++i) file >> ticks;
    return file ? 1000 * ticks / static_cast<double>(sysconf(_SC_CLK_TCK)) : 0;
}

} // namespace tradewind
