// SPDX-License-Identifier: Apache-2.0
// Protocol buffers as text.
#include "config/text_format.h"
#include "tensor/error.h"

#include <doctest/doctest.h>

using namespace tradewind;

namespace {

std::string message_of(const std::string &text)
{
    try {
        parse_text_format(text, "f");
    } catch (const Error &error) {
        return error.what();
    }
    return "no error";
}

} // namespace

TEST_CASE("fields, messages and lists in every spelling")
{
    const auto fields = parse_text_format("\xEF\xBB\xBF# comment\n"
                                          "a: 1; b: \"x\" 'y\\x41\\101\\n' ,\n"
                                          "c { d: -.5 e: [1, 2,3] }\n"
                                          "f: < g: RELU_6 > h: []\n"
                                          "i: [{ j: 1 }, < j: 2 >] # end",
                                          "f");
    REQUIRE(fields.size() == 6);
    CHECK(fields[0].name == "a");
    CHECK(fields[0].value == "1");
    CHECK(fields[0].line == 2);
    CHECK_FALSE(fields[0].quoted);
    CHECK(fields[1].value == "xyAA\n");
    CHECK(fields[1].quoted);
    REQUIRE(fields[2].fields.size() == 4);
    CHECK(fields[2].line == 3);
    CHECK(fields[2].fields[0].value == "-.5");
    CHECK(fields[2].fields[3].name == "e");
    CHECK(fields[2].fields[3].value == "3");
    CHECK(fields[3].fields[0].value == "RELU_6");
    CHECK(fields[5].name == "i");
    CHECK(fields[5].fields[0].value == "2");
    CHECK(parse_text_format("", "f").empty());
}

TEST_CASE("what is no text format is refused with its line")
{
    CHECK(message_of("a {\n b: 1\n") == "f:3: the message that began on line 1 is not closed");
    CHECK(message_of("a: 1 }") == "f:1: a field's name is expected here, not '}'");
    CHECK(message_of("a { b: 1 >") == "f:1: a field's name is expected here, not '>'");
    CHECK(message_of("\n\n1: 2") == "f:3: a field's name is expected here, not '1'");
    CHECK(message_of("a 5") == "f:1: 'a' is followed by neither ':' nor '{'");
    CHECK(message_of("a:") == "f:1: 'a' has no value");
    CHECK(message_of("a: [1 2]") == "f:1: the list of 'a' is not closed");
    CHECK(message_of("a: \"x\ny\"") == "f:1: a string is not closed");
    CHECK(message_of("a: \"x\\") == "f:1: a string is not closed");
    CHECK(message_of("a: \"\\q\"") == "f:1: there is no escape '\\q' in strings");
    CHECK(message_of("a: \"\\x\"") == "f:1: an escape '\\x' in a string has no digits");
    CHECK(message_of(std::string("a: 1\n\0", 6)) == "f:2: this is no text");
}

TEST_CASE("depth and number of fields are bounded")
{
    std::string deep, many = "a: [1";
    for (int i = 0; i < 65; ++i) deep += "a{";
    CHECK(message_of(deep) == "f:1: messages stand in more than 64 levels");
    for (int i = 0; i < 1'000'000; ++i) many += ",1";
    CHECK(message_of(many + "]") == "f:1: there are more than 1000000 fields");
}
