// SPDX-License-Identifier: Apache-2.0
// What a device does at most, and how many pictures it computes.
#include "request.h"

#include "detector/plan.h"
#include "image/resize.h"
#include "ops/standard_ops.h"
#include "passes/passes.h"
#include "statistics.h"
#include "tensor/clock.h"

using namespace tradewind;

namespace gpu {
namespace {

// Milliseconds of one op on numbers that are no zeros, which some hardware multiplies faster.
double time_of(const Request &request, Target &target, const std::string &op, const Attributes &attributes, Shape shape)
{
    Graph graph(standard_ops());
    const Value input = graph.add_input("input", {shape});
    graph.set_output("result", graph.add(op, "op", {input}, attributes));
    const auto filled = [](Tensor tensor) {
        for (std::int64_t i = 0; i < tensor.count(); ++i)
            tensor.floats()[i] = static_cast<float>(static_cast<std::int32_t>(i * 2654435761)) * 0x1p-33f;
        return tensor;
    };
    for (std::size_t i = 1; i < graph.parameters.size(); ++i)
        graph.parameters[i].data = filled(Tensor(graph.parameters[i].shape));
    const auto plan = compile(std::move(graph), target, request.options());
    plan->write(0, filled(Tensor(std::move(shape))));
    const auto once = [&plan] {
        std::vector<NodeSpan> spans;
        plan->run(&spans);
        // The last: what comes before it brings the input into the storage of maps.
        return spans.back().end - spans.back().start;
    };
    const double warm = milliseconds_now() + 300; // clocks rise under load
    while (milliseconds_now() < warm) once();
    std::vector<double> times(20);
    for (double &time : times) time = once();
    return median(times);
}

} // namespace

nlohmann::json peaks(const Request &request)
{
    const auto target = request.target();
    const DetectorOptions options = request.options();
    if (const auto why = target->refuses(options.precision, 1); !why.empty()) return {{"skipped", why}};
    const std::int64_t side = request.number("side", 8192);
    Attributes product;
    product.set("filters", side);
    product.set("kernel", std::vector<std::int64_t>{1, 1});
    const double multiplying = time_of(request, *target, "conv2d", product, {1, side / 64, 64, side});
    const double copying = time_of(request, *target, "relu", {}, {1, side / 64, 128, side});
    const auto n = static_cast<double>(side);
    return {{"passed", multiplying > 0 && copying > 0},
            {"side", side},
            {"product_ms", multiplying},
            {"teraflops", 2 * n * n * n / multiplying / 1e9},
            {"copy_ms", copying},
            {"terabytes_per_second", 2 * 4 * 2 * n * n / copying / 1e9}}; // read and written, as float32
}

nlohmann::json throughput(const Request &request)
{
    const Model model = request.model();
    const auto target = request.target();
    const DetectorOptions options = request.options();
    if (const auto why = target->refuses(options.precision, options.batch); !why.empty()) return {{"skipped", why}};
    const Picture picture = request.picture();
    const auto plan = compile(detection_graph(model, resized_size(model, {picture.height, picture.width}), options),
                              *target, options);
    for (std::size_t slot = 0; slot < options.batch; ++slot) plan->resize_into(0, slot, picture, resize_method(model));
    for (int i = 0; i < 5; ++i) plan->run(); // the first ones load, record and upload
    std::vector<double> network, postprocess;
    const double start = milliseconds_now(), most = 1000.0 * request.number("seconds", 3);
    double now = start;
    for (; now - start < most; now = milliseconds_now()) {
        const RunTimes times = plan->run();
        network.push_back(times.network);
        postprocess.push_back(times.postprocess);
    }
    const double pictures = static_cast<double>(network.size() * options.batch);
    return {{"passed", plan->read(3, options.batch - 1).floats()[0] > 0},
            {"batch", options.batch},
            {"runs", network.size()},
            {"pictures_per_second", pictures / (now - start) * 1000},
            {"network_ms_per_batch", median(network)},
            {"postprocess_ms_per_batch", median(postprocess)}};
}

} // namespace gpu
