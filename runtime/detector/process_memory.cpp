// SPDX-License-Identifier: Apache-2.0
// /proc/self/status: lines such as "VmRSS:	   81900 kB".
#include "detector/process_memory.h"

#include <fstream>
#include <sstream>
#include <string>

namespace tradewind {

ProcessMemory process_memory()
{
    ProcessMemory memory;
    std::ifstream file("/proc/self/status");
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::string key;
        std::size_t kilobytes = 0;
        if (!(words >> key >> kilobytes)) continue;
        if (key == "VmRSS:") memory.resident = kilobytes * 1024;
        if (key == "VmHWM:") memory.peak = kilobytes * 1024;
    }
    return memory;
}

} // namespace tradewind
