// SPDX-License-Identifier: Apache-2.0
// Every end point of each extractor's trunk with seeded weights, on every target: samples, mean, deviation, whole maps.
#include "golden.h"
#include "scene.h"

#include "image/decode.h"
#include "shared_data.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

using namespace tradewind;
using json = nlohmann::json;

namespace {

// The first channels of each pixel, as many as the golden map keeps.
Tensor first_channels(const Tensor &map, std::int64_t channels)
{
    const std::int64_t all = map.shape().back();
    Shape shape = map.shape();
    shape.back() = channels;
    Tensor part(shape);
    for (std::int64_t pixel = 0; pixel < map.count() / all; ++pixel)
        std::copy_n(map.floats() + pixel * all, channels, part.floats() + pixel * channels);
    return part;
}

// A golden network and the trunk that equals it.
struct Row {
    std::string file;    // goldens/nets/<file>.json
    const char *options; // sections of the config beside [model]
    std::int64_t side;
    std::vector<std::string> head; // parts of names that only the classifier's head has
    std::size_t compared, whole;   // how many end points there are, and how many of them are stored whole
    bool large;                    // takes minutes on the reference target, in a suite of its own
};

const Row rows[] = {
    {"inception_resnet_v2",
     "extractor = inception_resnet_v2",
     299,
     {"/AuxLogits", "/Logits", "PreLogits", "Predictions", "global_pool"},
     333,
     3,
     true},
    {"inception_v2", "extractor = inception_v2", 224, {"/Logits", "Predictions", "AvgPool_1a"}, 91, 3, true},
    {"inception_v3",
     "extractor = inception_v3",
     299,
     {"/AuxLogits", "/Logits", "PreLogits", "Predictions", "AvgPool_1a"},
     122,
     3,
     true},
    {"mobilenet_v1", "extractor = mobilenet_v1", 224, {"Logits", "AvgPool", "Predictions"}, 27, 3, false},
    {"resnet_v1_101", "extractor = resnet_v1", 224, {"logits", "predictions", "global_pool"}, 145, 3, true},
    {"vgg_16", "extractor = vgg\n[extractor]\nfc = classifier", 224, {"fc8"}, 20, 3, true},
};

bool is_of_head(const Row &row, const std::string &name, const std::string &network)
{
    return name == network || std::any_of(row.head.begin(), row.head.end(),
                                          [&](const auto &part) { return name.find(part) != std::string::npos; });
}

// A value by its golden name; blocks of layers are known as taps, which stand in no scope.
const Tensor &value_called(const std::map<std::string, Tensor> &values, const std::string &name)
{
    const auto found = values.find(values.count(name) ? name : name.substr(name.find('/') + 1));
    REQUIRE(found != values.end());
    return found->second;
}

void check_end_point(const Tensor &value, const json &tap)
{
    const double deviation = tap.at("std");
    CHECK(golden::largest_sample_difference(value, tap.at("samples")) <= 1e-4 * deviation);
    const golden::Statistics got = golden::statistics(value);
    CHECK(std::abs(got.mean - tap.at("mean").get<double>()) <= 1e-5 * deviation);
    CHECK(std::abs(got.deviation - deviation) <= 1e-5 * deviation);
    CHECK(std::abs(got.least - tap.at("min").get<double>()) <= 1e-4 * deviation);
    CHECK(std::abs(got.most - tap.at("max").get<double>()) <= 1e-4 * deviation);
}

void compare(const Row &row, const std::string &target)
{
    CAPTURE(row.file);
    CAPTURE(target);
    const std::string path = "nets/" + row.file;
    const json golden = json::parse(scene::read_text(shared_path("goldens/" + path + ".json")));
    const auto maps = golden::tensors(path + ".safetensors");
    const std::string side = std::to_string(row.side);
    auto detector =
        scene::detector(scene::seeded_model("[image]\nsize = " + side + "\n[model]\n" + row.options + "\n"), target);
    const auto values = detector.trace(formula_picture(row.side, row.side), {});
    std::size_t compared = 0, whole = 0;
    double worst = 0;
    for (const auto &tap : golden.at("taps")) {
        const std::string name = tap.at("name");
        if (is_of_head(row, name, golden.at("slim_scope"))) continue; // not part of a trunk
        CAPTURE(name);
        const Tensor &value = value_called(values, name);
        check_end_point(value, tap);
        worst =
            std::max(worst, golden::largest_sample_difference(value, tap.at("samples")) / tap.at("std").get<double>());
        if (maps.count(name)) {
            const Tensor part = first_channels(value, maps.at(name).shape().back());
            CHECK(golden::largest_difference(part, maps.at(name)) <= 1e-4 * tap.at("std").get<double>());
            ++whole;
        }
        ++compared;
    }
    CHECK(compared == row.compared);
    CHECK(whole == row.whole);
    CHECK(whole == maps.size());
    MESSAGE(row.file << " on " << target << ": " << compared << " end points, at most " << worst
                     << " deviations apart");
}

} // namespace

TEST_CASE("every end point of each trunk equals the golden network")
{
    if (!have_shared("the golden trunks")) return;
    for (const Row &row : rows)
        for (const auto &target : scene::targets())
            if (target != "reference" || !row.large) compare(row, target);
}

TEST_CASE("large trunks equal the golden networks on the reference target")
{
    if (!have_shared("the large golden trunks")) return;
    for (const Row &row : rows)
        if (row.large) compare(row, "reference");
}
