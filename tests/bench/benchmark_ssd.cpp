// SPDX-License-Identifier: Apache-2.0
// SSD MobileNet V1 300 against OpenCV's dnn module, and what surrounds the network: decoding, post-processing,
// start-up, memory. Usage: benchmark_ssd [--tradewind PROGRAM] [--commit ID] [--json FILE] [--rounds N]
#include "opencv_network.h"
#include "post_processing.h"
#include "process.h"
#include "report.h"
#include "scene.h"
#include "ssd_mobilenet.h"
#include "stopwatch.h"

#include "image/decode.h"
#include "passes/passes.h"
#include "tensor/error.h"
#include "weights/seeded.h"

#include <opencv2/imgcodecs.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace tradewind;

namespace {

constexpr int threads = 2;

struct Options {
    std::string program, commit = "unknown", json;
    int rounds = 50;
};

Options parse(int count, char **arguments)
{
    Options options;
    for (int i = 1; i + 1 < count; i += 2) {
        const std::string name = arguments[i], value = arguments[i + 1];
        if (name == "--tradewind")
            options.program = value;
        else if (name == "--commit")
            options.commit = value;
        else if (name == "--json")
            options.json = value;
        else if (name == "--rounds")
            options.rounds = std::max(1, std::atoi(value.c_str()));
        else
            throw std::runtime_error("unknown option " + name);
    }
    return options;
}

Graph seeded_network()
{
    Graph graph = ssd_mobilenet(300, 90, false);
    for (std::size_t i = 1; i < graph.parameters.size(); ++i)
        graph.parameters[i].data = seeded_tensor(graph.parameters[i].name, graph.parameters[i].shape);
    return graph;
}

std::string source(const std::string &relative)
{
    const char *root = std::getenv("TRADEWIND_SOURCE");
    return std::string(root ? root : ".") + "/" + relative;
}

// A picture that comes along, 640x480, as the bytes of a JPEG.
std::vector<unsigned char> jpeg()
{
    std::vector<unsigned char> bytes;
    cv::imencode(".jpg", cv::imread(source("configs/bundles/pictures/ticket.png")), bytes,
                 {cv::IMWRITE_JPEG_QUALITY, 90});
    return bytes;
}

cv::Mat normalised(const Picture &picture)
{
    Tensor resized({1, 300, 300, 3});
    resize(picture, ResizeMethod::bilinear, {300, 300}, resized.floats());
    const int sizes[] = {1, 3, 300, 300};
    cv::Mat blob(4, sizes, CV_32F);
    for (int pixel = 0; pixel < 300 * 300; ++pixel)
        for (int c = 0; c < 3; ++c)
            blob.ptr<float>()[c * 300 * 300 + pixel] = resized.floats()[pixel * 3 + c] * (2.0f / 255.0f) - 1.0f;
    return blob;
}

// Everything that runs in this process.
void measure_here(Report &report, const Options &options)
{
    const auto target = open_target("cpu", scene::module_folders(), {});
    report.target = target->description();
    report.peer = "OpenCV " CV_VERSION;
    Graph graph = seeded_network();
    OpencvNetwork opencv = opencv_network(graph);
    cv::setNumThreads(threads);
    const Picture picture = formula_picture(480, 640);
    const cv::Mat blob = normalised(picture);
    std::vector<cv::Mat> blobs;

    const MemoryPlan plan = plan_memory(graph);
    const auto network = target->compile(std::move(graph), plan, {threads});
    network->resize_into(0, picture, ResizeMethod::bilinear);
    const auto usual = post_processing(*target, 0.3, threads), tiny = post_processing(*target, 1e-8, threads);
    auto detector = scene::detector(
        scene::seeded_model("[model]\nmeta = ssd\nextractor = mobilenet_v1\nclasses = 90\n[image]\nsize = 300\n"
                            "[extractor]\nmin_depth = 16\n[meta]\nscore_threshold = 0.3\n"),
        "cpu", threads);
    const auto bytes = jpeg();

    std::vector<Series> series = {
        {"our network", [&] { network->run(); }},
        {"OpenCV's network",
         [&] {
             opencv.net.setInput(blob);
             opencv.net.forward(blobs, opencv.outputs);
         }},
        {"resize 640x480 to 300x300", [&] { network->resize_into(0, picture, ResizeMethod::bilinear); }},
        {"decoding a JPEG of 640x480", [&] { decode(std::as_bytes(std::span(bytes)), "benchmark"); }},
        {"JPEG of 640x480 to boxes", [&] { detector.detect(decode(std::as_bytes(std::span(bytes)), "benchmark")); }},
        {"post-processing, score 0.3", [&] { usual->run(); }},
        {"post-processing, score 1e-8", [&] { tiny->run(); }},
    };
    measure(series, options.rounds);
    for (const Series &one : series) report.figures.push_back({one.name, one.median()});
    report.figures.push_back({"objects found at score 0.3", usual->read(3).floats()[0], "boxes"});
    report.ratios.push_back({"our network / OpenCV's network", "our network", "OpenCV's network"});
    report.ratios.push_back({"JPEG to boxes / our network", "JPEG of 640x480 to boxes", "our network"});
}

// Process start to printed boxes, and memory, with one set of arguments.
void measure_process(Report &report, const std::string &name, const std::vector<std::string> &command, int rounds)
{
    Series series{name + ": start to printed boxes", {}};
    double peak = 0;
    for (int i = 0; i < rounds; ++i) {
        const ProcessRun run = run_process(command);
        if (run.status != 0) {
            report.remarks.push_back(name + ": not measured, the command ended with " + std::to_string(run.status));
            return;
        }
        series.milliseconds.push_back(run.milliseconds);
        peak = std::max(peak, run.peak_megabytes);
    }
    report.figures.push_back({series.name, series.median()});
    report.figures.push_back({name + ": peak memory", peak, "MB"});
}

void measure_processes(Report &report, const Options &options)
{
    if (options.program.empty()) {
        report.remarks.push_back("processes: not measured, no --tradewind PROGRAM");
        return;
    }
    const auto folder =
        std::filesystem::temp_directory_path() / ("benchmark_ssd_" + std::to_string(milliseconds_now()));
    std::filesystem::create_directory(folder);
    const std::string picture = folder / "picture.jpg", bundle = folder / "ssd_mobilenet_v1.safetensors";
    const auto bytes = jpeg();
    std::ofstream(picture, std::ios::binary)
        .write(reinterpret_cast<const char *>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    const int rounds = options.rounds;
    measure_process(report, "embedded model",
                    {options.program, "detect", "--threads", std::to_string(threads), picture}, rounds);
    const std::string config = source("configs/ssd_mobilenet_v1_300.ini");
    const ProcessRun made =
        run_process({options.program, "model", "new", "--config", config, "--weights", "seeded", "-o", bundle});
    if (made.status == 0)
        measure_process(report, "SSD MobileNet V1",
                        {options.program, "detect", "--model", bundle, "--threads", std::to_string(threads), picture},
                        rounds);
    else
        report.remarks.push_back("SSD MobileNet V1: not measured, 'model new' ended with " +
                                 std::to_string(made.status));
    std::filesystem::remove_all(folder);
}

} // namespace

int main(int count, char **arguments)
try {
    setenv("GOMP_SPINCOUNT", "1000", 0); // as the command line does
    const Options options = parse(count, arguments);
    Report report;
    report.commit = options.commit;
    report.threads = threads;
    report.rounds = options.rounds;
    measure_processes(report, options); // first, while this process is small
    measure_here(report, options);
    print(report);
    if (!options.json.empty()) write_json(report, options.json);
    return 0;
} catch (const std::exception &error) {
    std::fprintf(stderr, "benchmark_ssd: %s\n", error.what());
    return 1;
}
