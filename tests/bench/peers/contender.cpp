// SPDX-License-Identifier: Apache-2.0
// Our detector as a process that waits for commands, so that it can be measured in turns with others.
// Usage: contender --model BUNDLE [--threads N] [--precision f32|bf16|int8] [--tuning off|fast|full] [--cache FOLDER]
// Commands on standard input: "run FILE" detects on a picture's file and answers milliseconds of its stages; "boxes
// FILE" answers what was found. Each answer is one line of JSON.
#include "model_file.h"

#include "scene.h"

#include "detector/open_target.h"
#include "image/decode.h"
#include "tensor/clock.h"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <cstdlib>
#include <iostream>

using namespace tradewind;
using nlohmann::json;

namespace {

Precision precision_of(const std::string &name)
{
    for (const Precision one : {Precision::f32, Precision::bf16, Precision::int8})
        if (name == to_string(one)) return one;
    throw std::runtime_error("no precision '" + name + "'");
}

Tuning tuning_of(const std::string &name)
{
    return name == "off" ? Tuning::off : name == "full" ? Tuning::full : Tuning::fast;
}

DetectorOptions detector_options(const std::map<std::string, std::string> &options)
{
    DetectorOptions to;
    to.target = "cpu";
    to.threads = std::atoi(peers::option(options, "threads", "0").c_str());
    to.precision = precision_of(peers::option(options, "precision", "f32"));
    to.tuning = tuning_of(peers::option(options, "tuning", "fast"));
    to.cache_folder = peers::option(options, "cache", "");
    return to;
}

DetectionList detect(Detector &detector, const std::string &file, StageTimes &times)
{
    const std::string bytes = scene::read_text(file);
    const double start = milliseconds_now();
    const Picture picture = decode(std::as_bytes(std::span(bytes)), file);
    times.decode = milliseconds_now() - start;
    DetectionList found = detector.detect(picture, &times);
    times.total = milliseconds_now() - start;
    return found;
}

json answer_run(Detector &detector, const std::string &file)
{
    StageTimes times;
    const auto found = detect(detector, file, times);
    return {{"ms", times.total},        {"decode", times.decode},           {"preprocess", times.preprocess},
            {"network", times.network}, {"postprocess", times.postprocess}, {"boxes", found.size()}};
}

json answer_boxes(Detector &detector, const std::string &file)
{
    StageTimes times;
    json boxes = json::array();
    for (const Detection &one : detect(detector, file, times))
        boxes.push_back({one.box.ymin, one.box.xmin, one.box.ymax, one.box.xmax, one.class_id, one.score});
    return {{"boxes", boxes}};
}

json answer(Detector &detector, const std::string &line)
{
    const auto space = line.find(' ');
    const std::string command = line.substr(0, space), file = space == std::string::npos ? "" : line.substr(space + 1);
    if (command == "run") return answer_run(detector, file);
    if (command == "boxes") return answer_boxes(detector, file);
    throw std::runtime_error("unknown command '" + line + "'");
}

} // namespace

int main(int count, char **arguments)
try {
    setenv("GOMP_SPINCOUNT", "30000", 0); // as the command line does
    const double start = milliseconds_now();
    const auto options = peers::options_of(count, arguments);
    const DetectorOptions to = detector_options(options);
    Detector detector(peers::model_of(options), open_target("cpu", scene::module_folders(), {}), to);
    std::cout << json{{"ready", milliseconds_now() - start}} << std::endl;
    for (std::string line; std::getline(std::cin, line);) std::cout << answer(detector, line) << std::endl;
    return 0;
} catch (const std::exception &error) {
    std::fprintf(stderr, "contender: %s\n", error.what());
    return 1;
}
