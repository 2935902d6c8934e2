// SPDX-License-Identifier: Apache-2.0
// What is held does not grow with what was only looked at.
#include "counted_memory.h"
#include "files.h"
#include "small_set.h"
#include "weights/mapped_file.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>

using namespace tradewind;

TEST_CASE("of each detection 24 bytes are kept")
{
    const small_set::MadeUp set = small_set::made_up(1, 2000, 20, 100);
    CocoEvaluation evaluation(set.annotations);
    const std::size_t before = counted_memory::held();
    for (const ImageDetections &one : set.found) evaluation.add(one.image_id, one.boxes);
    const double each = static_cast<double>(counted_memory::held() - before) / (2000 * 100);
    CHECK(each >= 24);
    CHECK(each <= 26); // records, and the blocks that hold 21 of them each
}

TEST_CASE("detections beyond the most that count are not kept")
{
    Annotations annotations = small_set::of({1}, {1});
    CocoEvaluation evaluation(annotations, {{5}});
    const std::vector<ScoredBox> found(9000, ScoredBox{1, {0, 0, 5, 5}, .5});
    const std::size_t before = counted_memory::held();
    evaluation.add(1, found);
    CHECK(counted_memory::held() - before < 9000 * sizeof(Rectangle) + 9000 * 8);
    CHECK(evaluation.result().numbers.size() == 10);
}

TEST_CASE("segmentations are passed over")
{
    const files::Folder folder;
    const std::string path = folder / "large.json";
    std::string outline = "[[0.5";
    for (int i = 0; i < 200000; ++i) outline += ", " + std::to_string(i) + ".25";
    outline += "], [1, 2, 3]]";
    {
        std::ofstream file(path);
        file << R"({"images": [{"id": 1}], "categories": [{"id": 1, "name": "a"}], "annotations": [)";
        for (int i = 0; i < 10; ++i)
            file << (i ? "," : "") << R"({"id": )" << i << R"(, "image_id": 1, "category_id": 1, "segmentation": )"
                 << (i ? outline : R"({"counts": "abc", "size": [1, [2, {"x": []}]]})") << R"(, "bbox": [1, 2, 3, 4]})";
        file << "]}";
    }
    counted_memory::start_counting_most();
    const std::size_t before = counted_memory::held();
    const Annotations annotations = read_annotations(path);
    CHECK(counted_memory::most() - before < (64u << 10)); // of a file of 20 MB
    REQUIRE(annotations.boxes.size() == 10);
    CHECK(annotations.boxes[9].box.height == 4);
}

TEST_CASE("memory of a mapped file that was given back can be read again")
{
    const files::Folder folder;
    files::write(folder / "f", std::string(100000, 'x') + "y");
    const MappedFile file(folder / "f");
    for (const std::size_t count : {std::size_t{0}, std::size_t{5000}, file.bytes().size()}) {
        file.release(count);
        CHECK(std::count(file.bytes().begin(), file.bytes().end(), std::byte{'x'}) == 100000);
    }
}
