// SPDX-License-Identifier: Apache-2.0
// Files and calls that cannot be meant: one sentence each, with the place.
#include "files.h"
#include "small_set.h"
#include "tensor/error.h"

#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>

using namespace tradewind;

namespace {

struct Case {
    std::string text, sentence;
};

template <class Read> void check_refused(const std::string &path, const std::string &sentence, Read &&read)
{
    try {
        read();
        FAIL_CHECK("not refused: " << sentence);
    } catch (const Error &error) {
        CHECK(error.code() == ErrorCode::usage);
        CHECK(error.context() == path);
        CHECK(error.message() == sentence);
    }
}

// Annotations of picture 1 and category 1 with these annotations.
std::string with(const std::string &annotations)
{
    return R"({"images": [{"id": 1}], "categories": [{"id": 1, "name": "a"}], "annotations": [)" + annotations + "]}";
}

// A box with the id 42 and this bbox.
std::string boxed(const std::string &bbox)
{
    return with(R"({"id": 42, "image_id": 1, "category_id": 1, "bbox": )" + bbox + "}");
}

// With a value for one field instead of what is right.
std::string field(const std::string &name, const std::string &value)
{
    std::string text = R"({"id": 42, )";
    for (const auto &[other, right] : {std::pair("image_id", "1"), {"category_id", "1"}, {"bbox", "[1, 2, 3, 4]"}})
        if (name != other) text += std::string("\"") + other + "\": " + right + ", ";
    return with(text + "\"" + name + "\": " + value + "}");
}

const std::string form =
    R"(COCO annotations are a JSON object with the lists "images", "categories" and "annotations")";
const std::string other_form =
    "the file has another form than COCO annotations, which are a JSON object with the lists "
    "\"images\", \"categories\" and \"annotations\"";
const std::string four_numbers =
    R"(annotations[0] (id 42): "bbox" is no list of four numbers; a box is [x, y, width, height])";

const Case bad_annotations[] = {
    {"", "the file of annotations is empty"},
    {" \n ", "there is nothing in the file; " + form},
    {"{}", "the file has no \"images\"; " + form},
    {R"({"images": [], "categories": []})", "the file has no \"annotations\"; " + form},
    {"[]", other_form},
    {"17", other_form},
    {"\"images\"", other_form},
    {"<annotation>", "this is no JSON (line 1, column 1); " + form},
    {"{\"images\": [],\n \"x\" 1}", "this is no JSON (line 2, column 6); " + form},
    {with("") + "{", "this is no JSON (line 1, column 83); " + form},
    {R"({"images": [{"id": 1})", "the file ends too early: it is cut off (line 1, column 22)"},
    {std::string("{\"images\": [\0]}", 15),
     "a zero byte, which JSON does not have: the file is damaged (line 1, column 13)"},
    {R"({"images": {}, "x": 1})", R"("images" is no list of objects)"},
    {R"({"images": null})", R"("images" is no list of objects)"},
    {R"({"images": [], "images": []})", R"(the file has "images" twice)"},
    {R"({"images": [{"id": 1}, [2]]})", "images[1] is no object"},
    {R"({"images": [{"id": 1}, 2]})", "images[1] is no object"},
    {R"({"images": [{"id": "1"}]})", R"(images[0]: "id" is no whole number)"},
    {R"({"images": [{"id": 1.5}]})", R"(images[0]: "id" is no whole number)"},
    {R"({"images": [{"id": 9223372036854775808}]})", R"(images[0]: "id" is no whole number)"},
    {R"({"images": [{"file_name": "a"}]})", R"(images[0]: there is no "id")"},
    {R"({"images": [{"id": 3, "file_name": 4}]})", R"(images[0] (id 3): "file_name" is no text)"},
    {R"({"images": [{"id": 3, "width": -4}]})", "images[0] (id 3): the picture has a negative side"},
    {R"({"categories": [{"id": 3}]})", R"(categories[0] (id 3): there is no "name")"},
    {R"({"images": [{"id": 4}, {"id": 1}, {"id": 4}], "categories": [], "annotations": []})",
     "two images have the id 4; give each its own"},
    {R"({"images": [], "categories": [{"id": 4, "name": "a"}, {"id": 4, "name": "b"}], "annotations": []})",
     "two categories have the id 4; give each its own"},
    {with(R"({"id": 7, "image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4]},
             {"id": 7, "image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4]})"),
     "two annotations have the id 7; give each its own"},
    {field("image_id", "2"),
     "annotation 42 is of image 2, which the file does not have; add it or leave the annotation out"},
    {field("category_id", "2"),
     "annotation 42 is of category 2, which the file does not have; add it or leave the annotation out"},
    {field("image_id", "null"), R"(annotations[0] (id 42): "image_id" is no whole number)"},
    {field("area", "-1"), R"(annotations[0] (id 42): "area" is negative)"},
    {field("area", "\"big\""), R"(annotations[0] (id 42): "area" is no number)"},
    {field("iscrowd", "\"yes\""), R"(annotations[0] (id 42): "iscrowd" is neither 0 nor 1)"},
    {with(R"({"id": 42, "image_id": 1, "category_id": 1})"), R"(annotations[0] (id 42): there is no "bbox")"},
    {with(R"({"image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4]})"), R"(annotations[0]: there is no "id")"},
    {boxed("[1, 2, 3]"), four_numbers},
    {boxed("[1, 2, 3, 4, 5]"), four_numbers},
    {boxed("[]"), four_numbers},
    {boxed("[1, 2, 3, null]"), four_numbers},
    {boxed("[1, 2, 3, \"4\"]"), four_numbers},
    {boxed("[1, 2, 3, [4]]"), four_numbers},
    {boxed("[1, 2, true, 4]"), four_numbers},
    {boxed("{\"x\": 1}"), four_numbers},
    {boxed("7"), four_numbers},
    {boxed("[10, 20, -3.5, 4]"),
     R"(annotations[0] (id 42): "bbox" has a negative side, -3.5; a box is [x, y, width, height], not two corners)"},
    {boxed("[1, 2, NaN, 4]"), "NaN is no number: boxes, areas and scores are finite; leave the entry out or correct it "
                              "(line 1, column 140), in annotations[0] (id 42)"},
    {boxed("[1, 2, 3,\n -Infinity]"), "Infinity is no number: boxes, areas and scores are finite; leave the entry out "
                                      "or correct it (line 2, column 3), in annotations[0] (id 42)"},
    {boxed("[1, 2, 1e999, 4]"), "a number is too large (line 1, column 144), in annotations[0] (id 42)"},
};

