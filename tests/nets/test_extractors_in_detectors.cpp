// SPDX-License-Identifier: Apache-2.0
// Extractors as detectors use them. Single-stage: the map that others are added to. Two-stage: a trunk up to the map
// that regions are cut from, on a picture that is not square, also with dilations in place of strides; and the second
// stage on regions of golden runs.
#include "golden.h"
#include "scene.h"
#include "trunk.h"

#include "image/decode.h"
#include "passes/passes.h"
#include "shared_data.h"
#include "weights/binding.h"
#include "weights/seeded.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <cmath>

using namespace tradewind;
using json = nlohmann::json;

namespace {

struct First {
    std::string file, extractor, options; // goldens/faster_rcnn/<file>.json; options: of section [extractor]
    std::size_t layers;                   // how many of the first stage are stored
    bool large;                           // not for the reference target
};

// Options of the detectors published with Inception V2.
const std::string normalised_stem = "stem = batch_norm\ngamma = true\n";

const First firsts[] = {
    {"inception_resnet_v2", "inception_resnet_v2", "padding = same\nlast_tap = PreAuxLogits", 222, true},
    {"inception_resnet_v2_s8", "inception_resnet_v2", "padding = same\noutput_stride = 8", 222, true},
    {"inception_v2", "inception_v2", normalised_stem + "last_tap = Mixed_4e", 67, true},
    {"inception_v3", "inception_v3", "last_tap = Mixed_6e", 88, true},
    {"mobilenet_v1", "mobilenet_v1", "min_depth = 16\nlast_tap = Conv2d_11_pointwise", 23, false},
    {"resnet101", "resnet_v1", "output_stride = 16\nlast_tap = block3", 127, true},
    {"resnet101_s8", "resnet_v1", "output_stride = 8\nlast_tap = block3", 126, true},
    {"vgg16", "vgg", "last_tap = conv5_3", 17, true},
};

// Regions, and what the second stage makes of them; both stored whole.
struct Second {
    std::string extractor, options, regions_file, regions, features_file, features;
};

const std::string mobilenet = "faster_rcnn/mobilenet_v1", some_regions = "crops_pooled.some",
                  some_features = "second_stage_features.some";
const Second seconds[] = {
    {"mobilenet_v1", "min_depth = 16", mobilenet, some_regions, mobilenet, some_features},
    {"mobilenet_v1", "min_depth = 16", mobilenet + "_pool", some_regions, mobilenet + "_pool", some_features},
    // R-FCN has one region, the whole map; the first stage is the same.
    {"mobilenet_v1", "min_depth = 16", mobilenet, "rpn_features", "rfcn/mobilenet_v1", "second_stage_features"},
    {"resnet_v1", "output_stride = 16", "faster_rcnn/resnet101", some_regions, "faster_rcnn/resnet101", some_features},
};

// The first half of a separable convolution.
std::string name_here(const std::string &golden)
{
    const std::string half = "/separable_conv2d";
    return golden.ends_with(half) ? golden.substr(0, golden.size() - half.size()) + "/depthwise" : golden;
}

void compare(const First &first, const std::string &target)
{
    CAPTURE(first.file);
    CAPTURE(target);
    const std::string stage = "FirstStageFeatureExtractor/";
    const json golden = json::parse(scene::read_text(shared_path("goldens/faster_rcnn/" + first.file + ".json")));
    const std::string ini = "[model]\nextractor = " + first.extractor +
                            "\n[image]\nresize = keep_aspect\nmin_side = 300\nmax_side = 1024\n[extractor]\n" +
                            first.options + "\n";
    auto detector = scene::detector(scene::seeded_model(ini, stage), target);
    const auto values = detector.trace(formula_picture(225, 300), {});
    std::size_t compared = 0;
    double worst = 0;
    for (const auto &[name, layer] : golden.at("layers").items()) {
        if (!name.starts_with(stage)) continue;
        CAPTURE(name);
        const auto found = values.find(name_here(name.substr(stage.size())));
        REQUIRE(found != values.end());
        const double part =
            golden::largest_sample_difference(found->second, layer.at("samples")) / layer.at("std").get<double>();
        CHECK(part <= 1e-4);
        CHECK(std::abs(golden::statistics(found->second).deviation - layer.at("std").get<double>()) <=
              1e-5 * layer.at("std").get<double>());
        worst = std::max(worst, part);
        ++compared;
    }
    CHECK(compared == first.layers);
    MESSAGE(first.file << " on " << target << ": at most " << worst << " deviations apart");
}

Tensor second_stage(const Second &second, const Tensor &regions, const std::string &target_name)
{
    auto described = plugins::tail(second.extractor, regions.shape(), second.options + "\n");
    bind(described.graph, seeded_weights(described.graph));
    optimise(described.graph);
    const auto target = open_target(target_name, scene::module_folders(), {});
    const MemoryPlan plan = plan_memory(described.graph);
    const auto executable = target->compile(std::move(described.graph), plan, {});
    executable->write(0, regions);
    executable->run();
    return executable->read(0);
}

// The last map of the extractor's own in a single-stage detector.
struct Base {
    std::string file, extractor, options, tap; // goldens/ssd/<file>.json
};

const Base bases[] = {
    {"ssd_inception_resnet_v2", "inception_resnet_v2", "padding = same", "PreAuxLogits"},
    {"ssd_inception_resnet_v2", "inception_resnet_v2", "padding = same", "Conv2d_7b_1x1"},
    {"ssd_inception_v2", "inception_v2", normalised_stem + "activation = relu6", "Mixed_5c"},
    {"ssd_inception_v3_2018_code", "inception_v3", "gamma = true\nactivation = relu6", "Mixed_7c"},
    {"ssd_vgg16", "vgg", "pools = same\nfc = convolution", "fc7"},
    {"ssd_resnet_101", "resnet_v1", "output_stride = 16\nlast_tap = block3", "block3"},
};

void compare(const Base &base, const std::string &target)
{
    CAPTURE(base.file);
    CAPTURE(target);
    const json golden = json::parse(scene::read_text(shared_path("goldens/ssd/" + base.file + ".json")));
    const std::string ini = "[model]\nextractor = " + base.extractor + "\n[extractor]\n" + base.options + "\n";
    auto detector = scene::detector(scene::seeded_model(ini, "FeatureExtractor/"), target);
    const Tensor map = detector.trace(formula_picture(300, 300), {base.tap}).at(base.tap);
    std::size_t compared = 0;
    for (const auto &expected : golden.at("runs")[0].at("feature_maps")) {
        if (expected.at("name") != base.tap) continue;
        const double part =
            golden::largest_sample_difference(map, expected.at("samples")) / expected.at("std").get<double>();
        CHECK(part <= 1e-4);
        CHECK(std::abs(golden::statistics(map).deviation / expected.at("std").get<double>() - 1) <= 1e-5);
        MESSAGE(base.file << " " << base.tap << " on " << target << ": at most " << part << " deviations apart");
        ++compared;
    }
    CHECK(compared == 1);
}

} // namespace

