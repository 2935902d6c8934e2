// SPDX-License-Identifier: Apache-2.0
// Plugins that break the contract while they describe: one clear error, with the component and the node it happened at.
#include "plugin_folder.h"

#include <doctest/doctest.h>

using namespace tradewind;
using plugins::error_of;
using plugins::Folder;
using plugins::lacks;

namespace {

std::string said_by(const std::string &extractor, const std::string &rest)
{
    const Folder folder;
    folder.add("unruly");
    folder.add("unguarded");
    folder.add("silent");
    folder.add("unruly_meta", "", "meta-architecture:org.example.unruly_meta");
    Registry registry(folder.search_path());
    return error_of([&] { plugins::network(registry, "[model]\nextractor = " + extractor + "\n" + rest, {64, 64}); });
}

std::string unruly(const std::string &how) { return said_by("unruly", "[extractor]\nhow = " + how + "\n"); }
std::string unruly_meta(const std::string &how)
{
    return said_by("unruly", "meta = unruly_meta\n[meta]\nhow = " + how + "\n");
}

} // namespace

TEST_CASE("exceptions become errors: of the user's wishes, or of the plugin")
{
    CHECK(unruly("none") == "no error");
    CHECK(lacks(unruly("invalid"), {"usage: ", "unruly", "width and depth do not go together"}) == "");
    CHECK(lacks(unruly("runtime"), {"refused: ", "unruly", "the table is empty"}) == "");
    CHECK(lacks(unruly("memory"), {"resource: ", "unruly", "out of memory"}) == "");
    CHECK(lacks(unruly("number"), {"refused: ", "unruly", "no std::exception"}) == "");
    CHECK(lacks(unruly("fail"), {"usage: ", "unruly", "Net", "not on a Sunday"}) == "");
    CHECK(lacks(said_by("unguarded", ""), {"refused: ", "unguarded.so", "let an exception cross"}) == "");
    CHECK(lacks(said_by("silent", ""), {"refused: ", "silent", "status 5", "no reason"}) == "");
}

TEST_CASE("nodes that the graph does not take are named")
{
    CHECK(lacks(unruly("unknown_op"), {"refused: ", "unruly: Net/conv", "no op 'conv3d'", "did you mean conv2d"}) ==
          "");
    CHECK(lacks(unruly("unknown_attribute"), {"refused: ", "Net/bn", "gama", "gamma"}) == "");
    CHECK(lacks(unruly("missing_attribute"), {"refused: ", "unruly: Net/conv", "needs the attribute"}) == "");
    CHECK(lacks(unruly("shape"), {"usage: ", "Net/conv", "filters"}) == "");
    CHECK(lacks(unruly("same_name"), {"refused: ", "Net/conv", "unique"}) == "");
    CHECK(lacks(unruly("no_value"), {"refused: ", "Net/relu", "no value"}) == "");
    CHECK(lacks(unruly("foreign_value"), {"refused: ", "Net/relu", "99999"}) == "");
}

TEST_CASE("the first error sticks")
{
    const auto said = unruly("first_of_two");
    CHECK(lacks(said, {"Net/a", "no op 'first'"}) == "");
    CHECK(lacks(said, {"later"}) != "");
}

TEST_CASE("options, scopes and taps")
{
    CHECK(lacks(unruly("undeclared_option"), {"refused: ", "unruly.so", "'howe'", "did you mean how"}) == "");
    CHECK(lacks(unruly("option_of_other_type"), {"refused: ", "unruly.so", "'how'", "another type"}) == "");
    CHECK(lacks(unruly("open_scope"), {"refused: ", "unruly", "scope", "open"}) == "");
    CHECK(lacks(unruly("foreign_scope"), {"refused: ", "unruly", "did not open"}) == "");
    CHECK(lacks(unruly("two_taps"), {"refused: ", "two taps called last"}) == "");
    CHECK(lacks(unruly("no_taps"), {"refused: ", "unruly.so", "without taps"}) == "");
    CHECK(lacks(said_by("unruly", "[extractor]\nhwo = none\n"), {"usage: ", "hwo", "did you mean"}) == "");
}

TEST_CASE("meta-architectures")
{
    CHECK(lacks(unruly_meta("no_outputs"), {"refused: ", "unruly_meta.so", "no output 'detection_scores'"}) == "");
    CHECK(lacks(unruly_meta("wrong_shape"), {"refused: ", "unruly_meta.so", "detection_scores as 1x64x64x3"}) == "");
    CHECK(lacks(unruly_meta("unknown_tap"), {"usage: ", "no tap 'lost'", "did you mean last", "its taps are last"}) ==
          "");
    CHECK(lacks(unruly_meta("trunk_twice"), {"refused: ", "trunk twice"}) == "");
    CHECK(lacks(unruly_meta("tail"), {"usage: ", "unruly_meta", "the feature extractor has no second stage"}) == "");
    CHECK(lacks(unruly_meta("two_outputs"), {"usage: ", "output 'stage' already"}) == "");
}
