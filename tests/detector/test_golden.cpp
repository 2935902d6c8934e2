// SPDX-License-Identifier: Apache-2.0
// Golden activations: what was recorded is recognised on every target, and what differs is named.
#include "detector/golden.h"
#include "image/decode.h"
#include "scene.h"
#include "tensor/error.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>

using namespace tradewind;

namespace {

Model codes()
{
    return make_model(scene::registry(),
                      read_bundle(std::string(std::getenv("TRADEWIND_SOURCE")) + "/configs/bundles/codes.safetensors"),
                      {});
}

Picture tin()
{
    return scene::picture(std::string(std::getenv("TRADEWIND_SOURCE")) + "/configs/bundles/pictures/tin.png");
}

const Golden &recorded()
{
    static const Golden golden = [] {
        auto detector = scene::detector(codes(), "reference");
        return record_golden(detector, tin(), "tin.png");
    }();
    return golden;
}

GoldenReport compared(const Golden &golden, Model model = codes())
{
    auto detector = scene::detector(std::move(model), scene::targets().back());
    return compare_with_golden(detector, golden);
}

GoldenValue &value(Golden &golden, const std::string &name)
{
    for (auto &one : golden.values)
        if (one.name == name) return one;
    throw std::runtime_error("no value " + name);
}

// The model with one weight of a layer changed by this much.
Model with_changed_weight(const std::string &name, float by)
{
    Model model = codes();
    Tensor &tensor = model.weights.tensors.at(name);
    Tensor copy(tensor.shape());
    std::memcpy(copy.data(), tensor.data(), tensor.bytes());
    copy.floats()[3] += by;
    tensor = copy;
    return model;
}

void check_refused(const GoldenSection &section)
{
    try {
        from_section(section, "file");
        FAIL("not refused");
    } catch (const Error &error) {
        CHECK(error.code() == ErrorCode::refused);
        CHECK(error.context() == "file");
    }
}

} // namespace

TEST_CASE("every target agrees with what the reference computed")
{
    CHECK(recorded().values.size() > 60);
    CHECK(recorded().values.front().name == "resized_image");
    CHECK_FALSE(recorded().detections.empty());
    for (const auto &target : scene::targets()) {
        CAPTURE(target);
        auto detector = scene::detector(codes(), target);
        const auto report = compare_with_golden(detector, recorded());
        CHECK(report.agrees());
        CHECK(report.values == recorded().values.size());
        CHECK(report.detections == recorded().detections.size());
        REQUIRE(report.largest);
        CHECK((target == "reference" ? report.largest->difference == 0 : report.largest->difference > 0));
    }
}

TEST_CASE("facts of a value are those of its elements")
{
    auto detector = scene::detector(codes(), "reference");
    const auto values = detector.trace(tin(), {"anchors", "feature_map_1"});
    for (const auto &[name, tensor] : values) {
        Golden copy = recorded();
        const GoldenValue &facts = value(copy, name);
        double sum = 0, squares = 0;
        for (std::int64_t i = 0; i < tensor.count(); ++i)
            sum += tensor.floats()[i], squares += std::pow(tensor.floats()[i], 2);
        const double n = static_cast<double>(tensor.count()), mean = sum / n;
        CHECK(facts.shape == tensor.shape());
        CHECK(facts.mean == doctest::Approx(mean).epsilon(1e-5));
        CHECK(facts.deviation == doctest::Approx(std::sqrt(squares / n - mean * mean)).epsilon(1e-4));
        CHECK(facts.least == *std::min_element(tensor.floats(), tensor.floats() + tensor.count()));
        CHECK(facts.most == *std::max_element(tensor.floats(), tensor.floats() + tensor.count()));
        REQUIRE(facts.samples.size() == 32);
        for (std::uint64_t k = 0; k < 32; ++k)
            CHECK(facts.samples[k] == tensor.floats()[k * 2654435761u % static_cast<std::uint64_t>(tensor.count())]);
    }
}

