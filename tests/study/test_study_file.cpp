// SPDX-License-Identifier: Apache-2.0
// What a study's file may say.
#include "study_folder.h"

#include <doctest/doctest.h>

using namespace tradewind;

namespace {

constexpr const char *smallest = "[grid a]\nconfig = x\n";

void refused(const std::string &text, const std::string &message)
{
    const StudyFolder folder;
    const std::string said = refusal([&] { folder.study(text); });
    CAPTURE(text);
    CAPTURE(said);
    CHECK(said.find(message) != std::string::npos);
    CHECK(said.find("study.ini") != std::string::npos); // where
}

} // namespace

TEST_CASE("a study has defaults, and the name of its file")
{
    const StudyFolder folder;
    const Study study = folder.study(smallest);
    CHECK(study.name == "study");
    CHECK(study.images == std::vector<std::string>{"picture:480x640"});
    CHECK(study.annotations.empty());
    REQUIRE(study.grids.size() == 1);
    CHECK(study.grids[0].name == "a");
    CHECK(study.grids[0].axes[0].values == std::vector<std::string>{"x"});
}

TEST_CASE("grids and axes keep the order of the file; semicolons separate lists")
{
    const StudyFolder folder;
    const Study study = folder.study("[grid z]\nthreads = 2, 1\nconfig = b, a\n[grid a]\nconfig = c\n"
                                     "meta.feature_maps = p, q; r\nmeta.crop = 7, 14\nmeta.depths = 1, 2;\n");
    REQUIRE(study.grids.size() == 2);
    CHECK(study.grids[0].name == "z");
    CHECK(study.grids[0].axes[0].name == "threads");
    CHECK(study.grids[0].axes[1].values == std::vector<std::string>{"b", "a"});
    CHECK(study.grids[1].axes[1].values == std::vector<std::string>{"p, q", "r"});
    CHECK(study.grids[1].axes[2].values == std::vector<std::string>{"7", "14"});
    CHECK(study.grids[1].axes[3].values == std::vector<std::string>{"1, 2"});
}

TEST_CASE("paths are relative to the study")
{
    const StudyFolder folder;
    folder.write("w.safetensors", "w");
    folder.write("a.json", "{}");
    const Study study =
        folder.study("[study]\nimages = .\nannotations = a.json\n[weights]\nx = w.safetensors\n[grid a]\nconfig = x\n");
    CHECK(study.images == std::vector<std::string>{folder.path(".")});
    CHECK(study.annotations == folder.path("a.json"));
    CHECK(study.weights.at("x").value == folder.path("w.safetensors"));
    CHECK(beside_study("small.ini", "p.png") == "./p.png"); // never an option
    CHECK(beside_study("small.ini", "picture:3x4") == "picture:3x4");
    CHECK(beside_study("a/small.ini", "/p.png") == "/p.png");
}

TEST_CASE("every slip is told, with its line")
{
    refused("[study]\nrouds = 3\n[grid a]\nconfig = x\n",
            "study.ini:2: there is no setting 'study.rouds' (did you mean study.rounds?)");
    refused("[grid a]\nconfig = x\nsizes = 3\n", "study.ini:3: there is no axis 'sizes' (did you mean size?)");
    refused("[grids]\nconfig = x\n", "there is no section [grids] (did you mean grid?)");
    refused("[grid a.b]\nconfig = x\n", "the name of a grid has no dot");
    refused("[study]\nname = x\n", "the study has no grid");
    refused("[grid a]\nconfig = x\n[grid b]\n", "the grid 'b' is empty");
    refused("[grid a]\nsize = 3\n", "the grid 'a' names no detector");
    refused("[grid a]\nmeta = x\n", "the grid 'a' names no detector");
    refused("[grid a]\nconfig = x\nmeta = y\nextractor = z\n", "a grid has one of them");
    refused("[grid a]\nconfig =\n", "the axis 'config' has no values");
    refused("[grid a]\nconfig = x,,y\n", "a value of the axis 'config' is empty");
    refused("[grid a]\nconfig = x\nsize = 3\nimage.min_side = 4\n", "'size' and 'image.min_side' set the same");
    refused("[grid a]\nconfig = x\nproposals = 3\nmeta.proposals = 4\n", "set the same");
}

TEST_CASE("numbers out of their ranges are refused")
{
    for (const char *axis : {"size", "proposals", "output_stride", "threads", "batch", "streams"})
        refused(std::string("[grid a]\nconfig = x\n") + axis + " = 3, -1\n",
                "study.ini:3: grid." + std::string(axis) + " is '-1', but may be");
    refused("[grid a]\nconfig = x\nsize = 3.5\n", "must be a whole number");
    refused("[grid a]\nconfig = x\nprecision = fp32\n",
            "grid.precision is 'fp32', but may be f32, tf32, f16, bf16 or int8");
    refused("[grid a]\nconfig = x\ntarget = gpu\n", "grid.target is 'gpu', but may be");
    refused("[study]\niterations = 0\n[grid a]\nconfig = x\n", "study.iterations is '0', but may be 1 to");
    refused("[study]\ntimeout = -3\n[grid a]\nconfig = x\n", "study.timeout is '-3', but may be");
}

TEST_CASE("files that are not there are refused before anything is measured")
{
    refused("[study]\nimages = none\n[grid a]\nconfig = x\n", "study.ini:2: there are no pictures at ");
    refused("[study]\nimages = ,\n[grid a]\nconfig = x\n", "there are no pictures at");
    refused("[study]\nimages = .\nannotations = none.json\n[grid a]\nconfig = x\n",
            "study.ini:3: there are no annotations at ");
    refused("[study]\nannotations = .\n[grid a]\nconfig = x\n", "annotations go with study.images = one folder");
    refused("[weights]\nx = none\n[grid a]\nconfig = x\n", "study.ini:2: there is no weight file ");
    refused("[study]\nname = a/b\n[grid a]\nconfig = x\n", "becomes the name of a folder");
}
