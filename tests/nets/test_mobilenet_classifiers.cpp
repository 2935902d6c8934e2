// SPDX-License-Identifier: Apache-2.0
// Trained classifiers as published, TFLite files with batch norms folded: all of the trunk is in them, of what they
// hold only the classifier's head is left over, and with that head they name what is on photographs.
#include "scene.h"

#include "shared_data.h"
#include "weights/binding.h"
#include "weights/importers/import.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <sstream>

using namespace tradewind;

namespace {

// Builds without the importers read no TFLite files.
bool have_classifiers(const char *what)
{
    if (!have_shared(what)) return false;
    if (std::string(std::getenv("TRADEWIND_IMPORTERS") ? std::getenv("TRADEWIND_IMPORTERS") : "1") == "1") return true;
    say_skipped(what, "the importers");
    return false;
}

std::string asset(const std::string &name) { return shared_path("assets/weights/" + name); }

WeightStore weights_of(const std::string &file) { return import_weights(asset(file)).weights; }

Model trunk(const std::string &multiplier, const std::string &side)
{
    return make_model(scene::registry(),
                      parse_ini("[model]\nextractor = mobilenet_v1\n"
                                "[image]\nscale = 0.0078125\nmean = 1\nsize = " +
                                    side + "\n[extractor]\nnormalisation = none\ndepth_multiplier = " + multiplier +
                                    "\n",
                                "test"));
}

BindingReport binding(const Model &model, const WeightStore &weights)
{
    return compare(describe(model, resized_size(model, {300, 300})), weights);
}

const std::string head = "MobilenetV1/Logits/Conv2d_1c_1x1/";

struct Classifier {
    std::string multiplier, side, file, head_file;
    std::map<std::string, std::string> seen; // picture, and how its label begins
};

const std::string imagenet = "mobilenet_v1_imagenet_tflite/";
const Classifier classifiers[] = {
    {"0.25", "128", imagenet + "mobilenet_v1_0.25_128_quant.tflite", "", {}}, // too weak for these pictures
    {"0.5", "160", imagenet + "mobilenet_v1_0.5_160_quant.tflite", "", {{"eagle.jpg", "bald eagle"}}},
    {"0.75", "192", imagenet + "mobilenet_v1_0.75_192_quant.tflite", "", {{"eagle.jpg", "bald eagle"}}},
    {"1.0",
     "224",
     imagenet + "mobilenet_v1_1.0_224_quant_embedding_extractor.tflite",
     imagenet + "mobilenet_quant_v1_224_head_layers.tflite",
     {{"eagle.jpg", "bald eagle"}, {"image1.jpg", "beagle"}}},
};

struct Guess {
    std::string label;
    double probability = 0;
};

// The mean over the map, a dense layer, softmax: what follows the trunk in a classifier.
Guess classify(const Tensor &map, const Tensor &weights, const Tensor &biases)
{
    const std::int64_t channels = map.shape().back(), classes = biases.count();
    const double pixels = static_cast<double>(map.count() / channels);
    std::vector<double> logits(biases.floats(), biases.floats() + classes);
    for (std::int64_t i = 0; i < map.count(); ++i)
        for (std::int64_t k = 0; k < classes; ++k)
            logits[static_cast<std::size_t>(k)] +=
                map.floats()[i] / pixels * weights.floats()[i % channels * classes + k];
    const auto best = std::max_element(logits.begin(), logits.end());
    double sum = 0;
    for (const double logit : logits) sum += std::exp(logit - *best);
    std::istringstream labels(scene::read_text(asset(imagenet + "imagenet_labels.txt")));
    Guess guess{"", 1 / sum};
    for (auto i = logits.begin(); i <= best; ++i) std::getline(labels, guess.label);
    return guess;
}

// Keras numbers layers, and TFLite's converter calls depthwise ones after their batch norms.
std::string published_name(std::string name)
{
    const std::string leaf = name.substr(name.rfind('/'));
    const auto number = [&](const std::string &after) {
        return std::atoi(name.c_str() + name.find(after) + after.size());
    };
    if (name.find("batch_normalization_") != std::string::npos)
        return "MobilenetV1/Conv2d_" + std::to_string((number("batch_normalization_") + 1) / 2) + "_depthwise" + leaf;
    if (name.find("conv2d_") == std::string::npos) return "MobilenetV1/Conv2d_0" + leaf;
    return "MobilenetV1/Conv2d_" + std::to_string(number("conv2d_")) + "_pointwise" + leaf;
}

} // namespace

TEST_CASE("classifiers of ImageNet bind to the trunk, with the head left over, and know what they see")
{
    if (!have_classifiers("the MobileNet classifiers")) return;
    for (const Classifier &classifier : classifiers) {
        CAPTURE(classifier.file);
        Model model = trunk(classifier.multiplier, classifier.side);
        model.weights = weights_of(classifier.file);
        WeightStore rest = model.weights;
        if (!classifier.head_file.empty()) {
            CHECK(binding(model, rest).text() == "expected 54 tensors, matched 54");
            rest.tensors.merge(weights_of(classifier.head_file).tensors);
        }
        CHECK(binding(model, rest).text() ==
              "expected 54 tensors, matched 54; 2 unused: " + head + "biases; " + head + "weights");
        auto detector = scene::detector(std::move(model), scene::targets().back());
        for (const auto &[picture, label] : classifier.seen) {
            CAPTURE(picture);
            const auto maps =
                detector.trace(scene::picture(shared_path("assets/images/" + picture)), {"Conv2d_13_pointwise"});
            const Guess guess = classify(maps.at("Conv2d_13_pointwise"), rest.tensors.at(head + "weights"),
                                         rest.tensors.at(head + "biases"));
            MESSAGE(classifier.multiplier << " sees " << guess.label << " " << guess.probability << " in " << picture);
            CHECK(guess.label.starts_with(label));
        }
    }
}

TEST_CASE("visual wake words: a classifier of Keras has every weight of the trunk, under other names")
{
    if (!have_classifiers("the classifier of visual wake words")) return;
    const WeightStore of_keras = weights_of("mlperf_tiny_vww_mobilenet_v1_025/vww_96_float.tflite");
    WeightStore renamed;
    for (const auto &[name, tensor] : of_keras.tensors) renamed.tensors[published_name(name)] = tensor;
    CHECK(binding(trunk("0.25", "96"), renamed).text() == "expected 54 tensors, matched 54");
}
