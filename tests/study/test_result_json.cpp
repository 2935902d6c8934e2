// SPDX-License-Identifier: Apache-2.0
// Results as JSON and back.
#include "files.h"
#include "study/result.h"
#include "tensor/error.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace tradewind;

namespace {

Result full()
{
    Result result;
    result.key = "k";
    result.configuration.config = "a \"name\"";
    result.configuration.meta = "m";
    result.configuration.extractor = "e";
    result.configuration.weights = "seeded";
    result.configuration.target = "cpu";
    result.configuration.threads = 2;
    result.configuration.streams = 3;
    result.configuration.size = 300;
    result.configuration.resized_height = 300;
    result.configuration.resized_width = 400;
    result.configuration.proposals = 50;
    result.configuration.output_stride = 8;
    result.configuration.settings = {{"image.size", "300"}};
    result.machine = {"cpu", "Linux", 2, std::int64_t{1} << 40};
    result.versions = {{"commit", "abc"}};
    result.network = {"net", 10, std::int64_t{1} << 50, 4};
    result.inputs = "picture:1x1";
    result.time = {{"total", {7, 1.5, 1.25, 1.75, 2, 3, 1.6, 1}}, {"network", {7, 1, 1, 1, 1, 1, 1, 1}}};
    result.stage_sum_ratio = 0.995;
    result.rounds = {1.5, 1.25};
    result.rounds_waited = {0, 0.125};
    result.first_picture = 20;
    result.start_to_first = 30;
    result.pictures_per_second = 600;
    result.memory = {4, 3, 2, 1};
    result.joules_per_picture = 0.5;
    result.energy_note = "note";
    result.accuracy = Accuracy{{{"AP", 0.25}}, {0.5, 0.25}, 5, 6};
    result.accuracy_note = "on five pictures";
    result.profile = {{"node", "conv2d", "fast", 0.5, 0.25, 100, 12.5, {}}};
    return result;
}

} // namespace

TEST_CASE("every member comes back")
{
    const std::string text = to_json(full());
    CHECK(text.find('\n') == std::string::npos);
    const Result back = result_from_json(text, "here");
    CHECK(to_json(back) == text);
    CHECK(back.configuration.config == "a \"name\"");
    CHECK(back.time.at("total").high == 1.75);
    CHECK(back.rounds_waited == std::vector<double>{0, 0.125});
    CHECK(back.joules_per_picture == 0.5);
    CHECK(back.accuracy->numbers.at("AP") == 0.25);
    CHECK(back.profile.at(0).giga_flops == 12.5);
    CHECK(back.network.multiply_adds == std::int64_t{1} << 50);
    // Nothing of full() is what a fresh result has, so that no member is left out unseen.
    const auto given = nlohmann::json::parse(text), fresh = nlohmann::json::parse(to_json(Result{}));
    for (const auto &[name, value] : given.items()) {
        CAPTURE(name);
        CHECK((value != fresh.at(name) || name == "schema" || name == "status" || name == "error"));
    }
}

TEST_CASE("what is optional stays away")
{
    Result result = full();
    result.joules_per_picture.reset();
    result.accuracy.reset();
    const Result back = result_from_json(to_json(result), "here");
    CHECK(!back.joules_per_picture);
    CHECK(!back.accuracy);
}

TEST_CASE("what is no result is refused with its place, unknown members are passed over")
{
    for (const char *text : {"", "{", "[]", "7", "{}", "{\"schema\":\"other\"}", "{\"schema\":5}",
                             "{\"schema\":\"tradewind-result-1\",\"time_ms\":{\"total\":{\"median\":\"x\"}}}"}) {
        CAPTURE(text);
        const std::string said = files::message_of([&] { result_from_json(text, "file.json:3"); });
        CHECK(files::contains(said, "file.json:3"));
        CHECK(files::contains(said, "no result"));
    }
    CHECK_NOTHROW(result_from_json("{\"schema\":\"tradewind-result-1\",\"new\":1}", "here"));
}
