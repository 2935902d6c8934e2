// SPDX-License-Identifier: Apache-2.0
// gpu_checks WHAT KEY=VALUE...: one check, one line of JSON. Exit code 0: passed or skipped, 4: not passed, 1: an
// error.
#include "request.h"

#include <cstdio>

using Check = nlohmann::json (*)(const gpu::Request &);

int main(int count, char **arguments)
try {
    const std::map<std::string, Check> checks = {{"record", gpu::record},         {"compare", gpu::compare},
                                                 {"slots", gpu::slots},           {"latency", gpu::latency},
                                                 {"throughput", gpu::throughput}, {"peaks", gpu::peaks}};
    std::map<std::string, std::string> words;
    for (int i = 2; i < count; ++i) {
        const std::string word = arguments[i];
        words[word.substr(0, word.find('='))] = word.substr(word.find('=') + 1);
    }
    const nlohmann::json result = checks.at(count > 1 ? arguments[1] : "")(gpu::Request(words));
    std::printf("%s\n", result.dump().c_str());
    return result.contains("skipped") || result.at("passed") ? 0 : 4;
} catch (const std::exception &error) {
    std::printf("%s\n", nlohmann::json{{"passed", false}, {"error", error.what()}}.dump().c_str());
    return 1;
}
