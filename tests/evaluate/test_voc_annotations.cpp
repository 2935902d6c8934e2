// SPDX-License-Identifier: Apache-2.0
// Folders of XML files, good and bad.
#include "files.h"
#include "shared_data.h"

#include "evaluate/voc_annotations.h"
#include "tensor/error.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

using namespace tradewind;
namespace fs = std::filesystem;

namespace {

class Folder {
public:
    void write(const std::string &name, const std::string &text) const
    {
        fs::create_directories(fs::path(root_ / name).parent_path());
        files::write(root_ / name, text);
    }

    Annotations read() const { return read_voc_annotations(root_ / ""); }

    // The message of the error, without the folder.
    std::string error() const
    {
        std::string text = files::message_of([&] { read(); });
        const std::string root = root_ / "";
        for (std::size_t at; (at = text.find(root)) != std::string::npos;) text.erase(at, root.size());
        return text;
    }

private:
    files::Folder root_;
};

std::string box(const std::string &xmin, const std::string &ymin, const std::string &xmax, const std::string &ymax)
{
    return "<bndbox><xmin>" + xmin + "</xmin><ymin>" + ymin + "</ymin><xmax>" + xmax + "</xmax><ymax>" + ymax +
           "</ymax></bndbox>";
}

std::string object(const std::string &name, const std::string &rest)
{
    return "<object>\n<name>" + name + "</name>" + rest + "</object>\n";
}

std::string file(const std::string &picture, const std::string &objects)
{
    return "<annotation>\n<filename>" + picture +
           "</filename><size><width>100</width><height>80</height><depth>3</depth></size>\n" + objects +
           "</annotation>\n";
}

} // namespace

TEST_CASE("VOC's XML: boxes as written, categories by name, pictures by the digits of their names")
{
    const Folder folder;
    folder.write("Annotations/000012.xml",
                 "\xEF\xBB\xBF<?xml version=\"1.0\"?>\n<!-- made -->\n" +
                     file("000012.jpg",
                          object("dog", "<difficult>1</difficult>" + box("1", "2", "11", "22.5")) +
                              object(" cat\n", "<group_of>1</group_of><part><name>head</name>" +
                                                   box("1", "1", "2", "2") + "</part>" + box("0", "0", "100", "80"))));
    folder.write("Annotations/000003.xml", file("000003.png", object("a &amp; b", box("5", "5", "6", "7"))));
    folder.write("Annotations/notes.txt", "no XML");
    folder.write("JPEGImages/000012.jpg", "");
    const Annotations read = folder.read();
    REQUIRE(read.images.size() == 2);
    CHECK(read.images[0].id == 3);
    CHECK(read.images[0].file == "000003.png");
    CHECK(read.images[1].id == 12);
    CHECK(read.images[1].width == 100);
    CHECK(read.images[1].height == 80);
    REQUIRE(read.categories.size() == 3);
    CHECK(read.categories[0].name == "a & b");
    CHECK(read.categories[1].name == "cat");
    CHECK(read.categories[2].name == "dog");
    CHECK(read.categories[2].id == 3);
    REQUIRE(read.boxes.size() == 3);
    CHECK(read.boxes[0].image_id == 3);
    CHECK(read.boxes[0].category_id == 1);
    CHECK(read.boxes[1].image_id == 12);
    CHECK(read.boxes[1].category_id == 3);
    CHECK(read.boxes[1].box.x == 1);
    CHECK(read.boxes[1].box.y == 2);
    CHECK(read.boxes[1].box.width == 10);
    CHECK(read.boxes[1].box.height == 20.5);
    CHECK(read.boxes[1].area == 205);
    CHECK(read.boxes[1].difficult);
    CHECK_FALSE(read.boxes[1].group_of);
    CHECK(read.boxes[2].category_id == 2);
    CHECK(read.boxes[2].group_of);
    CHECK(read.boxes[2].box.width == 100);
    CHECK(read.notes.empty());
}

TEST_CASE("VOC's XML: running numbers where names have no digits, or the same")
{
    for (const char *second : {"b", "b7"}) {
        const Folder folder;
        folder.write(std::string(second) + ".xml",
                     file(std::string(second) + ".jpg", object("x", box("1", "1", "2", "2"))));
        folder.write("a7.xml", file("a7.jpg", ""));
        const Annotations read = folder.read();
        CHECK(read.images[0].id == 1);
        CHECK(read.images[1].id == 2);
        CHECK(read.images[1].file == std::string(second) + ".jpg");
        CHECK(read.boxes[0].image_id == 2);
    }
}

TEST_CASE("VOC's XML: what is odd is told in notes, with a count and a place")
{
    const Folder folder;
    folder.write("a.xml", file("a.jpg", object("x", box("5", "5", "5", "9")) + object("y", box("9", "5", "5", "9")) +
                                            object("x", box("5", "5", "101", "9"))));
    folder.write("b.xml", "<annotation>" + object("x", box("1", "1", "200", "200")) + "</annotation>");
    const Annotations read = folder.read();
    CHECK(read.boxes.size() == 2);
    CHECK(read.categories.size() == 2);
    CHECK(read.images[1].file == "b");
    CHECK(read.images[1].width == 0);
    REQUIRE(read.notes.size() == 3);
    CHECK(read.notes[0].starts_with("2 boxes without width or height are left out, first "));
    CHECK(read.notes[0].ends_with("/a.xml:3"));
    CHECK(read.notes[1].starts_with("1 box reaches out of its picture, first "));
    CHECK(read.notes[1].ends_with("/a.xml:7"));
    CHECK(read.notes[2].starts_with("1 file does not tell the size of its picture, first "));
    CHECK(read.notes[2].ends_with("/b.xml"));
}

