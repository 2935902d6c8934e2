// SPDX-License-Identifier: Apache-2.0
// As /proc says.
#include "targets/processor_name.h"

#include <fstream>

namespace tradewind {

std::string processor_name()
{
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);)
        if (const auto colon = line.find(": ");
            colon != std::string::npos && (line.starts_with("model name") || line.starts_with("Model")))
            return line.substr(colon + 2);
    return "unknown";
}

} // namespace tradewind
