// SPDX-License-Identifier: Apache-2.0
// Label lists.
#include "detector/label_map.h"
#include "detector/labels.h"
#include "shared_data.h"
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

TEST_CASE("label maps give display names, and may have holes")
{
    CHECK(parse_label_map("item { name: \"/m/01\" id: 1 display_name: \"person\" }\n"
                          "item { id: 13 name: 'stop sign' keypoints { id: 1 label: 'x' } }",
                          "f") == Labels{{1, "person"}, {13, "stop sign"}});
    CHECK(is_label_map("x.txt", "# of COCO\n\n item: {"));
    CHECK(is_label_map("x.pbtxt", ""));
    CHECK_FALSE(is_label_map("x.txt", "item\nother"));
    CHECK_FALSE(is_label_map("x.txt", "# comment alone"));
}

TEST_CASE("label maps that say nothing sensible are refused with the line")
{
    const auto message = [](const std::string &text) {
        try {
            parse_label_map(text, "f");
        } catch (const Error &error) {
            CHECK(error.code() == ErrorCode::usage);
            return std::string(error.what());
        }
        return std::string("no error");
    };
    CHECK(message("item { name: 'a' id: 1 }\nitem { name: 'b' id: 1 }") == "f:2: the id 1 repeats (it is 'a' already)");
    for (const char *id : {"0", "-1", "1.5", "x", "2147483648", "'1'"})
        CHECK(message("item {\n name: 'a'\n id: " + std::string(id) + " }")
                  .starts_with("f:3: the id of an item is a whole number from 1, not '"));
    CHECK(message("\nitem { name: 'a' }") == "f:2: an item has no id");
    CHECK(message("item { id: 7 }") == "f:1: the item of id 7 has no name");
    CHECK(message("item { id: 7 naem: 'a' }") ==
          "f:1: an item of a label map has a name, an id and a display_name, no 'naem' like this");
    CHECK(message("items { id: 7 }") == "f:1: a label map consists of item { ... }, not of 'items'");
    CHECK(message("# nothing") == "f: there is no item in this label map");
    CHECK(message("item { id: 7 name: 'a'\n") == "f:2: the message that began on line 1 is not closed");
}

TEST_CASE("the published label maps are read")
{
    if (!have_shared("published label maps")) return;
    const auto labels =
        read_labels(shared_path("assets/structure/od_api_sample_configs/object_detection/data/mscoco_label_map.pbtxt"));
    CHECK(labels.size() == 80);
    CHECK(labels.at(13) == "stop sign");
    CHECK(labels.at(90) == "toothbrush");
    CHECK(labels.count(12) == 0);
}

TEST_CASE("a label file stands beside the config that names it")
{
    std::string name = std::filesystem::temp_directory_path() / "tradewind-labels-XXXXXX";
    const std::filesystem::path folder = mkdtemp(name.data());
    std::ofstream(folder / "labels.txt") << "1\tperson\r\n\n3\tcar\n";
    CHECK(parse_labels("labels.txt", (folder / "model.ini").string() + ":7") == Labels{{1, "person"}, {3, "car"}});
    std::filesystem::remove_all(folder);
}
