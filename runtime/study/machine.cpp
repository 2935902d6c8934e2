// SPDX-License-Identifier: Apache-2.0
// /proc and uname.
#include "study/machine.h"

#include "targets/processor_name.h"
#include "targets/usable_threads.h"
#include "tensor/clock.h"

#include <ctime>
#include <fstream>
#include <iterator>
#include <sstream>
#include <sys/utsname.h>
#include <unistd.h>

namespace tradewind {
namespace {

const double loaded = milliseconds_now();

std::string operating_system()
{
    utsname names{};
    if (uname(&names) != 0) return "unknown";
    return std::string(names.sysname) + " " + names.release + " " + names.machine;
}

// Milliseconds since boot at which this process started; below 0 when that is not known. Field 22 of /proc/self/stat;
// field 2 is a name in parentheses that may hold anything.
double process_start()
{
    std::ifstream file("/proc/self/stat");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto name_end = text.rfind(')');
    if (name_end == std::string::npos) return -1;
    std::istringstream fields(text.substr(name_end + 1));
    std::string field;
    for (int i = 3; i <= 22; ++i) fields >> field;
    const double ticks = fields ? std::strtod(field.c_str(), nullptr) : 0;
    return ticks > 0 ? 1000 * ticks / static_cast<double>(sysconf(_SC_CLK_TCK)) : -1;
}

} // namespace

MachineFacts machine_facts()
{
    const auto memory = static_cast<std::int64_t>(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGE_SIZE);
    return {processor_name(), operating_system(), usable_threads(), memory};
}

double process_age()
{
    const double since_loaded = milliseconds_now() - loaded, start = process_start();
    timespec now{};
    if (start < 0 || clock_gettime(CLOCK_BOOTTIME, &now) != 0) return since_loaded;
    const double age = 1e3 * static_cast<double>(now.tv_sec) + 1e-6 * static_cast<double>(now.tv_nsec) - start;
    constexpr double most_before_loading = 60'000; // else the two clocks are not of one system
    return age >= since_loaded && age < since_loaded + most_before_loading ? age : since_loaded;
}

} // namespace tradewind
