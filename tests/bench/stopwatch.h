// SPDX-License-Identifier: Apache-2.0
// Medians of interleaved runs: what disturbs the machine for a while disturbs every series alike.
#pragma once

#include <functional>
#include <string>
#include <vector>

double median(std::vector<double> values); // 0 of none

struct Series {
    std::string name;
    std::function<void()> run;
    std::vector<double> milliseconds = {};

    double median() const;
};

// `rounds` times each series in turn: a pause, in which waiting threads of other libraries go to sleep, a run that
// warms the caches, and a run that counts.
void measure(std::vector<Series> &series, int rounds);

double milliseconds_now();