TEST_CASE("the first layer whose weights changed is named, with what follows counted")
{
    const std::string layer = "FeatureExtractor/MobilenetV1/Conv2d_5_pointwise";
    const auto report = compared(recorded(), with_changed_weight(layer + "/weights", 1.0f));
    REQUIRE(report.first);
    CHECK(report.first->node == layer);
    CHECK(report.first->op == "conv2d");
    CHECK(report.first->difference > report.first->allowed);
    CHECK(report.differing > 20);
    CHECK(report.differing < report.values);
    // A change that float32 hardly holds is none.
    CHECK(compared(recorded(), with_changed_weight(layer + "/weights", 1e-7f)).agrees());
}

TEST_CASE("any recorded number that is off is found")
{
    const auto off_by = [](auto &&change) {
        Golden golden = recorded();
        change(value(golden, "FeatureExtractor/MobilenetV1/Conv2d_7_depthwise"));
        const auto report = compared(golden);
        CHECK(report.differing == 1);
        return report.first ? report.first->where : std::string("nothing");
    };
    CHECK(off_by([](GoldenValue &v) { v.samples[9] += v.deviation; }).starts_with("element "));
    CHECK(off_by([](GoldenValue &v) { v.mean += 0.01f * v.deviation; }).starts_with("the mean is "));
    CHECK(off_by([](GoldenValue &v) { v.most += 0.01f * v.deviation; }).starts_with("the largest element is "));
    CHECK(
        off_by([](GoldenValue &v) { v.samples[0] = std::numeric_limits<float>::quiet_NaN(); }).starts_with("element "));
    CHECK(off_by([](GoldenValue &v) { v.shape[0] += 1; }).starts_with("its shape is "));
    Golden renamed = recorded();
    renamed.values[5].name = "gone";
    CHECK(compared(renamed).first->where == "the network has no such value any more");
}

TEST_CASE("detections are compared as a set; those that are lost, new or moved differ")
{
    Golden golden = recorded();
    Detection more = golden.detections.front();
    more.box.ymin -= 50;
    golden.detections.push_back(more);
    auto report = compared(golden);
    REQUIRE(report.first);
    CHECK(report.first->name == "detections");
    CHECK(report.first->where.starts_with("not found: "));
    CHECK(report.differing == 0);
    CHECK(report.lost == 1);
    CHECK(report.surplus == 0);
    golden = recorded();
    golden.detections.front().box.xmax += 1;
    report = compared(golden); // the one is not found, the other not recorded
    CHECK_FALSE(report.agrees());
    CHECK(report.differing == 0);
    CHECK(report.lost == 1);
    CHECK(report.surplus == 1);
    golden = recorded();
    golden.detections.clear();
    CHECK(compared(golden).first->where.starts_with("found, but not recorded: barcode with score 0.93"));
    // At the threshold the last digits decide.
    golden = recorded();
    more.score = 0.40001f;
    golden.detections.push_back(more);
    CHECK(compared(golden).agrees());
}

TEST_CASE("rows of a suppression in another order are no difference where the detections are the same")
{
    Golden golden = recorded();
    value(golden, "detection_boxes").samples[0] += 0.5f;
    const auto report = compared(golden);
    CHECK(report.agrees());
    CHECK(report.left_out > 0);
}

