// SPDX-License-Identifier: Apache-2.0
// From grids to cells, and what makes two cells the same.
#include "study/measure.h"
#include "study_folder.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

using namespace tradewind;

namespace {

using Sets = std::vector<std::pair<std::string, std::string>>;

std::vector<std::string> labels(const std::vector<Cell> &cells)
{
    std::vector<std::string> texts;
    for (const auto &cell : cells) texts.push_back(cell.label);
    return texts;
}

std::string refused(const std::string &text)
{
    StudyFolder folder;
    return refusal([&] { folder.cells(text); });
}

std::string key_of(const std::string &text)
{
    StudyFolder folder;
    return folder.cells(text).front().key;
}

const std::string ssd = "[grid a]\nconfig = ssd_mobilenet_v1_300\n";

} // namespace

TEST_CASE("a grid is all combinations, the last axis changing first")
{
    StudyFolder folder;
    const auto cells =
        folder.cells("[grid a]\nmeta = ssd, rfcn\nextractor = mobilenet_v1\nsize = 160, 300\nthreads = 1, 2\n");
    CHECK(labels(cells) ==
          std::vector<std::string>{"ssd+mobilenet_v1 size=160 threads=1", "ssd+mobilenet_v1 size=160 threads=2",
                                   "ssd+mobilenet_v1 size=300 threads=1", "ssd+mobilenet_v1 size=300 threads=2",
                                   "rfcn+mobilenet_v1 size=160 threads=1", "rfcn+mobilenet_v1 size=160 threads=2",
                                   "rfcn+mobilenet_v1 size=300 threads=1", "rfcn+mobilenet_v1 size=300 threads=2"});
    CHECK(cells[1].threads == 2);
    CHECK(cells[4].meta == "rfcn");
    CHECK(cells[0].weights == "seeded");
    std::set<std::string> keys;
    for (const auto &cell : cells) keys.insert(cell.key);
    CHECK(keys.size() == cells.size());
}

TEST_CASE("axes become settings of the model")
{
    StudyFolder folder;
    const auto fixed = folder.cells(ssd + "size = 160\n").front();
    CHECK(fixed.sets == Sets{{"image.size", "160"}});
    CHECK(fixed.resolved.text("image.size") == "160");
    const auto shorter =
        folder.cells("[grid a]\nconfig = rfcn_mobilenet_v1_600\nsize = 300\nproposals = 50\nmeta.crop = 9\n").front();
    CHECK(shorter.sets ==
          Sets{{"image.min_side", "300"}, {"image.max_side", "512"}, {"meta.proposals", "50"}, {"meta.crop", "9"}});
    CHECK(folder.cells("[grid a]\nconfig = rfcn_mobilenet_v1_300\nsize = 600\n")
              .front()
              .resolved.text("image.max_side") == "1024");
    const auto stride = folder.cells("[grid a]\nconfig = rfcn_resnet101_300\noutput_stride = 8\n").front();
    CHECK(stride.resolved.text("extractor.output_stride") == "8");
    const auto named =
        folder.cells("[grid a]\nmeta = rfcn\nextractor = mobilenet_v1\nsize = 300\nimage.resize = keep_aspect\n")
            .front();
    CHECK(named.resolved.text("image.min_side") == "300"); // how comes before how large
    const Configuration plan = planned(shorter);
    CHECK(plan.size == 300);
    CHECK(plan.proposals == 50);
    CHECK(plan.meta == "rfcn");
    CHECK(plan.config == "rfcn_mobilenet_v1_600");
}

TEST_CASE("what measures the same counts once, whatever it is called")
{
    StudyFolder folder;
    CHECK(folder.cells(ssd + "threads = 1, 1\n").size() == 1);
    CHECK(folder.cells(ssd + "[grid b]\nconfig = ssd_mobilenet_v1_300, ssd_inception_v2_300\nsize = 300\n").size() ==
          2);
    const auto cells = folder.cells(ssd + "[grid b]\nconfig = ssd_mobilenet_v1_300\nbatch = 1\n");
    REQUIRE(cells.size() == 1);
    CHECK(cells[0].grid == "a");
}

TEST_CASE("keys depend on what is measured and on how, and on nothing else")
{
    const std::string key = key_of(ssd);
    CHECK(key.size() == 16);
    for (const char *same : {"[study]\nname = other\n", "[study]\ntimeout = 3\n", "[study]\nimages = picture:480x640\n",
                             "[weights]\nssd_mobilenet_v1_300 = seeded\n"})
        CHECK(key_of(same + ssd) == key);
    std::set<std::string> others;
    for (const char *other :
         {"[study]\nimages = picture:480x641\n", "[study]\niterations = 7\n", "[study]\nrounds = 7\n",
          "[study]\nwarmup = 7\n", "[weights]\nssd_mobilenet_v1_300 = seeded:x\n"})
        others.insert(key_of(other + ssd));
    for (const char *other : {"size = 160\n", "threads = 1\n", "streams = 2\n", "target = cpu\n", "batch = 2\n",
                              "precision = int8\n", "meta.max_total = 7\n"})
        others.insert(key_of(ssd + other));
    CHECK(others.size() == 12);
    CHECK(!others.count(key));
}

