// SPDX-License-Identifier: Apache-2.0
// Table and JSON.
#include "report.h"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <ctime>
#include <fstream>
#include <stdexcept>

namespace {

std::string machine()
{
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);)
        if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
    return "unknown";
}

std::string date()
{
    const std::time_t now = std::time(nullptr);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", std::gmtime(&now));
    return text;
}

double quotient(const Report &report, const Ratio &ratio)
{
    const double denominator = report.value(ratio.denominator);
    return denominator > 0 ? report.value(ratio.numerator) / denominator : 0;
}

} // namespace

double Report::value(const std::string &name) const
{
    for (const Figure &figure : figures)
        if (figure.name == name) return figure.value;
    return 0;
}

void print(const Report &report)
{
    std::printf("%s, %d threads, f32, medians of %d interleaved runs, commit %s\n\n", machine().c_str(), report.threads,
                report.rounds, report.commit.c_str());
    for (const Figure &figure : report.figures)
        std::printf("  %-58s %9.3f %s\n", figure.name.c_str(), figure.value, figure.unit.c_str());
    for (const Ratio &ratio : report.ratios)
        std::printf("  %-58s %9.2f x\n", ratio.name.c_str(), quotient(report, ratio));
    for (const std::string &remark : report.remarks) std::printf("  %s\n", remark.c_str());
}

void write_json(const Report &report, const std::string &path)
{
    nlohmann::ordered_json json = {{"machine", machine()},    {"commit", report.commit}, {"date", date()},
                                   {"target", report.target}, {"peer", report.peer},     {"threads", report.threads},
                                   {"rounds", report.rounds}, {"precision", "f32"}};
    for (const Figure &figure : report.figures)
        json["figures"][figure.name] = {{"value", figure.value}, {"unit", figure.unit}};
    for (const Ratio &ratio : report.ratios) json["ratios"][ratio.name] = quotient(report, ratio);
    json["remarks"] = report.remarks;
    std::ofstream file(path);
    file << json.dump(2) << "\n";
    if (!file.flush()) throw std::runtime_error("cannot write " + path);
}
