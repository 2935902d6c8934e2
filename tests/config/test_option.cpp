// SPDX-License-Identifier: Apache-2.0
// Values against what options allow: every type at and beyond its bounds, and what the messages say.
#include "config/list.h"
#include "config/option.h"
#include "tensor/error.h"

#include <doctest/doctest.h>

using namespace tradewind;

namespace {

// "" when the value is allowed, else the message. Every refusal must be one of usage.
std::string refusal(const Option &option, const std::string &value)
{
    try {
        check_value(option, value);
        return "";
    } catch (const Error &error) {
        CHECK(error.code() == ErrorCode::usage);
        return error.message();
    }
}

const Option threads{"run", "threads", OptionType::integer, "0", "0..1024", ""};
const Option score{"meta", "score_threshold", OptionType::real, "0.3", "0..1", ""};
const Option nms{"meta", "nms", OptionType::text, "regular", "regular|fast", ""};
const Option depths{"meta", "extra_layers", OptionType::integers, "512", "1..65536", ""};
const Option mean{"image", "mean", OptionType::reals, "", "-1000..1000", ""};
const Option sides{"meta", "sides", OptionType::texts, "", "left|right", ""};
const Option gamma_flag{"extractor", "gamma", OptionType::boolean, "true", "", ""};

} // namespace

TEST_CASE("whole numbers end at their bounds")
{
    for (const char *value : {"0", "1", "1024", " 7 "}) CHECK(refusal(threads, value) == "");
    CHECK(refusal(threads, "1025") == "run.threads is '1025', but may be 0 to 1024");
    CHECK(refusal(threads, "-1") == "run.threads is '-1', but may be 0 to 1024");
    for (const char *value : {"", "1.5", "four", "1 2", "0x10", "99999999999999999999"})
        CHECK(refusal(threads, value) == "run.threads is '" + std::string(value) + "', but must be a whole number");
}

TEST_CASE("numbers are finite, within bounds and written with a point")
{
    for (const char *value : {"0", "1", "0.5", "1e-8", "1.0"}) CHECK(refusal(score, value) == "");
    for (const char *value : {"1.0000001", "-0.1", "2", "1e300"})
        CHECK(refusal(score, value) == "meta.score_threshold is '" + std::string(value) + "', but may be 0 to 1");
    for (const char *value : {"nan", "inf", "0,5", "", "1e999", "half"})
        CHECK(refusal(score, value) == "meta.score_threshold is '" + std::string(value) + "', but must be a number");
}

TEST_CASE("a wrong word names the allowed ones")
{
    CHECK(refusal(nms, "fast") == "");
    CHECK(refusal(nms, "fsat") == "meta.nms is 'fsat', but may be regular or fast");
    CHECK(refusal(nms, "zzzzzz") == "meta.nms is 'zzzzzz', but may be regular or fast");
    CHECK(refusal(nms, "Fast") != "");
    CHECK(refusal(nms, "") != "");
}

TEST_CASE("every item of a list is checked and the whole list is named")
{
    CHECK(refusal(depths, "512, 256,1") == "");
    CHECK(refusal(depths, "512,0") == "meta.extra_layers is '512,0', but may be 1 to 65536");
    CHECK(refusal(depths, "512,,256") == "meta.extra_layers is '512,,256', but must be a whole number");
    CHECK(refusal(mean, "") == "");
    CHECK(refusal(mean, "-1000,0,1000") == "");
    CHECK(refusal(mean, "1,2,1001") == "image.mean is '1,2,1001', but may be -1000 to 1000");
    CHECK(refusal(sides, "left,right") == "");
    CHECK(refusal(sides, "left,rihgt") == "meta.sides is 'left,rihgt', but may be left or right");
}

TEST_CASE("truth has eight spellings")
{
    for (const char *value : {"true", "yes", "on", "1", "false", "no", "off", "0"})
        CHECK(refusal(gamma_flag, value) == "");
    CHECK(to_boolean("on") == true);
    CHECK(to_boolean("off") == false);
    CHECK(refusal(gamma_flag, "maybe") == "extractor.gamma is 'maybe', but must be true or false");
}

TEST_CASE("lists are trimmed, and only a blank one is empty")
{
    using List = std::vector<std::string>;
    CHECK(split_list(" a , b,c ", ',') == List{"a", "b", "c"});
    CHECK(split_list(",", ',') == List{"", ""});
    CHECK(split_list(" \t", ',').empty());
}

TEST_CASE("the defaults of the host's own options are allowed by their ranges")
{
    for (const Option &option : host_options()) {
        CAPTURE(option.key);
        CHECK_FALSE(option.help.empty());
        if (!option.fallback.empty()) CHECK(refusal(option, option.fallback) == "");
    }
}
