// SPDX-License-Identifier: Apache-2.0
// Every end point of the MobileNet V1 trunk with seeded weights, on every target: samples, mean and deviation.
#include "golden.h"
#include "scene.h"

#include "image/decode.h"
#include "shared_data.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace tradewind;
using json = nlohmann::json;

namespace {

// Golden samples stand at flat indices (k * 2654435761) mod count.
double largest_sample_difference(const Tensor &tensor, const json &samples)
{
    double largest = 0;
    for (std::size_t k = 0; k < samples.size(); ++k) {
        const auto index = (k * 2654435761ull) % static_cast<std::uint64_t>(tensor.count());
        const double difference = std::abs(tensor.floats()[index] - samples[k].get<double>());
        if (!(difference <= largest)) largest = difference;
        if (std::isnan(difference)) break;
    }
    return largest;
}

struct Statistics {
    double mean, deviation, least, most;
};

Statistics statistics(const Tensor &tensor)
{
    const auto count = static_cast<double>(tensor.count());
    const float *first = tensor.floats(), *last = first + tensor.count();
    const double mean = std::accumulate(first, last, 0.0) / count;
    const double squares = std::accumulate(
        first, last, 0.0, [&](double sum, float value) { return sum + (value - mean) * (value - mean); });
    return {mean, std::sqrt(squares / count), *std::min_element(first, last), *std::max_element(first, last)};
}

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

} // namespace

TEST_CASE("every end point of the trunk equals the golden network")
{
    if (!have_shared("the golden MobileNet V1 trunk")) return;
    const json golden = json::parse(scene::read_text(shared_path("goldens/nets/mobilenet_v1.json")));
    const auto maps = golden::tensors("nets/mobilenet_v1.safetensors");
    const std::string ini = "[model]\nextractor = mobilenet_v1\n[image]\nsize = 224\n";
    for (const auto &target : scene::targets()) {
        auto detector = scene::detector(scene::seeded_model(ini), target);
        const auto values = detector.trace(formula_picture(224, 224), {});
        std::size_t compared = 0, whole = 0;
        for (const auto &tap : golden.at("taps")) {
            const std::string name = tap.at("name");
            if (name.find("Logits") != std::string::npos || name.find("AvgPool") != std::string::npos ||
                name.find("Predictions") != std::string::npos)
                continue; // the classifier's head is not part of a trunk
            CAPTURE(target);
            CAPTURE(name);
            REQUIRE(values.count(name));
            const double deviation = tap.at("std");
            CHECK(largest_sample_difference(values.at(name), tap.at("samples")) <= 1e-4 * deviation);
            const Statistics got = statistics(values.at(name));
            CHECK(std::abs(got.mean - tap.at("mean").get<double>()) <= 1e-5 * deviation);
            CHECK(std::abs(got.deviation - deviation) <= 1e-5 * deviation);
            CHECK(std::abs(got.least - tap.at("min").get<double>()) <= 1e-4 * deviation);
            CHECK(std::abs(got.most - tap.at("max").get<double>()) <= 1e-4 * deviation);
            if (maps.count(name)) {
                const Tensor part = first_channels(values.at(name), maps.at(name).shape().back());
                CHECK(golden::largest_difference(part, maps.at(name)) <= 1e-4 * deviation);
                ++whole;
            }
            ++compared;
        }
        CHECK(compared == 27);
        CHECK(whole == maps.size());
    }
}
