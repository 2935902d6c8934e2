// SPDX-License-Identifier: Apache-2.0
// pipeline.config: rules, and what the shipped ones make of published pipelines.
#include "files.h"
#include "shared_data.h"

#include "tensor/error.h"
#include "weights/importers/pipeline_config.h"
#include "weights/importers/pipeline_rules.h"

#include <doctest/doctest.h>

#include <filesystem>

using namespace tradewind;

namespace {

PipelineFormat small_format()
{
    return {parse_ini("[model]\nnet = means model.meta m\n"
                      "[model.net]\ntype = type\n"
                      "size = set model.classes,meta.size else 4\n"
                      "other_size = set meta.size\n"
                      "act = set meta.act with RELU:relu else RELU\n"
                      "scales = list meta.scales\n"
                      "high = part image.size 0 x else 300\nwide = part image.size 1 x else 200\n"
                      "fixed = is 1 2 because it is built so\n"
                      "count = maps\n"
                      "mask = refuse masks are not built\n"
                      "loss.* = training\n",
                      "fields.ini"),
            parse_ini("[e1]\nmaps = 6\nmodel.extractor = e\nmeta.act = other\nmeta.size = 9\n", "extractors.ini")};
}

PipelineSettings read(const std::string &net)
{
    return parse_pipeline_config("model {\nnet {\ntype: 'e1'\n" + net + "} }\ntrain_config { x: 1 }", "p",
                                 small_format());
}

std::string message(const std::string &net)
{
    return files::message_of([&] { read(net); });
}

PipelineFormat shipped_format()
{
    const std::string folder = std::string(std::getenv("TRADEWIND_SOURCE")) + "/configs/published/";
    return {read_ini(folder + "fields.ini"), read_ini(folder + "extractors.ini")};
}

std::string structure(const std::string &name) { return shared_path("assets/structure/" + name); }

Settings published(const std::string &name) { return read_pipeline_config(structure(name), shipped_format()).settings; }

std::string sample(const std::string &name)
{
    return "od_api_sample_configs/object_detection/samples/configs/" + name + ".config";
}

} // namespace

TEST_CASE("rules turn fields into settings")
{
    const PipelineSettings pipeline =
        read("size: 5 act: RELU scales: [1.0, 0.333299994469] scales: 2 high: 100 fixed: 2.0 "
             "count: 6 loss { a: 1 } loss { b: 2 }");
    const Settings &settings = pipeline.settings;
    CHECK(settings.text("model.meta") == "m");
    CHECK(settings.text("model.extractor") == "e");
    CHECK(settings.text("model.classes") == "5");
    CHECK(settings.text("meta.size") == "5");
    CHECK(settings.text("meta.act") == "relu");
    CHECK(settings.text("meta.scales") == "1,0.3333,2");
    CHECK(settings.text("image.size") == "100x200");
    CHECK(settings.find("meta.size")->origin == "p:4");
    CHECK(pipeline.passed_over == std::vector<std::string>{"train_config"});
}

TEST_CASE("a type's settings win over the format's defaults, and the pipeline's over both")
{
    const Settings settings = read("").settings;
    CHECK(settings.text("meta.act") == "other");
    CHECK(settings.text("meta.size") == "9");
    CHECK(settings.text("model.classes") == "4");
    CHECK(settings.find("model.classes")->origin == "p:2 (default)");
    CHECK(read("other_size: 7").settings.text("meta.size") == "7");
}

TEST_CASE("pipelines that cannot be built are refused with field and line")
{
    CHECK(message("sise: 5") ==
          "p:4: 'model.net.sise' is not known (did you mean size?); it may change the network, so it "
          "is not passed over");
    CHECK(files::contains(message("inner { a: 1 }"), "p:4: 'model.net.inner' is not known"));
    CHECK(message("size: 5\nsize: 5") == "p:5: 'model.net.size' stands twice");
    CHECK(message("size: 5\nother_size: 6") ==
          "p:5: this makes meta.size 6, but it is 5 at p:4: they must be the same here");
    CHECK(message("act: ELU") == "p:4: 'model.net.act' is ELU, which is not built");
    CHECK(message("fixed: 3") == "p:4: 'model.net.fixed' is 3: it is built so");
    CHECK(message("count: 5") == "p:4: the pipeline has anchors for 5 maps, but this type of feature extractor has 6");
    CHECK(message("mask { a: 1 }") == "p:4: 'model.net.mask': masks are not built");
    CHECK(files::contains(message("size { a: 1 }"), "p:4: 'model.net.size' is not known"));
    const auto whole = [](const std::string &text) {
        return files::message_of([&] { parse_pipeline_config(text, "p", small_format()); });
    };
    CHECK(whole("train_config {}") == "p:1: there is no message 'model' in this pipeline");
    CHECK(whole("model {} model {}") == "p:1: a pipeline has one message 'model'");
    CHECK(whole("model { net {} }") == "p:1: the pipeline names no feature extractor");
    CHECK(whole("model { net { type: 'e2' } }") ==
          "p:1: there is no feature extractor of type 'e2' here; there are e1");
    CHECK(whole("model {\n") == "p:2: the message that began on line 1 is not closed");
    CHECK(files::contains(files::message_of([] { read_pipeline_config("/nonexistent", small_format()); }),
                          "/nonexistent: the pipeline cannot be read"));
}

