// SPDX-License-Identifier: Apache-2.0
// The shipped configs: each resolves against the options that the host and its plugins declare, and describes a network
// of a known number of anchors and parameters.
#include "detector/model.h"
#include "tensor/error.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <set>

using namespace tradewind;

namespace {

std::string environment(const char *name)
{
    const char *value = std::getenv(name);
    return value ? value : "";
}

SearchPath built_plugins()
{
    const std::string build = environment("TRADEWIND_BUILD");
    return {{build + "/plugins", "test"}, {build + "/meta_archs", "test"}};
}

std::string configs() { return environment("TRADEWIND_SOURCE") + "/configs"; }

// Numbers of the published networks, on square pictures, with 300 proposals; 0: not published.
struct Expected {
    const char *config;
    std::int64_t side, anchors; // anchors 0: a trunk alone
    std::size_t labels;
    std::int64_t parameters;
    double multiply_adds; // in thousands of millions
};

const Expected expected[] = {
    {"faster_rcnn_vgg16_300", 300, 3888, 80, 138505035, 64.302},
    {"faster_rcnn_vgg16_600", 600, 16428, 80, 138505035, 149.539},
    {"faster_rcnn_resnet101_300", 300, 4332, 80, 48285643, 233.744},
    {"faster_rcnn_resnet101_600", 600, 17328, 80, 48285643, 275.033},
    {"faster_rcnn_resnet101_300_s8", 300, 17328, 80, 48285643, 267.302},
    {"faster_rcnn_resnet101_600_s8", 600, 67500, 80, 48285643, 404.586},
    {"faster_rcnn_inception_v2_300", 300, 4332, 80, 13337123, 38.441},
    {"faster_rcnn_inception_v2_600", 600, 17328, 80, 13337123, 49.791},
    {"faster_rcnn_inception_v2_300_nopool", 300, 4332, 80, 13337123, 118.217},
    {"faster_rcnn_inception_v2_600_nopool", 600, 17328, 80, 13337123, 129.567},
    {"faster_rcnn_inception_v3_300", 300, 3468, 80, 26303275, 306.600},
    {"faster_rcnn_inception_v3_600", 600, 14700, 80, 26303275, 325.083},
    {"faster_rcnn_inception_resnet_v2_300", 300, 4332, 80, 60080875, 642.476},
    {"faster_rcnn_inception_resnet_v2_600", 600, 17328, 80, 60080875, 687.842},
    {"faster_rcnn_inception_resnet_v2_300_s8", 300, 17328, 80, 60080875, 674.456},
    {"faster_rcnn_inception_resnet_v2_600_s8", 600, 67500, 80, 60080875, 811.298},
    {"faster_rcnn_mobilenet_v1_300", 300, 4332, 80, 6081739, 25.225},
    {"faster_rcnn_mobilenet_v1_600", 600, 17328, 80, 6081739, 30.494},
    {"faster_rcnn_mobilenet_v1_300_pool", 300, 4332, 80, 6081739, 0},
    {"faster_rcnn_mobilenet_v1_600_pool", 600, 17328, 80, 6081739, 0},
    {"rfcn_resnet101_300", 300, 4332, 80, 53620195, 21.468},
    {"rfcn_resnet101_600", 600, 17328, 80, 53620195, 85.713},
    {"rfcn_resnet101_300_7bins", 300, 4332, 80, 72111195, 28.137},
    {"rfcn_resnet101_600_7bins", 600, 17328, 80, 72111195, 112.388},
    {"rfcn_resnet101_300_s8_7bins", 300, 17328, 80, 72111195, 104.656},
    {"rfcn_resnet101_600_s8_7bins", 600, 67500, 80, 72111195, 407.796},
    {"rfcn_inception_v2_300", 300, 4332, 80, 18084923, 5.086},
    {"rfcn_inception_v2_600", 600, 17328, 80, 18084923, 19.847},
    {"rfcn_inception_resnet_v2_300", 300, 4332, 80, 83613051, 19.829},
    {"rfcn_inception_resnet_v2_600", 600, 17328, 80, 83613051, 78.990},
    {"rfcn_inception_resnet_v2_300_s8", 300, 17328, 80, 83613051, 65.604},
    {"rfcn_inception_resnet_v2_600_s8", 600, 67500, 80, 83613051, 261.059},
    {"rfcn_mobilenet_v1_300", 300, 4332, 80, 10829539, 2.441},
    {"rfcn_mobilenet_v1_600", 600, 17328, 80, 10829539, 9.483},
    {"rfcn_vgg16_300", 300, 3888, 80, 40288219, 0},
    {"rfcn_vgg16_600", 600, 16428, 80, 40288219, 0},
    {"rfcn_inception_v3_300", 300, 3468, 80, 31637827, 0},
    {"rfcn_inception_v3_600", 600, 14700, 80, 31637827, 0},
    {"ssd_mobilenet_v1_300", 300, 1917, 80, 6845183, 1.237},
    {"ssd_mobilenet_v1_600", 600, 7326, 80, 6845183, 4.830},
    {"ssd_inception_v2_300", 300, 1917, 80, 25053591, 4.798},
    {"ssd_inception_v2_600", 600, 7326, 80, 25053591, 18.652},
    {"ssd_inception_v2_300_k1", 300, 1917, 80, 13817751, 3.783},
    {"ssd_inception_v2_600_k1", 600, 7326, 80, 13817751, 14.794},
    {"ssd_inception_v3_300", 300, 5919, 80, 26180927, 6.073},
    {"ssd_inception_v3_600", 600, 25326, 80, 26180927, 25.893},
    {"ssd_inception_resnet_v2_300", 300, 1911, 80, 71634981, 18.486},
    {"ssd_inception_resnet_v2_600", 600, 7302, 80, 71634981, 72.264},
    {"ssd_inception_resnet_v2_300_mixed_6a", 300, 1911, 80, 71634981, 18.486},
    {"ssd_inception_resnet_v2_600_mixed_6a", 600, 7302, 80, 71634981, 72.264},
    {"ssd_resnet101_300", 300, 1917, 80, 42324991, 13.655},
    {"ssd_resnet101_600", 600, 7326, 80, 42324991, 54.278},
    {"ssd_vgg16_300", 300, 7332, 80, 37728697, 34.237},
    {"ssd_vgg16_600", 600, 28533, 80, 37728697, 135.678},
    {"ssd_mobilenet_v1_300_released", 300, 1917, 80, 6845183, 1.237},
    {"ssd_mobilenet_v1_300_2017_06", 300, 1917, 80, 6845183, 1.237},
    {"ssd_mobilenet_v1_300_075", 300, 1917, 80, 0, 0},
    {"ssd_mobilenet_v1_300_075_quantised", 300, 1917, 80, 0, 0},
    {"ssd_mobilenet_v1_256_0125_pets", 256, 1278, 3, 0, 0},
    {"ssd_mobilenet_v1_256_0125", 256, 1278, 0, 0, 0},
    {"ssd_mobilenet_v1_300_025_codes", 300, 1917, 4, 0, 0},
    {"mobilenet_v1_224", 224, 0, 0, 3228864, 0.568},
};

std::string path_of(const Expected &e) { return configs() + "/" + e.config + ".ini"; }

} // namespace

