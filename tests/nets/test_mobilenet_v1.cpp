// SPDX-License-Identifier: Apache-2.0
// Every end point of the MobileNet V1 trunk with seeded weights, on every target: samples, mean and deviation.
#include "golden.h"
#include "scene.h"

#include "image/decode.h"
#include "shared_data.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <cmath>

using namespace tradewind;
using json = nlohmann::json;

namespace {

// Golden samples stand at flat indices (k * 2654435761) mod count.
double largest_sample_difference(const Tensor &tensor, const json &samples)
{
    double largest = 0;
    for (std::size_t k = 0; k < samples.size(); ++k) {
        const auto index = (k * 2654435761ull) % static_cast<std::uint64_t>(tensor.count());
        largest = std::max(largest, std::abs(tensor.floats()[index] - samples[k].get<double>()));
    }
    return largest;
}

double mean(const Tensor &tensor)
{
    double sum = 0;
    for (std::int64_t i = 0; i < tensor.count(); ++i) sum += tensor.floats()[i];
    return sum / static_cast<double>(tensor.count());
}

} // namespace

TEST_CASE("every end point of the trunk equals the golden network")
{
    if (!have_shared("the golden MobileNet V1 trunk")) return;
    const json golden = json::parse(scene::read_text(shared_path("goldens/nets/mobilenet_v1.json")));
    const std::string ini = "[model]\nextractor = mobilenet_v1\n[image]\nsize = 224\n";
    for (const auto &target : scene::targets()) {
        auto detector = scene::detector(scene::seeded_model(ini), target);
        const auto values = detector.trace(formula_picture(224, 224), {});
        std::size_t compared = 0;
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
            CHECK(std::abs(mean(values.at(name)) - tap.at("mean").get<double>()) <= 1e-5 * deviation);
            ++compared;
        }
        CHECK(compared == 27);
    }
}
