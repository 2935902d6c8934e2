// SPDX-License-Identifier: Apache-2.0
// Interleaved timing.
#include "stopwatch.h"

#include <algorithm>
#include <chrono>
#include <thread>

double milliseconds_now()
{
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values.empty() ? 0 : (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
}

double Series::median() const { return ::median(milliseconds); }

void measure(std::vector<Series> &series, int rounds)
{
    for (int round = 0; round < rounds; ++round)
        for (Series &one : series) {
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
            one.run();
            const double start = milliseconds_now();
            one.run();
            one.milliseconds.push_back(milliseconds_now() - start);
        }
}
