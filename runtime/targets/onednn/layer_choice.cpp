// SPDX-License-Identifier: Apache-2.0
// The ways in which a layer can be computed, and how long each takes.
#include "targets/onednn/depthwise.h"
#include "targets/onednn/layer_kernel.h"
#include "targets/onednn/layer_primitive.h"
#include "targets/onednn/threads.h"
#include "targets/onednn/winograd_1d_kernel.h"

#include "tensor/clock.h"

#ifdef __x86_64__
#include <immintrin.h>
#endif

#include <algorithm>

namespace tradewind::onednn {
namespace {

bool is_small(const StoredAs &stored) { return stored.type == ElementType::u8 || stored.type == ElementType::i8; }
bool is_half(const StoredAs &stored) { return stored.type == ElementType::bf16; }

// Weights of i8 times maps of i8 lose a bit where sums are narrow.
bool multiplies_small(const Layer &layer)
{
    return is_small(layer.source) && layer.may_quantise && multiplies(ElementType::i8) &&
           (layer.source.type == ElementType::u8 || has_wide_sums());
}

// That of what is stored first.
std::vector<ElementType> types_of(const Layer &layer)
{
    std::vector<ElementType> types;
    if (multiplies_small(layer)) types.push_back(ElementType::i8);
    const bool half =
        is_half(layer.source) || is_half(layer.destination) || is_small(layer.source) || is_small(layer.destination);
    const bool plain_source = layer.source.type == ElementType::f32;
    if (plain_source) types.push_back(ElementType::f32);
    if (half && multiplies(ElementType::bf16)) types.push_back(ElementType::bf16);
    if (!plain_source) types.push_back(ElementType::f32);
    return types;
}

bool has_tiles(const LayerPrimitive &primitive)
{
    return std::string(primitive.description.impl_info_str()).find("amx") != std::string::npos;
}

// Layouts that oneDNN chooses may be the plain ones, which were there before; what does without the matrix tiles that a
// plainer one uses is slower by ten times.
bool is_worth_trying(const std::vector<LayerPrimitive> &known, const LayerPrimitive &primitive)
{
    return std::none_of(known.begin(), known.end(), [&](const LayerPrimitive &other) {
        const bool same = other.description.src_desc() == primitive.description.src_desc() &&
                          other.description.dst_desc() == primitive.description.dst_desc() &&
                          std::string(other.description.impl_info_str()) == primitive.description.impl_info_str();
        return same || (has_tiles(other) && !has_tiles(primitive));
    });
}

// A network has read the weights of all its other layers before it comes to those of one again.
void forget(const PackedLayer &packed)
{
#ifdef __x86_64__
    constexpr std::size_t line = 64;
    for (const auto &tensor : packed.kept)
        for (std::size_t i = 0; i < tensor->values.bytes(); i += line) _mm_clflush(tensor->values.data() + i);
    _mm_mfence();
#endif
}

double milliseconds_of(Kernel &kernel, const PackedLayer &packed)
{
    constexpr std::size_t least = 3, most = 15;
    constexpr double enough = 40;
    kernel.run(); // places its memory
    kernel.run();
    std::vector<double> times;
    double sum = 0;
    while (times.size() < least || (times.size() < most && sum < enough)) {
        forget(packed);
        const double start = milliseconds_now();
        kernel.run();
        times.push_back(milliseconds_now() - start);
        sum += times.back();
    }
    std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2), times.end());
    return times[times.size() / 2];
}

Tensor map_of(const Shape &shape, const StoredAs &stored)
{
    Tensor map(shape, stored.type);
    std::memset(map.data(), 0x3c, map.bytes()); // small positive numbers, whatever the type
    return map;
}

} // namespace

std::vector<LayerChoice> candidates(const Layer &layer)
{
    const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
    LayerWish wish;
    wish.residual = layer.destination;
    std::vector<LayerChoice> found;
    for (const ElementType type : types_of(layer)) {
        std::vector<LayerPrimitive> known;
        for (const Algorithm algorithm : {Algorithm::direct, Algorithm::blocked, Algorithm::winograd}) {
            const LayerChoice choice{algorithm, type};
            if (type == ElementType::i8 && algorithm != Algorithm::direct) continue;
            if (type != ElementType::f32 && algorithm == Algorithm::winograd) continue;
            const auto primitive = describe(layer, choice, wish, engine);
            if (!primitive || !is_worth_trying(known, *primitive)) continue;
            known.push_back(*primitive);
            found.push_back(choice);
        }
    }
    if (has_own_depthwise(layer)) found.push_back({Algorithm::own, types_of(layer).front()});
    if (has_winograd_1d_kernel(layer)) found.push_back({Algorithm::own, ElementType::f32});
    if (found.empty()) found.emplace_back(); // of which no kernel can be made: left to the plain one
    return found;
}

double milliseconds(const Layer &layer, const LayerChoice &choice)
{
    Tensor source = map_of(layer.input, layer.source), destination = map_of(layer.output, layer.destination);
    LayerOperands operands;
    operands.source = source.data();
    operands.source_channels = layer.input[3];
    operands.residual = operands.destination = destination.data();
    operands.residual_stored = layer.destination;
    const Context context;
    PackedLayer packed;
    const auto kernel = make_layer_kernel(layer, choice, operands, context, packed);
    const int threads = at_most(std::numeric_limits<int>::max());
    const TeamScope scope(threads, team_processors(threads));
    return kernel ? milliseconds_of(*kernel, packed) : std::numeric_limits<double>::infinity();
}

std::string to_string(const LayerChoice &choice)
{
    static constexpr const char *names[] = {"direct", "blocked", "winograd", "own"};
    return std::string(names[static_cast<std::size_t>(choice.algorithm)]) + " " + to_string(choice.type);
}

} // namespace tradewind::onednn
