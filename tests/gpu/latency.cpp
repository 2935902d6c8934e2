// SPDX-License-Identifier: Apache-2.0
// Times of single pictures, from pixels to boxes. Plans are made beside other processes; what is timed waits until it
// has the device alone.
#include "request.h"

#include "detector/model.h"
#include "statistics.h"
#include "tensor/clock.h"

#include <fcntl.h>
#include <sys/file.h>

using namespace tradewind;

namespace gpu {
namespace {

// Returns when no other process has the file; an empty name: at once. It is held until this process has ended, with all
// that it frees: the descriptor is never closed.
void wait_to_be_alone(const std::string &file)
{
    if (file.empty()) return;
    if (const int descriptor = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644); descriptor >= 0)
        flock(descriptor, LOCK_EX);
}

} // namespace

nlohmann::json latency(const Request &request)
{
    const DetectorOptions options = request.options();
    auto target = request.target();
    if (const auto why = target->refuses(options.precision, options.batch); !why.empty()) return {{"skipped", why}};
    const Picture picture = request.picture();
    const double start = milliseconds_now();
    Detector detector(request.model(), std::move(target), options);
    detector.placements({picture.height, picture.width});
    const double planned = milliseconds_now();
    const ModelReport facts = report(detector.model(), {picture.height, picture.width});
    wait_to_be_alone(request.text("lock", ""));
    std::size_t found = 0;
    for (int i = 0; i < 5; ++i) found = detector.detect(picture).size();
    std::vector<double> total, network, postprocess, upload;
    const double begin = milliseconds_now(), most = request.number("milliseconds", 500);
    for (double now = begin; now - begin < most;) {
        StageTimes times;
        detector.detect(picture, &times);
        const double end = milliseconds_now();
        total.push_back(end - now);
        network.push_back(times.network);
        postprocess.push_back(times.postprocess);
        upload.push_back(times.upload + times.preprocess);
        now = end;
    }
    return {{"passed", found > 0},
            {"detections", found},
            {"plan_seconds", (planned - start) / 1000},
            {"runs", total.size()},
            {"total_ms", median(total)},
            {"total_ms_p90", quantile(total, 0.9)},
            {"upload_and_resize_ms", median(upload)},
            {"network_ms", median(network)},
            {"postprocess_ms", median(postprocess)},
            {"multiply_adds", facts.optimised_multiply_adds},
            {"parameters", facts.parameters}};
}

} // namespace gpu
