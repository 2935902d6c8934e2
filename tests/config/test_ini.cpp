// SPDX-License-Identifier: Apache-2.0
// INI files: what is tolerated, what is refused with file and line, and that written text reads back the same.
#include "config/settings.h"
#include "tensor/error.h"

#include <doctest/doctest.h>

#include <random>

using namespace tradewind;

namespace {

std::string refusal(const std::string &text)
{
    try {
        parse_ini(text, "m.ini");
        return "";
    } catch (const Error &error) {
        CHECK(error.code() == ErrorCode::usage);
        return error.what();
    }
}

} // namespace

TEST_CASE("comments, blank lines, spaces, CRLF, a byte order mark and a missing last newline are tolerated")
{
    const Settings settings = parse_ini(
        "\xEF\xBB\xBF# a comment\r\n[model]\r\n\r\n  meta =  ssd  \r\n; another\r\n[ image ]\r\nsize=300", "m.ini");
    REQUIRE(settings.all().size() == 2);
    CHECK(settings.text("model.meta") == "ssd");
    CHECK(settings.find("model.meta")->origin == "m.ini:4");
    CHECK(settings.text("image.size") == "300");
    CHECK(settings.find("image.size")->origin == "m.ini:7");
}

TEST_CASE("values keep everything behind the first equals sign")
{
    const Settings settings = parse_ini("[a]\nb = c = d # no comment ; nor this\nempty =\n", "m.ini");
    CHECK(settings.text("a.b") == "c = d # no comment ; nor this");
    CHECK(settings.text("a.empty") == "");
}

TEST_CASE("a line of a megabyte is read whole")
{
    const std::string value(1'000'000, 'x');
    CHECK(parse_ini("[a]\nb = " + value + "\n", "m.ini").text("a.b") == value);
}

TEST_CASE("malformed lines are refused with file and line")
{
    CHECK(refusal("[model]\nmeta\n") == "m.ini:2: expected 'key = value' or '[section]', not 'meta'");
    CHECK(refusal("[model]\n = ssd\n") == "m.ini:2: expected 'key = value' or '[section]', not '= ssd'");
    CHECK(refusal("\n[model\n") == "m.ini:2: a section is written [name], not [model");
    CHECK(refusal("[]\n") == "m.ini:1: a section is written [name], not []");
    CHECK(refusal("meta = ssd\n") == "m.ini:1: 'meta' stands before any [section]");
    CHECK(refusal("[a]\nb = 1\n[c]\n[a]\nb = 2\n") == "m.ini:5: a.b is set twice, first at m.ini:2");
}

TEST_CASE("files that cannot be read are named")
{
    CHECK_THROWS_WITH_AS(read_ini("/nonexistent/m.ini"),
                         "/nonexistent/m.ini: the config cannot be read: No such file or directory", Error);
    CHECK_THROWS_WITH_AS(read_ini("/"), "/: the config cannot be read: it is a folder", Error);
}

TEST_CASE("written settings read back the same, with and without comments")
{
    OptionTable table;
    Settings settings;
    std::mt19937 random(7);
    const char *values[] = {"", "300x400", "1:person, 13:stop sign", "a=b", "#5", "-1.5e-8", "caf\xC3\xA9"};
    for (int i = 0; i < 40; ++i) {
        const std::string section = "s" + std::to_string(i / 10), key = "k" + std::to_string(i);
        table.push_back({section, key, OptionType::text, "fallback", "", "help of " + key});
        settings.set(section + "." + key, values[random() % std::size(values)], "here");
    }
    for (const bool comments : {false, true}) {
        const Settings again = parse_ini(to_ini(settings, table, comments, comments), "m.ini");
        REQUIRE(again.all().size() == settings.all().size());
        for (const auto &[name, setting] : settings.all()) CHECK(again.text(name) == setting.value);
    }
}

TEST_CASE("help and origin become comments above their key")
{
    const OptionTable table = {{"meta", "nms", OptionType::text, "regular", "regular|fast", "how boxes are dropped"}};
    Settings settings;
    settings.set("meta.nms", "fast", "--set");
    CHECK(to_ini(settings, table, true, true) ==
          "[meta]\n# how boxes are dropped (default regular) (regular|fast)\n# from --set\nnms = fast\n");
    CHECK(to_ini(settings, table, false, false) == "[meta]\nnms = fast\n");
}
