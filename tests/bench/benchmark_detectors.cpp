// SPDX-License-Identifier: Apache-2.0
// The networks of four detectors against the sum of the plain oneDNN primitives that they need at least, and how much
// of the total is post-processing. Seeded weights.
// Usage: benchmark_detectors [--only CONFIG] [--profile yes] [--commit ID] [--json FILE] [--rounds N] [--threads N]
#include "raw_primitives.h"
#include "report.h"
#include "scene.h"
#include "stopwatch.h"

#include "detector/plan.h"
#include "image/decode.h"
#include "study/node_times.h"
#include "weights/seeded.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

using namespace tradewind;

namespace {

struct Options {
    std::string only, commit = "unknown", json;
    bool profile = false;
    int rounds = 9, threads = 2;
};

Options parse(int count, char **arguments)
{
    Options options;
    for (int i = 1; i + 1 < count; i += 2) {
        const std::string name = arguments[i], value = arguments[i + 1];
        if (name == "--only")
            options.only = value;
        else if (name == "--profile")
            options.profile = value == "yes";
        else if (name == "--commit")
            options.commit = value;
        else if (name == "--json")
            options.json = value;
        else if (name == "--threads")
            options.threads = std::max(1, std::atoi(value.c_str()));
        else if (name == "--rounds")
            options.rounds = std::max(1, std::atoi(value.c_str()));
        else
            throw std::runtime_error("unknown option " + name);
    }
    return options;
}

struct Case {
    std::string name, config; // configs/<config>.ini
    ImageSize picture;
    int proposals = 0; // 0: none
};

const Case cases[] = {{"Faster R-CNN ResNet-101 600x800", "faster_rcnn_resnet101_600", {600, 800}, 100},
                      {"R-FCN ResNet-101 600x800", "rfcn_resnet101_600", {600, 800}, 100},
                      {"SSD VGG-16 300x300", "ssd_vgg16_300", {300, 300}},
                      {"SSD Inception V2 300x300", "ssd_inception_v2_300", {300, 300}}};

Model model_of(const Case &one)
{
    const char *root = std::getenv("TRADEWIND_SOURCE");
    Settings settings = read_ini(std::string(root ? root : ".") + "/configs/" + one.config + ".ini");
    if (one.proposals) settings.set("meta.proposals", std::to_string(one.proposals), "the benchmark");
    Model model = make_model(scene::registry(), settings);
    model.weights = seeded_weights(describe(model, resized_size(model, one.picture)));
    return model;
}

// How many rows of the second stage are computed becomes an output of its own; the result is its index, or -1.
int watch_live_rows(Graph &graph)
{
    for (const ValueInfo &value : graph.values)
        if (value.count && graph.find(graph.info(value.count).name)) {
            graph.set_output("live_rows", value.count);
            return static_cast<int>(graph.outputs.size()) - 1;
        }
    return -1;
}

void print_profile(const NodeTimes &times, const RawPrimitives &raw)
{
    std::map<std::string, const RawNode *> of;
    for (const RawNode &node : raw.nodes()) of[node.name] = &node;
    std::printf("%9s %9s  node\n", "ours ms", "raw ms");
    for (const NodeTimes::Node &node : times.nodes()) {
        const auto found = of.find(node.placement.node);
        const RawNode *plain = found == of.end() ? nullptr : found->second;
        std::printf("%9.3f %9.3f  %s %s [%s] [%s]\n", median(node.milliseconds),
                    plain ? median(plain->milliseconds) : 0, node.placement.op.c_str(), node.placement.node.c_str(),
                    node.placement.implementation.c_str(), plain ? plain->implementation.c_str() : "");
    }
}

class Measurement {
public:
    Measurement(const Case &one, Target &target, int threads) : Measurement(one, target, threads, model_of(one)) {}

    void run(int rounds)
    {
        for (int round = 0; round < rounds; ++round)
            for (const bool recorded : {false, true}) { // the first warms the caches
                std::this_thread::sleep_for(std::chrono::milliseconds(5));
                std::vector<NodeSpan> spans;
                const RunTimes times = executable_->run(&spans);
                if (recorded) {
                    node_times_.add(spans, executable_->placements());
                    network_.push_back(times.network);
                    postprocess_.push_back(times.postprocess);
                }
                std::this_thread::sleep_for(std::chrono::milliseconds(5));
                raw_.run(recorded);
            }
    }

    void report(Report &report, const std::string &name) const
    {
        const double network = median(network_), after = median(postprocess_);
        report.figures.push_back({name + ": network", network});
        report.figures.push_back({name + ": network, node by node", node_times_.sum_of_medians(false)});
        report.figures.push_back({name + ": raw primitives", raw_.sum_of_medians()});
        report.figures.push_back({name + ": post-processing", after});
        report.figures.push_back({name + ": total", network + after});
        if (live_rows_ >= 0)
            report.figures.push_back({name + ": live proposals",
                                      executable_->read(static_cast<std::size_t>(live_rows_)).floats()[0], "boxes"});
        report.ratios.push_back({name + ": network / raw primitives", name + ": network", name + ": raw primitives"});
        report.ratios.push_back(
            {name + ": node by node / raw primitives", name + ": network, node by node", name + ": raw primitives"});
        report.ratios.push_back({name + ": post-processing / total", name + ": post-processing", name + ": total"});
        for (const auto &placement : executable_->placements())
            if (placement.implementation == "reference")
                report.remarks.push_back(name + ": " + placement.node + " (" + placement.op + ") has no fast kernel");
        for (const auto &node : raw_.missing())
            report.remarks.push_back(name + ": " + node + " is no plain primitive, and not in the sum");
    }

    void profile() const { print_profile(node_times_, raw_); }

private:
    Measurement(const Case &one, Target &target, int threads, const Model &model)
        : Measurement(one, target, threads, model, detection_graph(model, resized_size(model, one.picture), {}))
    {
    }

    Measurement(const Case &one, Target &target, int threads, const Model &model, Graph graph)
        : live_rows_(watch_live_rows(graph)), raw_(graph, threads)
    {
        DetectorOptions options;
        options.threads = threads;
        executable_ = compile(std::move(graph), target, options);
        executable_->resize_into(0, formula_picture(one.picture.height, one.picture.width), resize_method(model));
    }

    int live_rows_;
    RawPrimitives raw_;
    NodeTimes node_times_;
    std::unique_ptr<Executable> executable_;
    std::vector<double> network_, postprocess_;
};

} // namespace

int main(int count, char **arguments)
try {
    setenv("GOMP_SPINCOUNT", "1000", 0); // as the command line does
    const Options options = parse(count, arguments);
    const auto target = open_target("cpu", scene::module_folders(), {});
    Report report;
    report.commit = options.commit;
    report.target = target->description();
    report.peer = "plain primitives of the same library";
    report.threads = options.threads;
    report.rounds = options.rounds;
    for (const Case &one : cases) {
        if (!options.only.empty() && options.only != one.config) continue;
        Measurement measurement(one, *target, options.threads);
        measurement.run(options.rounds);
        measurement.report(report, one.name);
        if (options.profile) measurement.profile();
    }
    print(report);
    if (!options.json.empty()) write_json(report, options.json);
    return 0;
} catch (const std::exception &error) {
    std::fprintf(stderr, "benchmark_detectors: %s\n", error.what());
    return 1;
}
