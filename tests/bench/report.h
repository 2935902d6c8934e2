// SPDX-License-Identifier: Apache-2.0
// What was measured, as a table and as JSON.
#pragma once

#include <string>
#include <vector>

struct Figure {
    std::string name; // "our network"
    double value = 0; // 0: not measured
    std::string unit = "ms";
};

struct Ratio {
    std::string name, numerator, denominator; // the last two are names of figures
};

struct Report {
    std::string target, peer; // with their versions
    std::string commit;
    int threads = 0, rounds = 0;
    std::vector<Figure> figures;
    std::vector<Ratio> ratios;
    std::vector<std::string> remarks; // what could not be measured, and why

    double value(const std::string &name) const; // 0 when there is no such figure
};

void print(const Report &report);
void write_json(const Report &report, const std::string &path);
