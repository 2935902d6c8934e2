// SPDX-License-Identifier: Apache-2.0
// What is chosen without measuring, by families of processors.
#include "layers_of_tests.h"
#include "targets/onednn/algorithm_choice.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>

using namespace tradewind;
using namespace tradewind::onednn;

namespace {

using Family = ProcessorFamily;

constexpr LayerChoice direct{Algorithm::direct, ElementType::f32}, blocked{Algorithm::blocked, ElementType::f32},
    winograd{Algorithm::winograd, ElementType::f32}, own{Algorithm::own, ElementType::f32},
    direct_bf16{Algorithm::direct, ElementType::bf16}, direct_i8{Algorithm::direct, ElementType::i8},
    winograd_i8{Algorithm::winograd, ElementType::i8};
const std::vector<LayerChoice> floats{direct, blocked, winograd}, halves{direct_bf16, direct, winograd},
    bytes{direct_i8, winograd_i8, direct_bf16, direct, winograd};
constexpr std::array families{
    Family::older,          Family::avx2, Family::avx512_core, Family::avx512_core_vnni, Family::avx512_core_bf16,
    Family::avx512_core_amx};

} // namespace

TEST_CASE("float layers with many products for each number of a map are computed by Winograd's algorithm")
{
    for (const Family family : families) {
        CAPTURE(to_string(family));
        CHECK(by_table(family, layer_3x3(38, 256, 256), floats) == winograd);
        CHECK(by_table(family, layer_3x3(19, 64, 192), floats) == winograd);
        CHECK(by_table(family, layer_3x3(150, 32, 32), floats) == direct);   // few channels
        CHECK(by_table(family, layer_3x3(38, 32, 48), floats) == winograd);  // large maps
        CHECK(by_table(family, layer_3x3(19, 32, 48), floats) == direct);    // smaller ones
        CHECK(by_table(family, layer_3x3(38, 3, 64), floats) == direct);     // of a picture
        CHECK(by_table(family, layer_3x3(5, 512, 512), floats) == direct);   // few pixels
        CHECK(by_table(family, layer_3x3(10, 1024, 512), floats) == direct); // few pixels for so many weights
    }
}

TEST_CASE("few channels are not clamped after Winograd's algorithm")
{
    Layer layer = layer_3x3(38, 32, 64);
    for (const Activation activation : {Activation::none, Activation::relu, Activation::relu6}) {
        layer.activation = activation;
        CHECK(by_table(Family::avx2, layer, floats) == (activation == Activation::relu6 ? direct : winograd));
    }
}

TEST_CASE("Winograd's algorithm along one axis is chosen where there is much work")
{
    for (const Family family : families) {
        CHECK(by_table(family, layer_3x3(17, 160, 192), std::array{direct, blocked, own}) == own);
        CHECK(by_table(family, layer_3x3(17, 128, 128), std::array{direct, blocked, own}) == direct);
        CHECK(by_table(family, layer_3x3(8, 448, 384), std::array{direct, blocked, own}) == direct);
    }
}

TEST_CASE("matrix units beat Winograd's algorithm in bfloat16, other processors do not where maps are large")
{
    const Layer large = layer_3x3(38, 256, 256, ElementType::bf16), small = layer_3x3(10, 1024, 512, ElementType::bf16);
    CHECK(by_table(Family::avx512_core_amx, large, halves) == direct_bf16);
    CHECK(by_table(Family::avx512_core_bf16, large, halves) == winograd);
    CHECK(by_table(Family::avx512_core_bf16, small, halves) == direct_bf16);
    CHECK(by_table(Family::avx512_core_bf16, large, std::array{direct_bf16, direct}) == direct_bf16);
}

TEST_CASE("bytes are multiplied as bytes")
{
    for (const Family family : families)
        CHECK(by_table(family, layer_3x3(38, 256, 256, ElementType::u8), bytes) == direct_i8);
    const Layer deep = layer_3x3(38, 512, 512, ElementType::u8);
    CHECK(by_table(Family::avx512_core_amx, deep, bytes) == direct_i8);
    CHECK(by_table(Family::avx512_core_vnni, deep, bytes) == winograd_i8);
}

TEST_CASE("depthwise layers are ours where there is such a kernel, blocks stay blocks")
{
    Layer layer = layer_3x3(38, 256, 256);
    layer.depthwise = true;
    CHECK(by_table(Family::avx2, layer, std::array{direct, own}) == own);
    CHECK(by_table(Family::avx2, layer, std::array{direct, blocked}) == direct);
    Layer in_blocks = layer_3x3(5, 64, 64);
    in_blocks.source.layout = in_blocks.destination.layout = StoredAs::Layout::blocked;
    CHECK(by_table(Family::avx2, in_blocks, floats) == blocked);
}

TEST_CASE("the choice is always a candidate, whichever there are")
{
    for (const Family family : families)
        for (std::size_t mask = 1; mask < std::size_t{1} << bytes.size(); ++mask) {
            std::vector<LayerChoice> some;
            for (std::size_t i = 0; i < bytes.size(); ++i)
                if (mask >> i & 1) some.push_back(bytes[i]);
            for (const std::int64_t side : {5, 10, 38})
                for (const std::int64_t channels : {16, 64, 512}) {
                    const LayerChoice choice = by_table(family, layer_3x3(side, channels, channels), some);
                    CHECK(std::find(some.begin(), some.end(), choice) != some.end());
                }
        }
}

TEST_CASE("tables and the lack of one have names, and nothing is measured for them")
{
    const auto times = std::make_shared<AgreedTimes>();
    const auto processor = std::make_shared<const Processor>(agreed_processor(times, floats));
    AlgorithmChoice by_rule(Tuning::fast, processor, nullptr), plain(Tuning::off, processor, nullptr);
    CHECK(by_rule.choose(layer_3x3(38, 256, 256)) == winograd);
    CHECK(by_rule.described(layer_3x3(38, 256, 256)) == "winograd f32");
    CHECK(by_rule.described(layer_3x3(39, 256, 256)).empty());
    CHECK(by_rule.name() == "table avx512_core_amx v2");
    CHECK(plain.choose(layer_3x3(38, 256, 256)) == direct);
    CHECK(plain.name() == "direct");
    CHECK(times->asked == 0);
}

TEST_CASE("this machine has a family and a name")
{
    const Processor processor;
    CHECK(processor.name.find(", oneDNN ") != std::string::npos);
    CHECK(processor.name.ends_with(to_string(processor.family)));
}
