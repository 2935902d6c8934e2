// SPDX-License-Identifier: Apache-2.0
// Numbers, texts and axes of reports; what is published.
#include "study/report/axis.h"
#include "study/report/catalogue.h"
#include "study/report/markup.h"
#include "study/report/report.h"
#include "tensor/error.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>

using namespace tradewind;
using namespace tradewind::reporting;

namespace {

std::vector<double> ticks_of(const Axis &axis)
{
    std::vector<double> values;
    for (const Tick &tick : axis.ticks) values.push_back(tick.value);
    return values;
}

Catalogue shipped()
{
    return catalogue_of(read_ini(std::string(std::getenv("TRADEWIND_SOURCE")) + "/configs/published/measurements.ini"));
}

} // namespace

TEST_CASE("text is safe between tags and in attributes")
{
    CHECK(escaped("<a href='x'>&\"</a>") == "&lt;a href=&#39;x&#39;&gt;&amp;&quot;&lt;/a&gt;");
    CHECK(escaped(std::string("a\0b\x1b", 4)) == "a\xEF\xBF\xBD"
                                                 "b\xEF\xBF\xBD");
    CHECK(escaped("Größe\n") == "Größe\n");
}

TEST_CASE("numbers for people")
{
    for (const auto &[value, text] : std::vector<std::pair<double, std::string>>{{0, "0"},
                                                                                 {1, "1"},
                                                                                 {0.012345, "0.0123"},
                                                                                 {0.999, "0.999"},
                                                                                 {9.999, "10"},
                                                                                 {12.345, "12.3"},
                                                                                 {123.4, "123"},
                                                                                 {999.7, "1,000"},
                                                                                 {1234567, "1,234,567"},
                                                                                 {-1234, "-1,234"},
                                                                                 {-123456, "-123,456"},
                                                                                 {1e20, "1.00e+20"}})
        CHECK(number(value) == text);
}

TEST_CASE("linear axes hold their values and begin at zero where asked")
{
    const Axis axis = axis_around("x", {12, 47}, Start::zero, false);
    CHECK_FALSE(axis.logarithmic);
    CHECK(ticks_of(axis) == std::vector<double>{0, 10, 20, 30, 40, 50});
    CHECK(axis.place(25, 100, 200) == doctest::Approx(150));
    CHECK(axis_around("x", {300, 600}, Start::near_values, true).least == 300);
    CHECK(axis_around("x", {5}, Start::near_values, true).most > 5);
    CHECK(axis_around("x", {0, 0}, Start::zero, true).most > 0);
}

TEST_CASE("axes are logarithmic where values are far apart, and say so")
{
    const Axis axis = axis_around("ms", {30, 4000}, Start::zero, true);
    CHECK(axis.logarithmic);
    CHECK(axis.label == "ms (log scale)");
    CHECK(axis.least == doctest::Approx(20));
    CHECK(axis.most == doctest::Approx(5000));
    CHECK(axis.place(std::sqrt(20.0 * 5000), 0, 1) == doctest::Approx(0.5));
    CHECK_FALSE(axis_around("ms", {30, 600}, Start::zero, true).logarithmic);
    CHECK_FALSE(axis_around("ms", {0, 600}, Start::zero, true).logarithmic);
}

TEST_CASE("what is published is read, each point with its source")
{
    const Catalogue catalogue = shipped();
    REQUIRE(catalogue.metas.size() == 3);
    REQUIRE(catalogue.extractors.size() == 7);
    for (std::size_t i = 0; i < 6; ++i) CHECK(catalogue.extractors[i].top1.has_value());
    CHECK(catalogue.points.size() >= 24);
    for (const PublishedPoint &point : catalogue.points) {
        CHECK_FALSE(point.source.empty());
        CHECK_FALSE(point.machine.empty());
        CHECK((point.time || point.accuracy.count("AP")));
    }
}

TEST_CASE("published data with mistakes is refused where they are")
{
    const auto refused = [](const std::string &text) -> std::string {
        try {
            catalogue_of(parse_ini(text, "f.ini"));
        } catch (const Error &error) {
            return error.what();
        }
        return "";
    };
    CHECK(refused("[meta a]\nlabl = x\n") == "f.ini:2: no such key: labl");
    CHECK(refused("[extractor a]\ntop1 = many\n") == "f.ini:2: expected a number, not 'many'");
    CHECK(refused("[thing a]\nlabel = x\n") == "f.ini:2: no such section: [thing a]");
    CHECK(refused("[point a]\nlabel = x\nsource = y\n").find("has no source") != std::string::npos);
}

TEST_CASE("without a library the page has no script and says so; its licence stands in the page as text")
{
    Result result;
    result.time["total"].median = 1;
    Choices choices;
    std::string page = report_of({result}, {}, choices).page;
    CHECK(page.find("<script") == std::string::npos);
    CHECK(page.find("made without interaction") != std::string::npos);
    choices.library = "let a = 1;";
    choices.licence = "Copyright <somebody>";
    page = report_of({result}, {}, choices).page;
    CHECK(page.find("made without interaction") == std::string::npos);
    CHECK(page.find("Copyright &lt;somebody&gt;") != std::string::npos);
}

TEST_CASE("a library that would end its script is refused")
{
    Result result;
    result.time["total"].median = 1;
    Choices choices;
    choices.library = "let a = '</script>'";
    CHECK_THROWS_AS(report_of({result}, {}, choices), Error);
    choices.library = "let a = 1;";
    CHECK(report_of({result}, {}, choices).page.find("<script>let a = 1;</script>") != std::string::npos);
    CHECK(report_of({result}, {}, choices).page == report_of({result}, {}, choices).page);
}