// Results for picture 1 and category 1 with one field replaced.
std::string result(const std::string &name, const std::string &value)
{
    std::string text = "[{";
    for (const char *other : {"image_id", "category_id", "bbox", "score"}) {
        const std::string right = std::string(other) == "bbox" ? "[1, 2, 3, 4]" : "1";
        text += std::string(text.size() > 2 ? ", " : "") + "\"" + other + "\": " + (name == other ? value : right);
    }
    return text + "}]";
}

const std::string results_form =
    "COCO results are a JSON list of objects with \"image_id\", \"category_id\", \"bbox\" and \"score\"";
const std::string other_results_form = "the file has another form than COCO results, which are a JSON list of objects "
                                       "with \"image_id\", \"category_id\", \"bbox\" and \"score\"";

const Case bad_results[] = {
    {"", "the file of results is empty"},
    {"{}", other_results_form},
    {R"({"images": [], "annotations": []})", other_results_form},
    {"null", other_results_form},
    {"x", "this is no JSON (line 1, column 1); " + results_form},
    {"[", "the file ends too early: it is cut off (line 1, column 2)"},
    {"[1]", "entry 0 is no object"},
    {"[[]]", "entry 0 is no object"},
    {"[{}]", R"(entry 0: there is no "image_id")"},
    {result("image_id", "\"a\""), R"(entry 0: "image_id" is no whole number)"},
    {result("category_id", "1.5"), R"(entry 0: "category_id" is no whole number)"},
    {result("bbox", "[1, 2, 3]"), R"(entry 0: "bbox" is no list of four numbers; a box is [x, y, width, height])"},
    {result("bbox", "[1, 2, 3, -1]"),
     R"(entry 0: "bbox" has a negative side, -1; a box is [x, y, width, height], not two corners)"},
    {result("score", "\"high\""), R"(entry 0: "score" is no number)"},
    {result("score", "NaN"), "NaN is no number: boxes, areas and scores are finite; leave the entry out or correct it "
                             "(line 1, column 67), in entry 0"},
    {result("score", "Infinity"), "Infinity is no number: boxes, areas and scores are finite; leave the entry out or "
                                  "correct it (line 1, column 67), in entry 0"},
    {result("image_id", "9"), "1 of 1 detections are of images that FILE does not have, the first (entry 0) of 9; "
                              "leave them out, or evaluate against the annotations that they are for"},
    {result("category_id", "9"), "1 of 1 detections are of categories that FILE does not have, the first (entry 0) of "
                                 "9; leave them out, or evaluate against the annotations that they are for"},
};

} // namespace

