// SPDX-License-Identifier: Apache-2.0
// Published formats: the same tensors as elsewhere, and no damage that crashes.
#include "files.h"
#include "shared_data.h"

#include "tensor/error.h"
#include "weights/importers/import.h"
#include "weights/seeded.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <cstring>
#include <fstream>
#include <random>

using namespace tradewind;

namespace {

bool have(const char *what)
{
    if (!have_shared(what)) return false;
    if (std::string(std::getenv("TRADEWIND_IMPORTERS") ? std::getenv("TRADEWIND_IMPORTERS") : "1") == "1") return true;
    say_skipped(what, "the importers");
    return false;
}

const std::map<std::string, Tensor> &float_coco()
{
    static const auto tensors =
        import_weights(shared_path("goldens/real/ssd_mobilenet_v1_075_coco_float.safetensors")).weights.tensors;
    return tensors;
}

void check_equal(const std::map<std::string, Tensor> &expected, const std::map<std::string, Tensor> &got)
{
    CHECK(expected.size() == got.size());
    for (const auto &[name, tensor] : expected) {
        CAPTURE(name);
        REQUIRE(got.count(name));
        REQUIRE(got.at(name).shape() == tensor.shape());
        CHECK(std::memcmp(got.at(name).data(), tensor.data(), tensor.bytes()) == 0);
    }
}

// Damages copies of a file in many places; the reader may refuse, and may read what is still well formed.
void mutate(const std::string &source, std::size_t keep, int rounds)
{
    const files::Folder folder;
    const std::string whole = files::read(source).substr(0, keep);
    std::mt19937 random(1);
    int refused = 0;
    for (int i = 0; i < rounds; ++i) {
        std::string bytes = i % 4 == 0 ? whole.substr(0, random() % whole.size()) : whole;
        for (unsigned n = random() % 8; n > 0 && !bytes.empty(); --n)
            bytes[random() % bytes.size()] = static_cast<char>(random());
        files::write(folder / "f", bytes);
        try {
            import_weights(folder / "f");
        } catch (const Error &error) {
            CHECK(error.code() == ErrorCode::refused);
            ++refused;
        }
    }
    CHECK(refused > rounds / 8);
}

} // namespace

TEST_CASE("formats are told by content")
{
    const files::Folder folder;
    files::write(folder / "model.pb", "this is a text, whatever its name");
    CHECK(files::contains(files::message_of([&] { import_weights(folder / "model.pb"); }),
                          "no weight file of a known format"));
    CHECK(files::contains(files::message_of([&] { import_weights(folder / "absent.pb"); }), "cannot be opened"));
}

TEST_CASE("a quantised TFLite file gives the dequantised tensors, under checkpoint names")
{
    if (!have("detect.tflite")) return;
    check_equal(
        float_coco(),
        import_weights(shared_path("assets/weights/ssd_mobilenet_v1_coco_quant_tflite/detect.tflite")).weights.tensors);
}

// The file of the case above with one layer renamed, to as many letters: no separable convolution is at hand.
TEST_CASE("the second kernel of a separable convolution keeps its name in TFLite files")
{
    if (!have("detect.tflite")) return;
    const std::string layer = "FeatureExtractor/MobilenetV1/Conv2d_2_pointwise", was = "/weights_quant/FakeQuant",
                      is = "/pointwise_weights/Quant";
    REQUIRE(was.size() == is.size());
    std::string bytes = files::read(shared_path("assets/weights/ssd_mobilenet_v1_coco_quant_tflite/detect.tflite"));
    const auto at = bytes.find("Conv2d_2_pointwise" + was);
    REQUIRE(at != std::string::npos);
    bytes.replace(bytes.find(was, at), was.size(), is);
    const files::Folder folder;
    files::write(folder / "separable.tflite", bytes);
    const auto tensors = import_weights(folder / "separable.tflite").weights.tensors;
    CHECK(tensors.count(layer + "/pointwise_weights") == 1);
    CHECK(tensors.count(layer + "/biases") == 1);
    CHECK(tensors.count(layer + "/weights") == 0);
}

TEST_CASE("a frozen graph gives the same tensors")
{
    if (!have("the frozen COCO graph")) return;
    const Bundle bundle = import_weights(shared_path("goldens/real/ssd_mobilenet_v1_075_coco_float.pb"));
    check_equal(float_coco(), bundle.weights.tensors);
    CHECK(bundle.metadata.at("source_format") == "TensorFlow frozen graph");
}

TEST_CASE("batch norms of frozen graphs stay as they are")
{
    if (!have("the frozen person, cat and dog graph")) return;
    const auto tensors =
        import_weights(shared_path("assets/weights/aiy_tf_models/mobilenet_ssd_256res_0.125_person_cat_dog.pb"))
            .weights.tensors;
    CHECK(tensors.at("FeatureExtractor/MobilenetV1/Conv2d_0/BatchNorm/moving_variance").shape() == Shape{16});
}

TEST_CASE("graphs of old and new op names give the same constants")
{
    if (!have("the small frozen graphs")) return;
    const auto constants =
        nlohmann::json::parse(std::ifstream(shared_path("goldens/checkpoint/expected.json")))["frozen"]["constants"];
    for (const char *name : {"small_graph.pb", "small_graph_new_ops.pb"}) {
        const auto got = import_weights(shared_path(std::string("goldens/checkpoint/frozen/") + name)).weights.tensors;
        std::map<std::string, Tensor> expected;
        for (const auto &constant : constants)
            expected[constant["name"]] = seeded_tensor(constant["name"], constant["shape"].get<Shape>());
        CHECK(expected.size() == 23);
        check_equal(expected, got);
    }
}

TEST_CASE("damaged files never crash a reader")
{
    if (!have("damaged weight files")) return;
    mutate(shared_path("goldens/checkpoint/frozen/small_graph.pb"), 1 << 20, 2000);
    mutate(shared_path("goldens/checkpoint/v1/model.ckpt"), 1 << 20, 40);
    mutate(shared_path("goldens/checkpoint/v2/model.ckpt.index"), 1 << 20, 500);
    mutate(shared_path("assets/weights/mlperf_tiny_vww_mobilenet_v1_025/vww_96_int8.tflite"), 1 << 20, 300);
}

TEST_CASE("a TFLite file of 8 bits brings the ranges of its layers and of its input")
{
    if (!have("ranges of a TFLite file")) return;
    const std::string folder = shared_path("assets/weights/");
    const Bundle bundle = import_weights(folder + "ssd_mobilenet_v1_coco_quant_tflite/detect.tflite");
    const Quantisation &quantisation = bundle.quantisation;
    std::size_t layers = 0;
    for (const auto &[name, tensor] : bundle.weights.tensors) {
        if (!name.ends_with("weights")) continue;
        CAPTURE(name);
        CHECK(quantisation.ranges.count(name.substr(0, name.rfind('/'))));
        ++layers;
    }
    CHECK(quantisation.ranges.size() == layers + 1);
    const ValueRange input = quantisation.ranges.at("preprocessed");
    CHECK(input.low == -1.0f);
    CHECK(input.high == 127 / 128.0f);
    const ValueRange first = quantisation.ranges.at("FeatureExtractor/MobilenetV1/Conv2d_0"); // after its ReLU6
    CHECK(first.low == 0.0f);
    CHECK(first.high == doctest::Approx(255 * 0.023528477).epsilon(1e-6));
    CHECK(quantisation.made.at("method") == "the file's own scales");
}