TEST_CASE("VOC's XML: bad files are refused in a sentence that names file and line")
{
    struct Bad {
        std::string text, message;
    };
    const std::string good = box("1", "2", "3", "4");
    std::string bomb = "<?xml version=\"1.0\"?>\n<!DOCTYPE annotation [\n<!ENTITY a \"lol\">\n";
    bomb += "<!ENTITY b \"&a;&a;&a;\">\n]>\n" + file("a.jpg", object("&b;", good));
    for (const Bad &bad : {
             Bad{"", "a.xml:1: this is no XML: No document element found"},
             Bad{"hello", "a.xml:1: this is no XML: No document element found"},
             Bad{"<annotation>\n<object>", "a.xml:2: this is no XML: Start-end tags mismatch"},
             Bad{"<annotation>\n</annotation", "a.xml:2: this is no XML: Error parsing end element tag"},
             Bad{"<html></html>", "a.xml: there is no <annotation> in it, as VOC's files have"},
             Bad{bomb, "a.xml:2: the file declares entities, which annotations have no use for"},
             Bad{file("a.jpg", object("x", "")), "a.xml:3: <object> lacks <bndbox>"},
             Bad{file("a.jpg", object(" ", good)), "a.xml:3: <object> lacks <name>"},
             Bad{file("a.jpg", object("x", "\n<bndbox><xmin>1</xmin></bndbox>")), "a.xml:5: <bndbox> lacks <ymin>"},
             Bad{file("a.jpg", object("x", box("nan", "2", "3", "4"))),
                 "a.xml:4: <xmin> must be a finite number, not nan"},
             Bad{file("a.jpg", object("x", box("1", "2", "1e999", "4"))),
                 "a.xml:4: <xmax> must be a finite number, not 1e999"},
             Bad{file("a.jpg", object("x", box("1", "2", "3", "four"))),
                 "a.xml:4: <ymax> must be a finite number, not four"},
             Bad{file("a.jpg", object("x", "<difficult>2</difficult>" + good)),
                 "a.xml:3: <difficult> must be 0 or 1, not 2"},
             Bad{"<annotation>\n<size><width>-5</width><height>3</height></size></annotation>",
                 "a.xml:2: <width> of a picture must be a whole number, not -5"},
             Bad{"<annotation><size><width>5</width></size></annotation>", "a.xml:1: <size> lacks <height>"},
         }) {
        const Folder folder;
        folder.write("a.xml", bad.text);
        CHECK(folder.error() == bad.message);
    }
}

TEST_CASE("VOC's XML: folders and files that cannot be meant")
{
    const Folder folder;
    CHECK(folder.error() == ": there are no XML files in it, nor in a folder Annotations in it");
    CHECK_THROWS_WITH_AS(read_voc_annotations("no/such/folder"), "no/such/folder: there is no such folder", Error);
    folder.write("a.xml", file("same.jpg", ""));
    folder.write("b.xml", file("same.jpg", ""));
    CHECK(folder.error() == "b.xml: the picture same.jpg is annotated in a.xml already");
    folder.write("a.xml", file("a.jpg", std::string((std::size_t{16} << 20) + 1, ' ')));
    CHECK(folder.error() == "a.xml: the file cannot be read, or is larger than 16 MB");
}

TEST_CASE("VOC's XML: elements nested a million deep end in an error or are read, nothing worse")
{
    const Folder folder;
    std::string deep = "<annotation>";
    for (int i = 0; i < 1'000'000; ++i) deep += "<a>";
    folder.write("a.xml", deep);
    CHECK(folder.error().starts_with("a.xml:1: this is no XML"));
    for (int i = 0; i < 1'000'000; ++i) deep += "</a>";
    folder.write("a.xml", deep + "</annotation>");
    CHECK(folder.read().boxes.empty());
}

TEST_CASE("VOC's XML: a real set of blood cells")
{
    if (!have_shared("the set of blood cells")) return;
    const Annotations read = read_voc_annotations(shared_path("assets/datasets/bccd/BCCD"));
    CHECK(read.images.size() == 364);
    REQUIRE(read.categories.size() == 3);
    CHECK(read.categories[0].name == "Platelets");
    CHECK(read.categories[1].name == "RBC");
    CHECK(read.categories[2].name == "WBC");
    CHECK(read.boxes.size() == 4886);
    REQUIRE(read.notes.size() == 1);
    CHECK(read.notes[0].starts_with("2 boxes without width or height are left out, first "));
    CHECK(read.notes[0].find("BloodImage_00338.xml:") != std::string::npos);
    CHECK(read.images[200].id == 231);
    CHECK(read.images[200].file == "BloodImage_00231.jpg");
    CHECK(read.images.front().id == 0);
    CHECK(read.images.back().id == 410);
}