TEST_CASE("every shipped config describes the network that it says")
{
    Registry registry(built_plugins());
    for (const Expected &e : expected) {
        CAPTURE(e.config);
        const Model model = make_model(registry, read_ini(path_of(e)));
        const ModelReport described = report(model, {e.side, e.side});
        CHECK(described.size.height == e.side);
        CHECK(described.size.width == e.side);
        CHECK(model.labels.size() == e.labels);
        if (e.parameters) CHECK(described.parameters == e.parameters);
        // Published with five digits for each region.
        if (e.multiply_adds > 0)
            CHECK(static_cast<double>(described.multiply_adds) / 1e9 == doctest::Approx(e.multiply_adds).epsilon(3e-4));
        const Graph graph = describe(model, described.size);
        if (e.anchors)
            CHECK(graph.shape(graph.output("anchors")) == Shape{e.anchors, 4});
        else
            CHECK(model.meta == nullptr);
    }
}

TEST_CASE("no shipped config is left out above")
{
    std::set<std::string> known, found;
    for (const Expected &e : expected) known.insert(e.config + std::string(".ini"));
    for (const auto &entry : std::filesystem::directory_iterator(configs()))
        if (entry.path().extension() == ".ini") found.insert(entry.path().filename().string());
    CHECK(known == found);
}

TEST_CASE("a resolved config written as INI resolves to itself")
{
    Registry registry(built_plugins());
    for (const Expected &e : expected) {
        CAPTURE(e.config);
        const Model model = make_model(registry, read_ini(path_of(e)));
        const Model again =
            make_model(registry, parse_ini(to_ini(model.settings, model.options, true, true), "again.ini"));
        REQUIRE(again.settings.all().size() == model.settings.all().size());
        for (const auto &[name, setting] : model.settings.all()) CHECK(again.settings.text(name) == setting.value);
        CHECK(again.labels == model.labels);
    }
}