TEST_CASE("what is no rule is refused")
{
    for (const char *rule : {"", "sett meta.size", "set", "part image.size 0", "means model.meta"})
        CHECK_THROWS_AS(importers::Rules(parse_ini("[model]\nx = " + std::string(rule), "f")), Error);
}

TEST_CASE("released pipelines become the settings of the model")
{
    if (!have_shared("released pipelines")) return;
    const Settings one = published("ssd_mobilenet_v1_coco_2018_01_28/pipeline.config");
    const std::map<std::string, std::string> of_one = {
        {"model.meta", "ssd"},          {"model.extractor", "mobilenet_v1"}, {"model.classes", "90"},
        {"image.size", "300x300"},      {"image.resize", "fixed"},           {"extractor.depth_multiplier", "1"},
        {"extractor.min_depth", "16"},  {"extractor.activation", "relu6"},   {"meta.score_threshold", "0.3"},
        {"meta.iou_threshold", "0.6"},  {"meta.max_scale", "0.95"},          {"meta.aspect_ratios", "1,2,0.5,3,0.3333"},
        {"meta.max_total", "100"},      {"meta.score_converter", "sigmoid"}, {"meta.predictor_kernel", "1"},
        {"extractor.epsilon", "0.001"}, {"meta.box_scales", "10,10,5,5"},    {"meta.min_scale", "0.2"}};
    for (const auto &[key, value] : of_one) CHECK_MESSAGE(one.text(key) == value, key);
    const Settings two = published("faster_rcnn_inception_v2_finetuned_9cls/pipeline.config");
    const std::map<std::string, std::string> of_two = {{"model.meta", "faster_rcnn"},
                                                       {"model.extractor", "inception_v2"},
                                                       {"model.classes", "9"},
                                                       {"image.resize", "keep_aspect"},
                                                       {"image.min_side", "600"},
                                                       {"image.max_side", "1024"},
                                                       {"meta.proposals", "300"},
                                                       {"meta.proposal_iou", "0.7"},
                                                       {"meta.proposal_score_threshold", "0"},
                                                       {"meta.crop", "14"},
                                                       {"meta.pool", "2"},
                                                       {"meta.anchor_scales", "0.25,0.5,1,2"},
                                                       {"meta.anchor_ratios", "0.5,1,2"},
                                                       {"meta.anchor_stride", "16,16"},
                                                       {"meta.anchor_base", "256,256"},
                                                       {"meta.rpn_dilation", "1"},
                                                       {"meta.rpn_kernel", "3"},
                                                       {"meta.rpn_depth", "512"},
                                                       {"meta.score_threshold", "0"},
                                                       {"meta.iou_threshold", "0.6"},
                                                       {"meta.max_per_class", "100"},
                                                       {"meta.max_total", "300"},
                                                       {"meta.score_converter", "softmax"},
                                                       {"extractor.output_stride", "16"}};
    for (const auto &[key, value] : of_two) CHECK_MESSAGE(two.text(key) == value, key);
    const Settings maps = published(sample("rfcn_resnet101_coco"));
    const std::map<std::string, std::string> of_maps = {{"model.meta", "rfcn"},
                                                        {"extractor.depth", "101"},
                                                        {"meta.bins", "3,3"},
                                                        {"meta.crop", "18,18"},
                                                        {"meta.proposals", "300"}};
    for (const auto &[key, value] : of_maps) CHECK_MESSAGE(maps.text(key) == value, key);
    const Settings atrous = published(sample("faster_rcnn_inception_resnet_v2_atrous_coco"));
    CHECK(atrous.text("extractor.output_stride") == "8");
    CHECK(atrous.text("meta.anchor_stride") == "8,8");
    CHECK(atrous.text("meta.rpn_dilation") == "2");
    CHECK(atrous.text("meta.crop") == "17");
    CHECK(atrous.text("meta.pool") == "1");
}

TEST_CASE("every sample pipeline is translated, or refused for what it asks for")
{
    if (!have_shared("sample pipelines")) return;
    int read = 0, refused = 0;
    const auto built = [](const std::string &name) {
        for (const char *other :
             {"mobilenet_v2", "mobilenet_v3", "edgetpu", "ssdlite", "fpn", "ppn", "nas", "mask_rcnn"})
            if (files::contains(name, other)) return false;
        return true;
    };
    for (const auto &item :
         std::filesystem::directory_iterator(structure(sample("")).substr(0, structure(sample("")).rfind('/')))) {
        const std::string path = item.path().string(), name = item.path().filename().string();
        const std::string why = files::message_of([&] { read_pipeline_config(path, shipped_format()); });
        CAPTURE(name);
        CAPTURE(why);
        CHECK((why == "no error") == built(name));
        (why == "no error" ? read : refused) += 1;
        if (why != "no error")
            CHECK((files::contains(why, "not built") || files::contains(why, "there is no feature extractor of type") ||
                   files::contains(why, "predictors are plain") ||
                   files::contains(why, "anchors stand in the middles") || files::contains(why, "in pixels")));
    }
    CHECK(read == 34);
    CHECK(refused == 23);
}
