// SPDX-License-Identifier: Apache-2.0
// COCO's numbers of a file of annotations and a file of results, with all their bits, and how long they took, as JSON.
// Usage: evaluate_files ANNOTATIONS RESULTS [--rounds N] [--max-detections 1,10,100]
#include "evaluate/coco_evaluation.h"
#include "tensor/error.h"
#include "weights/sha256.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

using namespace tradewind;

namespace {

struct Options {
    std::string annotations, results;
    CocoOptions coco;
    int rounds = 1;
};

std::vector<int> numbers_of(const std::string &list)
{
    std::vector<int> numbers;
    std::istringstream stream(list);
    for (std::string part; std::getline(stream, part, ',');) numbers.push_back(std::atoi(part.c_str()));
    return numbers;
}

Options parse(int count, char **arguments)
{
    if (count < 3 || count % 2 == 0) throw std::runtime_error("usage: evaluate_files ANNOTATIONS RESULTS [options]");
    Options options{arguments[1], arguments[2], {}, 1};
    for (int i = 3; i + 1 < count; i += 2) {
        const std::string name = arguments[i], value = arguments[i + 1];
        if (name == "--rounds")
            options.rounds = std::max(1, std::atoi(value.c_str()));
        else if (name == "--max-detections")
            options.coco.max_detections = numbers_of(value);
        else
            throw std::runtime_error("unknown option " + name);
    }
    return options;
}

double milliseconds_since(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

struct Times {
    std::vector<double> annotations, results, metrics, total;
};

CocoResult evaluate(const Options &options, Times &times)
{
    const auto start = std::chrono::steady_clock::now();
    const Annotations annotations = read_annotations(options.annotations);
    times.annotations.push_back(milliseconds_since(start));
    const auto second = std::chrono::steady_clock::now();
    const std::vector<ImageDetections> found = read_detections(options.results, annotations);
    times.results.push_back(milliseconds_since(second));
    const auto third = std::chrono::steady_clock::now();
    CocoEvaluation evaluation(annotations, options.coco);
    for (const ImageDetections &one : found) evaluation.add(one.image_id, one.boxes);
    CocoResult result = evaluation.result();
    times.metrics.push_back(milliseconds_since(third));
    times.total.push_back(milliseconds_since(start));
    return result;
}

std::string hexadecimal(double value)
{
    char text[64];
    std::snprintf(text, sizeof text, "%a", value);
    return text;
}

// Not getrusage's, which a process inherits from the one that started it.
double peak_megabytes()
{
    std::ifstream file("/proc/self/status");
    for (std::string line; std::getline(file, line);)
        if (line.starts_with("VmHWM:")) return std::atof(line.c_str() + 6) / 1024;
    return 0;
}

nlohmann::ordered_json described(const CocoResult &result)
{
    nlohmann::ordered_json json;
    for (const CocoNumber &one : result.numbers) json["numbers"][one.name] = hexadecimal(one.value);
    for (const CocoCategory &one : result.categories)
        json["categories"].push_back({one.id, hexadecimal(one.ap), hexadecimal(one.ap50), hexadecimal(one.ar)});
    for (const double ap : result.ap_by_iou) json["ap_by_iou"].push_back(hexadecimal(ap));
    json["sha256"] = {{"precision", sha256(std::as_bytes(std::span(result.arrays.precision)))},
                      {"recall", sha256(std::as_bytes(std::span(result.arrays.recall)))},
                      {"scores", sha256(std::as_bytes(std::span(result.arrays.scores)))}};
    return json;
}

} // namespace

int main(int count, char **arguments)
{
    try {
        const Options options = parse(count, arguments);
        Times times;
        CocoResult result;
        for (int round = 0; round < options.rounds; ++round) result = evaluate(options, times);
        nlohmann::ordered_json json = described(result);
        json["milliseconds"] = {{"annotations", times.annotations},
                                {"results", times.results},
                                {"metrics", times.metrics},
                                {"total", times.total}};
        json["peak_megabytes"] = peak_megabytes();
        std::puts(json.dump().c_str());
    } catch (const std::exception &error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
