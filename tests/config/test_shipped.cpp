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

struct Expected {
    const char *file;
    std::int64_t size, anchors; // anchors 0: a trunk alone
    std::size_t labels;
};

// Anchors: three on each cell of the first map and six on those of the others (spec of SSD: 19x19, 10x10, 5x5, 3x3,
// 2x2, 1x1).
const Expected expected[] = {
    {"ssd_mobilenet_v1_300.ini", 300, 1917, 80},          {"ssd_mobilenet_v1_300_2017_06.ini", 300, 1917, 80},
    {"ssd_mobilenet_v1_300_075.ini", 300, 1917, 80},      {"ssd_mobilenet_v1_300_075_quantised.ini", 300, 1917, 80},
    {"ssd_mobilenet_v1_256_0125_pets.ini", 256, 1278, 3}, {"ssd_mobilenet_v1_256_0125.ini", 256, 1278, 0},
    {"ssd_mobilenet_v1_300_025_codes.ini", 300, 1917, 4}, {"mobilenet_v1_224.ini", 224, 0, 0},
};

} // namespace

TEST_CASE("every shipped config describes the network that it says")
{
    Registry registry(built_plugins());
    for (const Expected &e : expected) {
        CAPTURE(e.file);
        const Model model = make_model(registry, read_ini(configs() + "/" + e.file));
        const ImageSize size = resized_size(model, {480, 640});
        CHECK(size.height == e.size);
        CHECK(size.width == e.size);
        CHECK(model.labels.size() == e.labels);
        const Graph graph = describe(model, size);
        if (e.anchors)
            CHECK(graph.shape(graph.output("anchors")) == Shape{e.anchors, 4});
        else
            CHECK(model.meta == nullptr);
    }
}

TEST_CASE("no shipped config is left out above")
{
    std::set<std::string> known, found;
    for (const Expected &e : expected) known.insert(e.file);
    for (const auto &entry : std::filesystem::directory_iterator(configs()))
        if (entry.path().extension() == ".ini") found.insert(entry.path().filename().string());
    CHECK(known == found);
}

TEST_CASE("a resolved config written as INI resolves to itself")
{
    Registry registry(built_plugins());
    for (const Expected &e : expected) {
        CAPTURE(e.file);
        const Model model = make_model(registry, read_ini(configs() + "/" + e.file));
        const Model again =
            make_model(registry, parse_ini(to_ini(model.settings, model.options, true, true), "again.ini"));
        REQUIRE(again.settings.all().size() == model.settings.all().size());
        for (const auto &[name, setting] : model.settings.all()) CHECK(again.settings.text(name) == setting.value);
        CHECK(again.labels == model.labels);
    }
}