TEST_CASE("a second stage is compared on the proposals that were recorded")
{
    for (const std::string meta : {"faster_rcnn", "rfcn"}) {
        CAPTURE(meta);
        const std::string ini =
            "[model]\nmeta = " + meta +
            "\nextractor = mobilenet_v1\nclasses = 3\n[image]\nresize = keep_aspect\nmin_side = 96\n"
            "max_side = 128\n[extractor]\ndepth_multiplier = 0.25\n[meta]\nproposals = 24\n";
        const Picture picture = formula_picture(96, 128);
        auto plain = scene::detector(scene::seeded_model(ini), "reference");
        Golden golden = record_golden(plain, picture, "picture:96x128");
        for (const auto &target : scene::targets()) {
            CAPTURE(target);
            auto detector = scene::detector(scene::seeded_model(ini), target);
            CHECK(compare_with_golden(detector, golden).agrees());
        }
        // Rows of the second stage follow the proposals that are given, in their order.
        const auto own = plain.trace(picture, {"proposals_normalized", "class_logits"});
        const std::int64_t rows = own.at("class_logits").shape()[0], classes = own.at("class_logits").shape()[1];
        Tensor reversed(own.at("proposals_normalized").shape());
        for (std::int64_t i = 0; i < rows; ++i)
            std::memcpy(reversed.floats() + 4 * i, own.at("proposals_normalized").floats() + 4 * (rows - 1 - i), 16);
        const auto other =
            plain.trace(picture, {"proposals_normalized", "class_logits"}, {{"proposals_normalized", reversed}});
        CHECK(std::memcmp(other.at("proposals_normalized").data(), own.at("proposals_normalized").data(),
                          reversed.bytes()) == 0);
        REQUIRE(rows == 24);
        for (std::int64_t i = 0; i < rows; ++i)
            CHECK(std::memcmp(other.at("class_logits").floats() + classes * i,
                              own.at("class_logits").floats() + classes * (rows - 1 - i),
                              4 * static_cast<std::size_t>(classes)) == 0);
    }
}

TEST_CASE("a bundle carries it, the picture included")
{
    for (const std::string name : {"picture:120x90", "tin.png"}) {
        CAPTURE(name);
        Golden golden = recorded();
        golden.picture_name = name;
        if (name != "tin.png") golden.picture = formula_picture(120, 90);
        const GoldenSection section = to_section(golden);
        CHECK(section.tensors.count("picture") == (name == "tin.png"));
        const Golden read = from_section(section, "file");
        CHECK(read.picture.rgb == golden.picture.rgb);
        CHECK((read.picture_name == name && read.target == "reference"));
        REQUIRE(read.values.size() == golden.values.size());
        for (std::size_t i = 0; i < read.values.size(); ++i) {
            CHECK(read.values[i].name == golden.values[i].name);
            CHECK(read.values[i].samples == golden.values[i].samples);
            CHECK(read.values[i].deviation == golden.values[i].deviation);
        }
        CHECK(read.detections.size() == golden.detections.size());
        CHECK(read.detections[0].box.xmax == golden.detections[0].box.xmax);
    }
}

TEST_CASE("a picture too large to be carried is refused, by formula it is not")
{
    auto detector = scene::detector(codes(), scene::targets().back());
    CHECK_THROWS_AS(record_golden(detector, formula_picture(600, 600), "large.png"), Error);
    CHECK(record_golden(detector, formula_picture(600, 600), "picture:600x600").values.size() > 60);
}

TEST_CASE("damaged records are refused")
{
    using nlohmann::json;
    const GoldenSection whole = to_section(recorded());
    for (const char *name : {"activations", "detections", "picture"}) {
        GoldenSection section = whole;
        section.tensors.erase(name);
        check_refused(section);
        section.tensors[name] = Tensor(Shape{5});
        check_refused(section);
        section.tensors[name] = Tensor(Shape{5}, ElementType::i64);
        check_refused(section);
    }
    for (const char *text : {"", "{", "[]", "{}", "{\"version\":1}"}) {
        GoldenSection section = whole;
        section.description = text;
        check_refused(section);
    }
    const auto changed = [&](const char *pointer, const json &to) {
        GoldenSection section = whole;
        json description = json::parse(section.description);
        description[json::json_pointer(pointer)] = to;
        section.description = description.dump();
        check_refused(section);
    };
    changed("/version", 2);
    changed("/height", -5);
    changed("/width", 1 << 30);
    changed("/values/3/samples", 1);
    changed("/values/3/samples", -1);
    changed("/values/3/samples", 1'000'000'000'000);
    changed("/values/3/shape", "x");
    changed("/values/3", 7);
    changed("/values", 7);
}
