// SPDX-License-Identifier: Apache-2.0
// The fast resize against the plain one, bit by bit; what the network begins with is done on the way.
#include "ops/standard_ops.h"
#include "passes/passes.h"
#include "targets/onednn/onednn_target.h"
#include "targets/onednn/threads.h"
#include "targets/usable_threads.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

using namespace tradewind;

namespace {

// Exactly as long as its pixels, so that a memory checker sees any look past the end.
Picture noise(std::int64_t height, std::int64_t width)
{
    std::mt19937 generator(static_cast<unsigned>(height * 10007 + width));
    Picture picture;
    picture.height = height;
    picture.width = width;
    picture.rgb.resize(static_cast<std::size_t>(height * width * 3));
    for (auto &value : picture.rgb) value = static_cast<std::uint8_t>(generator());
    picture.rgb.shrink_to_fit();
    return picture;
}

} // namespace

TEST_CASE("the fast resize has the bits of the plain one")
{
    const ImageSize pictures[] = {{480, 640}, {1, 1}, {1, 7}, {7, 1}, {2, 2}, {33, 500}, {299, 301}, {1080, 720}};
    const ImageSize sizes[] = {{300, 300}, {1, 1}, {1, 5}, {6, 1}, {33, 47}, {600, 800}};
    const ResizeMethod methods[] = {ResizeMethod::bilinear, ResizeMethod::bilinear_rounded,
                                    ResizeMethod::bilinear_align_corners, ResizeMethod::bilinear_half_pixel};
    for (const auto &from : pictures) {
        const Picture picture = noise(from.height, from.width);
        for (const auto &to : sizes)
            for (const auto method : methods)
                for (const int threads : {1, 3}) {
                    Tensor expected({1, to.height, to.width, 3}), found({1, to.height, to.width, 3});
                    resize(picture, method, to, expected.floats());
                    const onednn::ThreadScope scope(threads);
                    onednn::resize_picture(picture, method, nullptr, found.view());
                    INFO(from.height << "x" << from.width << " to " << to.height << "x" << to.width << ", method "
                                     << static_cast<int>(method));
                    REQUIRE(std::memcmp(expected.data(), found.data(), expected.bytes()) == 0);
                }
    }
}

TEST_CASE("a resize that normalises has the bits of a resize and a normalisation")
{
    const Picture picture = noise(37, 301);
    for (const ImageSize to : {ImageSize{20, 33}, ImageSize{60, 7}, ImageSize{50, 400}})
        for (const ResizeMethod method : {ResizeMethod::bilinear, ResizeMethod::bilinear_rounded})
            for (const bool reversed : {false, true}) {
                const Normalisation normalisation{{2.0f / 255.0f, 0.7f, 1.1f}, {1.0f, 116.78f, 0.3f}, reversed};
                Tensor expected({1, to.height, to.width, 3}), found({1, to.height, to.width, 3});
                resize(picture, method, to, expected.floats());
                for (float *pixel = expected.floats(); pixel != expected.floats() + expected.count(); pixel += 3) {
                    if (reversed) std::swap(pixel[0], pixel[2]);
                    for (std::size_t c = 0; c < 3; ++c)
                        pixel[c] = pixel[c] * normalisation.scale[c] - normalisation.mean[c];
                }
                onednn::resize_picture(picture, method, &normalisation, found.view());
                CHECK(std::memcmp(expected.data(), found.data(), expected.bytes()) == 0);
            }
}

namespace {

// What a network that only normalises makes of a picture resized into it, or of `written` where that is not empty.
Tensor normalised(const Picture &picture, const Tensor &written, const CompileOptions &options)
{
    Graph graph(standard_ops());
    const Value image = graph.add_input("image", {{1, 20, 30, 3}});
    Attributes attributes;
    attributes.set("scale", std::vector<double>{2.0 / 255.0, 0.5, 1.5});
    attributes.set("mean", std::vector<double>{1.0, 103.94, 0.25});
    attributes.set("channel_order", "bgr");
    const Value x = graph.add("normalize", "preprocessed", {image}, attributes);
    graph.values[x].range = {-104, 300};
    graph.set_output("result", graph.add("relu", "relu", {x}, {}));
    const auto target = onednn::make_target();
    const MemoryPlan plan = plan_memory(graph, target->memory_rules(graph, options));
    const auto executable = target->compile(std::move(graph), plan, options);
    executable->resize_into(0, picture, ResizeMethod::bilinear);
    if (!written.empty()) executable->write(0, written);
    executable->run();
    return executable->read(0);
}

} // namespace

TEST_CASE("a network begins alike with a picture and with its pixels")
{
    const Picture picture = noise(41, 50), other = noise(9, 11);
    Tensor pixels({1, 20, 30, 3});
    resize(picture, ResizeMethod::bilinear, {20, 30}, pixels.floats());
    for (const Precision precision : {Precision::f32, Precision::bf16, Precision::int8}) {
        CompileOptions options;
        options.precision = precision;
        if (!onednn::make_target()->refuses(precision, 1).empty()) continue; // of older processors
        const Tensor resized = normalised(picture, {}, options), written = normalised(other, pixels, options);
        REQUIRE(resized.bytes() == written.bytes());
        CHECK(std::memcmp(resized.data(), written.data(), resized.bytes()) == 0);
        CHECK(*std::max_element(resized.floats(), resized.floats() + resized.count()) > 1.0f);
    }
}

TEST_CASE("the number of threads is sensible")
{
    CHECK(usable_threads() >= 1);
    CHECK(usable_threads() <= 4096);
}
