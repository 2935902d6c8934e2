// SPDX-License-Identifier: Apache-2.0
// Label lists.
#include "detector/labels.h"
#include "tensor/error.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

using namespace tradewind;
using Labels = std::map<int, std::string>;

TEST_CASE("lists are numbered on from the last id")
{
    CHECK(parse_labels("cat, dog", "x") == Labels{{1, "cat"}, {2, "dog"}});
    CHECK(parse_labels("1:person, 13:stop sign, meter", "x") ==
          Labels{{1, "person"}, {13, "stop sign"}, {14, "meter"}});
    CHECK(parse_labels("  ", "x").empty());
    CHECK(parse_labels(to_list({{3, "a"}, {9, "b c"}}), "x") == Labels{{3, "a"}, {9, "b c"}});
}

TEST_CASE("ids that repeat or are not positive are refused with the place")
{
    CHECK_THROWS_WITH_AS(parse_labels("1:a,1:b", "f.ini:3"), "f.ini:3: label '1:b': ids start at 1 and do not repeat",
                         Error);
    CHECK_THROWS_AS(parse_labels("0:a", "x"), Error);
}

TEST_CASE("a label file stands beside the config that names it")
{
    std::string name = std::filesystem::temp_directory_path() / "tradewind-labels-XXXXXX";
    const std::filesystem::path folder = mkdtemp(name.data());
    std::ofstream(folder / "labels.txt") << "1\tperson\r\n\n3\tcar\n";
    CHECK(parse_labels("labels.txt", (folder / "model.ini").string() + ":7") == Labels{{1, "person"}, {3, "car"}});
    std::filesystem::remove_all(folder);
}
