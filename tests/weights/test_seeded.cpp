// SPDX-License-Identifier: Apache-2.0
// Weights by formula: known answers of the published generator.
#include "files.h"

#include "image/decode.h"
#include "tensor/seed.h"
#include "weights/seeded.h"

#include <doctest/doctest.h>

#include <numeric>

using namespace tradewind;

namespace {

void check(const char *name, const Shape &shape, std::vector<float> first)
{
    CAPTURE(name);
    const Tensor tensor = seeded_tensor(name, shape);
    CHECK(tensor.shape() == shape);
    for (std::size_t i = 0; i < first.size(); ++i) CHECK(tensor.floats()[i] == first[i]);
}

} // namespace

TEST_CASE("every rule has its known answers, to the last bit")
{
    CHECK(seed_hash("conv/weights") == 0x5ebd9a08adf007f1u);
    check("conv/weights", {3, 3, 2, 2}, {0x1.6a38a8p-2f, -0x1.f1d93cp-3f, -0x1.1da1cp-1f});
    check("a/BatchNorm/gamma", {4}, {0x1.32885ap+0f, 0x1.d7cc04p-1f, 0x1.b35b9ep-1f});
    check("x/conv3/BatchNorm/gamma", {2}, {0x1.f42b2ap-4f, 0x1.aeecd4p-4f});
    check("m/depthwise_weights", {3, 3, 4, 1}, {-0x1.1eb27p-2f, -0x1.202cacp-1f, -0x1.73ff16p-2f});
    check("p/ClassPredictor/weights", {1, 1, 8, 4}, {-0x1.2bb6a4p-2f, 0x1.17e38ep-2f, 0x1.53827p-2f});
    check("q/biases", {3}, {-0x1.ebbecap-6f, 0x1.37449ap-7f, 0x1.a74eaap-7f});
    check("l/scale", {2}, {0x1.004282p+4f, 0x1.56140ep+4f});
    check("r/BatchNorm/moving_variance", {2}, {0x1.adb644p-1f, 0x1.ef044ap-1f});
    check("r/BatchNorm/beta", {2}, {0x1.a1fc4cp-6f, 0x1.3d7706p-3f});
    check("vgg_16/conv1/conv1_1/weights", {3, 3, 3, 2}, {0x1.fdf54cp-9f, -0x1.07d02ep-9f, -0x1.287502p-8f});
}

TEST_CASE("a leaf without a rule is an error that names the tensor")
{
    CHECK(files::contains(files::message_of([] { seeded_tensor("net/strange", {1}); }), "net/strange"));
}

TEST_CASE("the formula picture")
{
    const Picture small = formula_picture(4, 5), large = formula_picture(300, 400);
    CHECK(std::vector<int>(small.rgb.begin(), small.rgb.begin() + 12) ==
          std::vector<int>{40, 14, 36, 29, 19, 31, 4, 53, 59, 43, 29, 53});
    CHECK(std::accumulate(large.rgb.begin(), large.rgb.end(), std::int64_t{0}) == 45'698'110);
    CHECK(files::contains(files::message_of([] { formula_picture(0, 5); }), "1 to 16384"));
}