TEST_CASE("the base map of single-stage detectors")
{
    if (!have_shared("golden base maps")) return;
    for (const Base &base : bases)
        for (const auto &target : scene::targets())
            if (target != "reference") compare(base, target);
}

TEST_CASE("first stages: every layer up to the map that regions are cut from")
{
    if (!have_shared("golden first stages")) return;
    for (const First &first : firsts)
        for (const auto &target : scene::targets())
            if (target != "reference" || !first.large) compare(first, target);
}

TEST_CASE("the base map of single-stage detectors on the reference target")
{
    if (!have_shared("golden base maps")) return;
    for (const Base &base : bases) compare(base, "reference");
}

TEST_CASE("large first stages on the reference target")
{
    if (!have_shared("large golden first stages")) return;
    for (const First &first : firsts)
        if (first.large) compare(first, "reference");
}

TEST_CASE("second stages: features of golden regions")
{
    if (!have_shared("golden second stages")) return;
    for (const Second &second : seconds)
        for (const auto &target : scene::targets()) {
            CAPTURE(second.features_file);
            CAPTURE(target);
            const Tensor regions = golden::tensors(second.regions_file + ".safetensors").at(second.regions);
            const Tensor expected = golden::tensors(second.features_file + ".safetensors").at(second.features);
            const Tensor features = second_stage(second, regions, target);
            CHECK(features.shape() == expected.shape());
            const double part = golden::largest_difference(features, expected) / golden::statistics(expected).deviation;
            CHECK(part <= 1e-4);
            MESSAGE(second.features_file << " on " << target << ": at most " << part << " deviations apart");
        }
}