TEST_CASE("annotations that are refused")
{
    const files::Folder folder;
    const std::string path = folder / "bad.json";
    for (const Case &one : bad_annotations) {
        CAPTURE(one.text);
        files::write(path, one.text);
        check_refused(path, one.sentence, [&] { read_annotations(path); });
    }
}

TEST_CASE("results that are refused")
{
    const files::Folder folder;
    const std::string path = folder / "bad.json";
    Annotations annotations = small_set::of({1}, {1});
    annotations.origin = "FILE";
    for (const Case &one : bad_results) {
        CAPTURE(one.text);
        files::write(path, one.text);
        check_refused(path, one.sentence, [&] { read_detections(path, annotations); });
    }
}

TEST_CASE("of unknown pictures the first is named, and all are counted")
{
    const files::Folder folder;
    const std::string path = folder / "r.json";
    std::string text = "[";
    for (const int image : {1, 7, 1, 8, 7})
        text += (text.size() > 1 ? ", " : "") + std::string("{\"image_id\": ") + std::to_string(image) +
                R"(, "category_id": 1, "bbox": [1, 2, 3, 4], "score": 0.5})";
    files::write(path, text + "]");
    CHECK(files::contains(files::message_of([&] { read_detections(path, small_set::of({1}, {1})); }),
                          "3 of 5 detections are of images that  does not have, the first (entry 1) of 7;"));
}

TEST_CASE("a file of more than 2 GB with a hole is refused at the hole")
{
    const files::Folder folder;
    const std::string path = folder / "large.json";
    files::write(path, "{\"images\": [");
    std::filesystem::resize_file(path, (std::uintmax_t{1} << 31) + 4096); // takes no room
    check_refused(path, "a zero byte, which JSON does not have: the file is damaged (line 1, column 13)",
                  [&] { read_annotations(path); });
}

TEST_CASE("what is neither file nor folder")
{
    const files::Folder folder;
    const std::string path = folder / "missing";
    check_refused(path, "there is no such file or folder; annotations are a file (COCO) or a folder (VOC)",
                  [&] { read_annotations(path); });
    check_refused("/dev/null", "annotations are a file (COCO) or a folder (VOC); this is neither",
                  [] { read_annotations("/dev/null"); });
    check_refused(path, "the file of results cannot be opened: No such file or directory",
                  [&] { read_detections(path, {}); });
    files::write(path, "{}");
    check_refused(path, "VOC annotations are a folder; this is a file",
                  [&] { read_annotations(path, AnnotationFormat::voc); });
    check_refused(folder / "", "COCO annotations are a file; this is a folder",
                  [&] { read_annotations(folder / "", AnnotationFormat::coco); });
}

TEST_CASE("calls that are refused change nothing")
{
    Annotations annotations = small_set::of({1, 2}, {1});
    small_set::annotate(annotations, 1, 1, {0, 0, 50, 50});
    CocoEvaluation evaluation(annotations);
    const ScoredBox right{1, {0, 0, 50, 50}, .5};
    const std::vector<ScoredBox> unknown{right, {9, {}, .5}}, no_number{right, {1, {}, std::nan("")}}, good{right};
    const auto add = [&](std::int64_t image, const std::vector<ScoredBox> &found) {
        return files::message_of([&] { evaluation.add(image, found); });
    };
    CHECK(add(3, good) == "picture 3 is not among the annotations");
    CHECK(add(1, unknown) == "category 9 of a detection in picture 1 is not among the annotations");
    CHECK(add(1, no_number) == "the score of a detection in picture 1 is not a number");
    CHECK(evaluation.result().pictures == 0);
    CHECK(add(1, good) == "no error");
    CHECK(add(1, good) == "picture 1 was evaluated before");
    CHECK(evaluation.result().number("AR100") == 1);
}

TEST_CASE("numbers of detections that cannot be")
{
    const Annotations annotations = small_set::of({1}, {1});
    for (const std::vector<int> &most : {std::vector<int>{}, {0}, {10, 10}, {10, 1}, {10001}})
        CHECK_THROWS_AS(CocoEvaluation(annotations, {most}), Error);
    CHECK_NOTHROW(CocoEvaluation(annotations, {{10000}}));
}
