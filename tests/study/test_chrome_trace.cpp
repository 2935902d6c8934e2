// SPDX-License-Identifier: Apache-2.0
// Time lines as events that a viewer nests.
#include "study/chrome_trace.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <map>

using namespace tradewind;
using json = nlohmann::json;

namespace {

Timeline made()
{
    Timeline timeline;
    timeline.placements = {{"a \"quoted\"", "conv2d", "fast", {100, 200}, false},
                           {"in place", "reshape", "in place"},
                           {"proposals", "proposals", "loop", {}, true},
                           {"b\xFF", "conv2d", "fast", {100, 200}, false}};
    timeline.nodes = {{0, 1002, 1003}, {2, 1003.5, 1004}, {3, 1004, 1006}};
    timeline.spans = {{"resize", 1001, 1002}, {"decode", 1000, 1001}, {"encode", 1006, 1006.5}};
    return timeline;
}

std::vector<json> of_category(const json &trace, const std::string &category)
{
    std::vector<json> found;
    for (const auto &event : trace.at("traceEvents"))
        if (event.value("cat", "") == category) found.push_back(event);
    return found;
}

} // namespace

TEST_CASE("stages in order, nodes within their stages, all within the picture")
{
    const json trace = json::parse(chrome_trace(made(), "picture \"x\""));
    const auto pictures = of_category(trace, "picture"), stages = of_category(trace, "stage"),
               nodes = of_category(trace, "node");
    REQUIRE(pictures.size() == 1);
    CHECK(pictures[0].at("ts") == 0);
    CHECK(pictures[0].at("dur") == 6500);
    std::vector<std::string> names;
    for (const auto &stage : stages) names.push_back(stage.at("name"));
    CHECK(names == std::vector<std::string>{"decode", "resize", "network", "postprocess", "network", "encode"});
    REQUIRE(nodes.size() == 3);
    CHECK(nodes[0].at("name") == "a \"quoted\"");
    CHECK(nodes[0].at("args").at("multiply_adds") == 100);
    const auto end = [](const json &event) { return event.at("ts").get<double>() + event.at("dur").get<double>(); };
    for (const auto &node : nodes) {
        int parents = 0;
        for (const auto &stage : stages) parents += stage.at("ts") <= node.at("ts") && end(node) <= end(stage);
        CHECK(parents == 1);
    }
    for (const auto &event : trace.at("traceEvents")) CHECK(event.contains("ph"));
}

TEST_CASE("an empty time line is valid") { CHECK(json::parse(chrome_trace({}, "p")).contains("traceEvents")); }