TEST_CASE("trained weights count by their contents, annotations only with them")
{
    StudyFolder folder;
    folder.write("a.json", "{}");
    const std::string pictures = "[study]\nimages = .\n", annotated = pictures + "annotations = a.json\n",
                      weights = "[weights]\nssd_mobilenet_v1_300 = w\n";
    const auto key = [&](const std::string &contents, const std::string &text) {
        folder.write("w", contents);
        return folder.cells(text + ssd).front().key;
    };
    CHECK(key("1", pictures) == key("1", annotated));
    CHECK(key("1", pictures + weights) != key("1", annotated + weights));
}

TEST_CASE("what cannot be is a cell with its reason")
{
    StudyFolder folder;
    const auto cells = folder.cells("[grid a]\nmeta = ssd, rfcn\nextractor = mobilenet_v1\nproposals = 10\nprecision = "
                                    "f32, int8\n[grid b]\nconfig = ssd_mobilenet_v1_300\nbatch = 4\n");
    REQUIRE(cells.size() == 5);
    CHECK(cells[0].impossible.find("ssd has no setting 'meta.proposals'") != std::string::npos);
    CHECK(cells[2].impossible == "");
    CHECK(cells[3].impossible ==
          "weights by formula have no ranges, which int8 needs: name a bundle of 'model quantise'");
    CHECK(cells[4].impossible == "auto computes one picture after the other");
}

TEST_CASE("a target says which precisions and batches can be")
{
    StudyFolder folder;
    const auto cells = folder.cells("[grid a]\nconfig = ssd_mobilenet_v1_300\ntarget = cuda, cpu\nbatch = 1, 16\n"
                                    "precision = f32, f16, int8\n");
    REQUIRE(cells.size() == 12);
    for (std::size_t i = 0; i < 6; ++i) CHECK(cells[i].impossible.empty() == (cells[i].precision != "int8"));
    for (std::size_t i = 6; i < 12; ++i) CHECK(cells[i].impossible.empty() == (i == 6));
    CHECK(planned(cells[4]).batch == 16);
    CHECK(planned(cells[4]).precision == "f16");
}

TEST_CASE("what measures a cell is told its precision and its batch")
{
    StudyFolder folder;
    const auto cell =
        folder.cells("[grid a]\nconfig = ssd_mobilenet_v1_300\ntarget = cuda\nbatch = 16\nprecision = f16\n").front();
    const auto arguments = bench_arguments(cell, Study{});
    const auto value_of = [&](const std::string &flag) {
        const auto at = std::find(arguments.begin(), arguments.end(), flag);
        return at == arguments.end() ? "" : *(at + 1);
    };
    CHECK(value_of("--batch") == "16");
    CHECK(value_of("--precision") == "f16");
    CHECK(value_of("--target") == "cuda");
}

TEST_CASE("slips that no cell survives are refused, with near names")
{
    CHECK(refused("[grid a]\nmeta = sdd\nextractor = mobilenet_v1\n").find("study.ini:2: ") != std::string::npos);
    CHECK(refused("[grid a]\nmeta = sdd\nextractor = mobilenet_v1\n").find("did you mean ssd?") != std::string::npos);
    CHECK(refused("[grid a]\nmeta = ssd\nextractor = mobilenet\n").find("did you mean mobilenet_v1?") !=
          std::string::npos);
    CHECK(
        refused(ssd + "meta.max_totl = 3\n")
            .find("study.ini:3: no detector of this grid has a setting 'meta.max_totl' (did you mean meta.max_total") !=
        std::string::npos);
    CHECK(refused(ssd + "proposals = 3\n").find("no detector of this grid has a setting 'meta.proposals'") !=
          std::string::npos);
    CHECK(refused(ssd + "meta.max_total = 3, -5\n").find("study.ini:3: meta.max_total is '-5', but may be") !=
          std::string::npos);
    CHECK(refused("[weights]\nssd_mobilenet_v1_30 = seeded\n" + ssd)
              .find("no grid has the detector 'ssd_mobilenet_v1_30' (did you mean ssd_mobilenet_v1_300?)") !=
          std::string::npos);
    std::string many;
    for (int i = 0; i < 400; ++i) many += (i ? "," : "") + std::to_string(i + 1);
    CHECK(refused(ssd + "size = " + many + "\nthreads = " + many + "\n").find("more than 100000 cells") !=
          std::string::npos);
}
