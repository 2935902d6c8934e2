// SPDX-License-Identifier: Apache-2.0
// Settings: typed reading, precedence by merging, resolving against declared options.
#include "config/settings.h"
#include "tensor/error.h"

#include <doctest/doctest.h>

using namespace tradewind;

namespace {

const OptionTable table = {
    {"model", "meta", OptionType::text, "", "", "the meta-architecture"},
    {"meta", "score_threshold", OptionType::real, "0.3", "0..1", "only higher scores count"},
    {"meta", "iou_threshold", OptionType::real, "0.6", "0..1", "overlap"},
    {"meta", "extra_layers", OptionType::integers, "512,256", "1..65536", "depths"},
};

Settings with(const std::string &name, const std::string &value)
{
    Settings settings;
    settings.set(name, value, "a.ini:3");
    return settings;
}

std::string refusal(const Settings &given, const OptionTable &options = table)
{
    try {
        resolve(given, options);
        return "";
    } catch (const Error &error) {
        CHECK(error.code() == ErrorCode::usage);
        return error.what();
    }
}

} // namespace

TEST_CASE("resolving fills every default and keeps where values came from")
{
    const Settings settings = resolve(with("meta.iou_threshold", "0.5"), table);
    CHECK(settings.all().size() == table.size());
    CHECK(settings.real("meta.iou_threshold") == 0.5);
    CHECK(settings.find("meta.iou_threshold")->origin == "a.ini:3");
    CHECK(settings.real("meta.score_threshold") == 0.3);
    CHECK(settings.find("meta.score_threshold")->origin == "default");
    CHECK(settings.integers("meta.extra_layers") == std::vector<std::int64_t>{512, 256});
}

TEST_CASE("an unknown key or section names its place and the nearest names")
{
    CHECK(refusal(with("meta.score_treshold", "0.5")) == "a.ini:3: there is no setting 'meta.score_treshold' (did you "
                                                         "mean meta.score_threshold?)");
    CHECK(refusal(with("mata.score_threshold", "0.5")) ==
          "a.ini:3: there is no section 'mata' (did you mean meta?) for the setting mata.score_threshold");
    CHECK(refusal(with("model.score_threshold", "0.5")) ==
          "a.ini:3: there is no setting 'model.score_threshold' (did you mean meta.score_threshold?)");
}

TEST_CASE("names with nothing in common but their section are not near")
{
    CHECK(refusal(with("meta.foo", "1")) ==
          "a.ini:3: there is no setting 'meta.foo'; 'tradewind help config' lists those of every section");
    const auto check = [](const std::string &name) {
        try {
            check_keys(with(name, "1"), "meta", table, "net");
        } catch (const Error &error) {
            return std::string(error.what());
        }
        return std::string();
    };
    CHECK(check("meta.score_threshold") == "");
    CHECK(check("image.foo") == "");
    CHECK(check("meta.score") == "a.ini:3: net has no setting 'meta.score' (did you mean meta.score_threshold?)");
    CHECK(check("meta.foo") ==
          "a.ini:3: net has no setting 'meta.foo'; 'tradewind plugin info net' lists those it has");
}

TEST_CASE("a bad value names its place")
{
    CHECK(refusal(with("meta.iou_threshold", "1.5")) == "a.ini:3: meta.iou_threshold is '1.5', but may be 0 to 1");
}

TEST_CASE("a required option must be set")
{
    const OptionTable required = {{"model", "extractor", OptionType::text, "", "", "feature extractor", true}};
    CHECK(refusal({}, required) == "model.extractor must be set: feature extractor");
    CHECK(refusal(with("model.extractor", "x"), required) == "");
}

TEST_CASE("later settings win, defaults only fill gaps")
{
    Settings settings = with("meta.iou_threshold", "0.5");
    Settings over;
    over.set("meta.iou_threshold", "0.7", "--set");
    settings.merge(over);
    settings.set_default("meta.iou_threshold", "0.1", "never");
    settings.set_default("model.meta", "ssd", "filled");
    CHECK(settings.real("meta.iou_threshold") == 0.7);
    CHECK(settings.find("meta.iou_threshold")->origin == "--set");
    CHECK(settings.text("model.meta") == "ssd");
}

TEST_CASE("typed reading refuses what is absent or malformed")
{
    const Settings settings = with("meta.extra_layers", "512,x");
    CHECK_THROWS_WITH_AS(settings.integers("meta.extra_layers"),
                         "a.ini:3: meta.extra_layers is '512,x', but must be a list of whole numbers", Error);
    CHECK_THROWS_WITH_AS(settings.integer("meta.none"), "the setting meta.none is absent", Error);
    CHECK_THROWS_AS(with("a.b", "maybe").boolean("a.b"), Error);
    CHECK_THROWS_AS(with("a.b", "1.5").integer("a.b"), Error);
    CHECK(with("a.b", "1, 2.5").reals("a.b") == std::vector<double>{1, 2.5});
    CHECK(with("a.b", " x, y ").texts("a.b") == std::vector<std::string>{"x", "y"});
}
