// SPDX-License-Identifier: Apache-2.0
// COCO's two files as they may be.
#include "files.h"
#include "small_set.h"

#include <doctest/doctest.h>

using namespace tradewind;

namespace {

Annotations read(const std::string &text)
{
    const files::Folder folder;
    files::write(folder / "a.json", text);
    return read_annotations(folder / "a.json");
}

std::vector<ImageDetections> read_results(const std::string &text, const Annotations &annotations)
{
    const files::Folder folder;
    files::write(folder / "r.json", text);
    return read_detections(folder / "r.json", annotations);
}

} // namespace

TEST_CASE("annotations, whatever comes first and beside them")
{
    const Annotations annotations = read(R"({
        "info": {"year": 2017, "images": [{"id": "no"}]}, "licenses": [[1], {"id": 2.5}],
        "annotations": [
            {"bbox": [1, 2.5, 30, 4e1], "iscrowd": 0, "id": 9, "image_id": 3, "category_id": 20, "area": 77.25,
             "segmentation": [[1, 2, 3]], "keypoints": {"bbox": []}, "ignore": 1},
            {"bbox": [0, 0, 10, 10], "id": -4, "image_id": 1.0, "category_id": 2, "iscrowd": true}],
        "categories": [{"id": 20, "name": "caf\u00e9", "supercategory": "place"}, {"id": 2, "name": "b"}],
        "images": [{"id": 3, "width": 640, "height": 480, "file_name": "c.jpg"}, {"id": 1}]})");
    REQUIRE(annotations.images.size() == 2);
    CHECK(annotations.images[0].file == "c.jpg");
    CHECK(annotations.images[0].width == 640);
    CHECK(annotations.images[0].height == 480);
    CHECK(annotations.images[1].id == 1);
    CHECK(annotations.images[1].file.empty());
    REQUIRE(annotations.categories.size() == 2);
    CHECK(annotations.categories[0].id == 2);
    CHECK(annotations.categories[1].name == "caf\xc3\xa9");
    REQUIRE(annotations.boxes.size() == 2);
    const Annotation &first = annotations.boxes[0], &second = annotations.boxes[1];
    CHECK(first.id == 9);
    CHECK(first.box.y == 2.5);
    CHECK(first.box.height == 40);
    CHECK(first.area == 77.25);
    CHECK(!first.crowd);
    CHECK(second.id == -4);
    CHECK(second.image_id == 1);
    CHECK(second.area == 100);
    CHECK(second.crowd);
    CHECK(annotations.notes.empty());
}

TEST_CASE("what is odd is noted and counted")
{
    const Annotations annotations = read(R"({"images": [{"id": 1, "width": 100, "height": 50}, {"id": 2}],
        "categories": [{"id": 1, "name": "a"}, {"id": 2, "name": "a"}],
        "annotations": [
            {"id": 1, "image_id": 1, "category_id": 1, "bbox": [0, 0, 101, 50]},
            {"id": 2, "image_id": 1, "category_id": 1, "bbox": [0, 0, 101.5, 50]},
            {"id": 3, "image_id": 1, "category_id": 1, "bbox": [-9, 0, 5, 5]},
            {"id": 4, "image_id": 2, "category_id": 1, "bbox": [-9, 0, 500, 500]},
            {"id": 5, "image_id": 2, "category_id": 1, "bbox": [3, 3, 0, 4]}]})");
    CHECK(annotations.boxes.size() == 5);
    CHECK(annotations.notes ==
          std::vector<std::string>{"2 boxes reach more than a pixel out of the picture; taken as annotated",
                                   "1 box has no area; nothing can overlap there",
                                   "the name \"a\" stands for 2 categories; they are told apart by their ids"});
}

TEST_CASE("results by picture, in the order of the annotations")
{
    const Annotations annotations = small_set::of({8, 3, 5}, {1, 90});
    const auto found = read_results(R"([
        {"image_id": 3, "category_id": 90, "bbox": [1, 2, 3, 4.5], "score": 1},
        {"score": 0.25, "bbox": [0, 0, 0, 0], "category_id": 1, "image_id": 8, "id": 7, "segmentation": {"size": [1]}},
        {"image_id": 3, "category_id": 1, "bbox": [5, 6, 7, 8], "score": -2.5e-3}])",
                                    annotations);
    REQUIRE(found.size() == 3);
    CHECK(found[0].image_id == 8);
    CHECK(found[1].image_id == 3);
    REQUIRE(found[0].boxes.size() == 1);
    REQUIRE(found[1].boxes.size() == 2);
    CHECK(found[2].boxes.empty());
    CHECK(found[0].boxes[0].score == .25);
    CHECK(found[1].boxes[0].category_id == 90);
    CHECK(found[1].boxes[0].box.height == 4.5);
    CHECK(found[1].boxes[1].score == -2.5e-3);
}

TEST_CASE("an empty list of results is one")
{
    const auto found = read_results(" [ ] ", small_set::of({1, 2}, {1}));
    REQUIRE(found.size() == 2);
    CHECK(found[0].boxes.empty());
}
