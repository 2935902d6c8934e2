// SPDX-License-Identifier: Apache-2.0
// Files appear whole or not at all.
#include "files.h"
#include "image/decode.h"
#include "output/writer.h"
#include "tensor/error.h"

#include <doctest/doctest.h>

#include <filesystem>

using namespace tradewind;
using files::contains;
using files::message_of;

TEST_CASE("a file appears under its name when it is finished")
{
    const files::Folder folder;
    const auto sink = open_file(folder / "a", false);
    sink->write("one ");
    sink->write("two");
    CHECK(contains(message_of([&] { open_file(folder / "missing/a", false); }),
                   "cannot be written: No such file or directory"));
    CHECK(!std::filesystem::exists(folder / "a"));
    sink->finish();
    CHECK(files::read(folder / "a") == "one two");
    CHECK(folder.count() == 1);
}

TEST_CASE("an unfinished file leaves nothing, and what was there stays")
{
    const files::Folder folder;
    files::write(folder / "a", "mine");
    open_file(folder / "a", true)->write("half");
    CHECK(files::read(folder / "a") == "mine");
    CHECK(folder.count() == 1);
    CHECK(contains(message_of([&] { open_file(folder / "a", false); }), "exists already; give --overwrite"));
}

TEST_CASE("pictures: names, numbers for equal ones, failed inputs")
{
    const files::Folder folder;
    std::vector<std::string> paths;
    const auto writer = make_image_writer(
        folder / "", false, [&](const std::string &path) { paths.push_back(path.substr(path.rfind('/') + 1)); });
    Picture picture = formula_picture(20, 30);
    Record record{"one/x.jpg", 1, 30, 20, 1, "", {{{2, 3, 15, 20}, 1, "thing", 0.5f}}, {}, {}};
    writer->add(record, &picture);
    record.file = "two/x.png";
    picture.format = "png";
    writer->add(record, &picture);
    record.file = "three/x.bmp";
    picture.format = "bmp";
    writer->add(record, &picture);
    writer->add(record, nullptr);
    CHECK(paths == std::vector<std::string>{"x.jpg", "x.png", "x-2.jpg"});
    CHECK(folder.count() == 3);
}

TEST_CASE("a format that does not exist")
{
    CHECK(contains(message_of([] { make_writer("jsonn", nullptr); }), "(did you mean json"));
}
