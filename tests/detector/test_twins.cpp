// SPDX-License-Identifier: Apache-2.0
// Detectors that run at the same time on weights packed once, and plans that take turns in one arena: the same bits.
#include "image/decode.h"
#include "scene.h"
#include "targets/arena.h"
#include "tensor/error.h"

#include <doctest/doctest.h>

#include <thread>

using namespace tradewind;

namespace {

constexpr const char *any_size = "[model]\nmeta = faster_rcnn\nextractor = mobilenet_v1\nclasses = 5\n"
                                 "[image]\nresize = keep_aspect\nmin_side = 64\nmax_side = 300\n"
                                 "[extractor]\nmin_depth = 16\n"
                                 "[meta]\nfeature_map = Conv2d_11_pointwise\nproposals = 10\n";

Detector network(const DetectorOptions &options)
{
    return Detector(scene::seeded_model(any_size), open_target(options.target, scene::module_folders(), {}), options);
}

constexpr int sizes = 6;
Picture picture(int i) { return formula_picture(64 + 24 * (i % sizes), 96); }

using Found = std::vector<DetectionList>;

Found look(Detector &detector, int pictures)
{
    Found found;
    for (int i = 0; i < pictures; ++i) found.push_back(detector.detect(picture(i)));
    return found;
}

bool same(const Found &a, const Found &b)
{
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a[i].size() != b[i].size()) return false;
        for (std::size_t k = 0; k < a[i].size(); ++k) {
            const Detection &one = a[i][k], &other = b[i][k];
            if (one.class_id != other.class_id || one.score != other.score || one.box.ymin != other.box.ymin ||
                one.box.xmin != other.box.xmin || one.box.ymax != other.box.ymax || one.box.xmax != other.box.xmax)
                return false;
        }
    }
    return true;
}

} // namespace

TEST_CASE("plans of several sizes take turns in one arena, and find what each finds alone")
{
    for (const auto &target : scene::targets()) {
        DetectorOptions options;
        options.target = target;
        options.threads = 1;
        Detector together = network(options);
        const Found found = look(together, 2 * sizes);
        CHECK(together.plan_statistics().plans == sizes);
        std::size_t detections = 0;
        for (int i = 0; i < 2 * sizes; ++i) {
            Detector alone = network(options);
            const Found own = {alone.detect(picture(i))};
            INFO(target << ", picture " << i);
            CHECK(same(own, {found[static_cast<std::size_t>(i)]}));
            detections += own.front().size();
            if (i == sizes - 1) // the largest
                CHECK(alone.plan_statistics().activation_bytes <= together.plan_statistics().activation_bytes);
        }
        CHECK(detections > 0);
    }
}

TEST_CASE("twins that run at the same time find the same, on weights that are there once")
{
    for (const auto &target : scene::targets()) {
        DetectorOptions options;
        options.target = target;
        options.threads = 1;
        Detector first = network(options);
        const Found expected = look(first, sizes);
        const std::size_t weights = first.plan_statistics().weight_bytes;
        std::vector<std::unique_ptr<Detector>> twins;
        for (int i = 0; i < 3; ++i) twins.push_back(first.twin());
        std::vector<Found> found(twins.size());
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i < twins.size(); ++i)
            threads.emplace_back([&, i] { found[i] = look(*twins[i], sizes); });
        for (auto &thread : threads) thread.join();
        for (const auto &one : found) CHECK(same(expected, one));
        CHECK(first.plan_statistics().weight_bytes == weights);
        CHECK(twins.front()->plan_statistics().weight_bytes == weights);
    }
}

TEST_CASE("below a limit of the process, plans that are kept go, and what does not fit is refused with what it needs")
{
    DetectorOptions options;
    options.target = scene::targets().back();
    options.threads = 1;
    options.process_memory = std::size_t{100} << 30;
    Detector roomy = network(options);
    look(roomy, sizes);
    CHECK(roomy.plan_statistics().plans == sizes);
    options.process_memory = std::size_t{1} << 20;
    Detector tight = network(options);
    try {
        tight.detect(picture(0));
        FAIL("it has run");
    } catch (const Error &error) {
        CHECK(error.code() == ErrorCode::resource);
        CHECK(error.message().find("needs a process of") != std::string::npos);
        CHECK(error.message().find("and may have 2 MB") != std::string::npos);
    }
}
