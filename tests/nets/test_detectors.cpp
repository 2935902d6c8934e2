// SPDX-License-Identifier: Apache-2.0
// Every shipped detector that has golden numbers, stage by stage from the picture to the detections, with seeded
// weights. Where the environment variable TRADEWIND_DETECTOR_TABLE names a file, the results are added to it.
#include "detector_table.h"
#include "scene.h"

#include "image/decode.h"
#include "shared_data.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>

using namespace tradewind;
using json = nlohmann::json;

namespace {

struct Row {
    std::string config, golden; // configs/<config>.ini, goldens/<golden>
    int proposals = 0;          // in place of the config's; 0: as it says
    int height = 225, width = 300;
    std::string prefix = {}; // of a single-stage golden's tensors
};

const Row rows[] = {
    {"ssd_mobilenet_v1_300", "ssd/ssd_mobilenet_v1", 0, 300, 300, "300x300."},
    {"ssd_inception_v2_300", "ssd/ssd_inception_v2", 0, 300, 300, "300x300."},
    {"ssd_inception_v2_300", "ssd/ssd_inception_v2", 0, 427, 640, "427x640."},
    {"ssd_inception_v3_300", "ssd/ssd_inception_v3_2018_code", 0, 300, 300, "300x300."},
    {"ssd_vgg16_300", "ssd/ssd_vgg16", 0, 300, 300, "300x300."},
    {"ssd_resnet101_300", "ssd/ssd_resnet_101", 0, 300, 300, "300x300."},
    {"ssd_inception_resnet_v2_300", "ssd/ssd_inception_resnet_v2", 0, 300, 300, "300x300."},
    {"faster_rcnn_vgg16_300", "faster_rcnn/vgg16", 50},
    {"faster_rcnn_resnet101_300", "faster_rcnn/resnet101", 300},
    {"faster_rcnn_resnet101_600", "faster_rcnn/resnet101_600", 100, 427, 640},
    {"faster_rcnn_resnet101_300_s8", "faster_rcnn/resnet101_s8", 50},
    {"faster_rcnn_inception_v2_300", "faster_rcnn/inception_v2", 50},
    {"faster_rcnn_inception_v2_300_nopool", "faster_rcnn/inception_v2_nopool", 20},
    {"faster_rcnn_inception_v3_300", "faster_rcnn/inception_v3", 50},
    {"faster_rcnn_inception_resnet_v2_300", "faster_rcnn/inception_resnet_v2", 50},
    {"faster_rcnn_inception_resnet_v2_300_s8", "faster_rcnn/inception_resnet_v2_s8", 50},
    {"faster_rcnn_mobilenet_v1_300", "faster_rcnn/mobilenet_v1", 50},
    {"faster_rcnn_mobilenet_v1_300_pool", "faster_rcnn/mobilenet_v1_pool", 50},
    {"rfcn_vgg16_300", "rfcn/vgg16", 50},
    {"rfcn_resnet101_300", "rfcn/resnet101", 300},
    {"rfcn_resnet101_300_7bins", "rfcn/resnet101_7bins", 300},
    {"rfcn_inception_v2_300", "rfcn/inception_v2", 50},
    {"rfcn_inception_v3_300", "rfcn/inception_v3", 50},
    {"rfcn_inception_resnet_v2_300", "rfcn/inception_resnet_v2", 50},
    {"rfcn_mobilenet_v1_300", "rfcn/mobilenet_v1", 50},
};

Model model_of_row(const Row &row)
{
    Settings settings = read_ini(std::string(std::getenv("TRADEWIND_SOURCE")) + "/configs/" + row.config + ".ini");
    if (row.proposals) settings.set("meta.proposals", std::to_string(row.proposals), "the golden run");
    return scene::seeded_model(settings);
}

// Adds to the file that the environment names, which begins with a head.
void write(const std::string &row)
{
    const char *path = std::getenv("TRADEWIND_DETECTOR_TABLE");
    if (!path) return;
    std::ofstream table(path, std::ios::app);
    table << (table.tellp() == 0 ? golden::table_head() : std::string()) << row;
}

void compare(const Row &row, const std::string &target)
{
    CAPTURE(row.config);
    CAPTURE(target);
    const Model model = model_of_row(row);
    const ModelReport described = report(model, {row.height, row.width});
    auto detector = scene::detector(model, target);
    const Picture picture = formula_picture(row.height, row.width);
    const auto expected = golden::tensors(row.golden + ".safetensors");
    std::vector<golden::StageDifference> whole;
    std::map<std::string, Tensor> given;
    if (row.prefix.empty()) { // the second stage is compared on the proposals of the golden run
        const auto alone = detector.trace(picture, {"proposals_normalized", "detection_*"});
        whole.push_back(golden::end_to_end(expected, alone));
        given["proposals_normalized"] = expected.at("proposals_normalized");
    }
    const auto found = detector.trace(picture, {}, given);
    const json description = json::parse(scene::read_text(shared_path("goldens/" + row.golden + ".json")));
    auto differences = row.prefix.empty() ? golden::two_stage_differences(expected, description, found)
                                          : golden::single_stage_differences(expected, row.prefix, found);
    differences.insert(differences.end(), whole.begin(), whole.end());
    for (const auto &difference : differences) {
        CAPTURE(difference.stage);
        CHECK(difference.largest <= difference.tolerance);
    }
    const bool other_picture = !row.prefix.empty() && row.prefix != "300x300.";
    write(golden::table_row(row.config +
                                (other_picture ? ", picture " + row.prefix.substr(0, row.prefix.size() - 1) : ""),
                            target, described, differences));
}

void compare_all(const std::string &target)
{
    if (!have_shared("golden detectors")) return;
    for (const Row &row : rows) compare(row, target);
}

} // namespace

TEST_CASE("no node of a detector falls back to the plain kernels on the cpu target")
{
    const auto targets = scene::targets();
    if (!std::count(targets.begin(), targets.end(), "cpu")) return;
    for (const Row &row : rows) {
        CAPTURE(row.config);
        auto detector = scene::detector(model_of_row(row), "cpu");
        const auto placements = detector.placements({row.height, row.width});
        CHECK(placements.size() > 20);
        for (const Placement &placement : placements)
            if (placement.implementation.find("ref") != std::string::npos)
                FAIL_CHECK(placement.node << " (" << placement.op << "): " << placement.implementation);
    }
}

TEST_CASE("the other reading of the first map of Inception-ResNet's SSD")
{
    if (!have_shared("golden SSD Inception-ResNet V2")) return;
    const auto expected = golden::tensors("ssd/ssd_inception_resnet_v2.safetensors");
    auto detector =
        scene::detector(model_of_row({"ssd_inception_resnet_v2_300_mixed_6a", ""}), scene::targets().back());
    const auto found = detector.trace(formula_picture(300, 300), {"BoxPredictor_0/*/rows"});
    for (const auto &[stage, name] :
         {std::pair("box_encodings_map0", "BoxEncodingPredictor"), std::pair("class_logits_map0", "ClassPredictor")}) {
        const Tensor &whole = expected.at(std::string("300x300.alt_mixed_6a.") + stage);
        const Tensor &here = found.at(std::string("BoxPredictor_0/") + name + "/rows");
        CHECK(golden::largest_difference(whole, here) <= 1e-4 * golden::statistics(whole).deviation);
    }
}

TEST_CASE("every detector equals its golden run at every stage")
{
    const auto targets = scene::targets();
    if (std::count(targets.begin(), targets.end(), "cpu")) compare_all("cpu");
}

TEST_CASE("every detector equals its golden run on the reference target") { compare_all("reference"); }
