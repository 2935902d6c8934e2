// SPDX-License-Identifier: Apache-2.0
// Rules from measurements of single layers: of AMX on a Xeon, of the others on Zen 4 with fewer instructions allowed.
#include "targets/onednn/choice_table.h"

#include <algorithm>

namespace tradewind::onednn {
namespace {

struct Rules {
    ProcessorFamily family;
    const Layer &layer;
    std::span<const LayerChoice> candidates;

    bool has(LayerChoice choice) const
    {
        return std::find(candidates.begin(), candidates.end(), choice) != candidates.end();
    }
    bool has(ElementType type) const
    {
        return std::any_of(candidates.begin(), candidates.end(), [&](const auto &one) { return one.type == type; });
    }
    std::int64_t shorter_side() const { return std::min(layer.output[1], layer.output[2]); }
    std::int64_t fewer_channels() const { return std::min(layer.input[3], layer.output[3]); }

    // Of a type that there is. On maps that lie in blocks already, the algorithm that leaves them there.
    LayerChoice sum_of_products(ElementType type) const
    {
        const LayerChoice blocked{Algorithm::blocked, type}, direct{Algorithm::direct, type};
        if (has(blocked) && (layer.source.layout == StoredAs::Layout::blocked || !has(direct))) return blocked;
        if (has(direct)) return direct;
        return *std::find_if(candidates.begin(), candidates.end(), [&](const auto &one) { return one.type == type; });
    }
};

// Whole tiles are computed, which small maps fill badly; transforms and what goes into blocks and back cost as much for
// few channels as for many products. And transformed weights are four times as many, which each picture reads once: on
// maps of 10x10 that takes longer than the products that are saved, unless they are still in a cache, as they are where
// one layer is measured alone.
// Large maps gain from fewer channels, unless a clamp has to pass over them again.
bool gains_from_winograd(const Rules &rules)
{
    if (rules.shorter_side() < 16) return false;
    const bool is_wide =
        rules.shorter_side() >= 32 && rules.layer.output[3] >= 48 && rules.layer.activation != Activation::relu6;
    return rules.fewer_channels() >= (is_wide ? 32 : 64);
}

// Weights grow by a seventh only, and products become fewer by a third: what transforms cost must be little beside
// that.
bool gains_from_winograd_1d(const Rules &rules)
{
    constexpr std::int64_t enough = 160 * 160;
    const Layer &layer = rules.layer;
    return rules.shorter_side() >= 16 && layer.input[3] * layer.output[3] >= enough;
}

// Winograd's transforms need 16 bits: F(2x2, 3x3) saves less, and gains where there are many channels alone. Tiles of a
// matrix unit have no use for it.
bool gains_from_winograd_int8(const Rules &rules)
{
    return rules.family < ProcessorFamily::avx512_core_amx && rules.fewer_channels() >= 512;
}

} // namespace

ProcessorFamily processor_family()
{
    using dnnl::cpu_isa;
    // One bit for each set, and those of the sets that it holds.
    const auto all = static_cast<unsigned>(dnnl::get_effective_cpu_isa());
    const auto knows = [all](cpu_isa set) {
        const auto bits = static_cast<unsigned>(set);
        return (all & bits) == bits;
    };
    if (knows(cpu_isa::avx512_core_amx)) return ProcessorFamily::avx512_core_amx;
    if (knows(cpu_isa::avx512_core_bf16)) return ProcessorFamily::avx512_core_bf16;
    if (knows(cpu_isa::avx512_core_vnni)) return ProcessorFamily::avx512_core_vnni;
    if (knows(cpu_isa::avx512_core)) return ProcessorFamily::avx512_core;
    return knows(cpu_isa::avx2) ? ProcessorFamily::avx2 : ProcessorFamily::older;
}

const char *to_string(ProcessorFamily family)
{
    static constexpr const char *names[] = {
        "older", "avx2", "avx512_core", "avx512_core_vnni", "avx512_core_bf16", "avx512_core_amx"};
    return names[static_cast<std::size_t>(family)];
}

LayerChoice by_table(ProcessorFamily family, const Layer &layer, std::span<const LayerChoice> candidates)
{
    const Rules rules{family, layer, candidates};
    if (layer.depthwise) {
        const auto own = std::find_if(candidates.begin(), candidates.end(),
                                      [](const auto &one) { return one.algorithm == Algorithm::own; });
        return own == candidates.end() ? candidates.front() : *own;
    }
    constexpr LayerChoice winograd{Algorithm::winograd, ElementType::f32};
    constexpr LayerChoice winograd_int8{Algorithm::winograd, ElementType::i8};
    if (rules.has(ElementType::i8))
        return rules.has(winograd_int8) && gains_from_winograd_int8(rules) ? winograd_int8
                                                                           : rules.sum_of_products(ElementType::i8);
    // Twice the products of vdpbf16ps do not make up for a quarter of the products; sixteen times those of a matrix
    // unit do.
    if (rules.has(ElementType::bf16) && (family == ProcessorFamily::avx512_core_amx || !rules.has(winograd) ||
                                         !gains_from_winograd(rules) || rules.shorter_side() < 19))
        return rules.sum_of_products(ElementType::bf16);
    constexpr LayerChoice winograd_1d{Algorithm::own, ElementType::f32};
    if (rules.has(winograd_1d) && gains_from_winograd_1d(rules)) return winograd_1d;
    if (rules.has(winograd) && gains_from_winograd(rules)) return winograd;
    return rules.has(ElementType::f32) ? rules.sum_of_products(ElementType::f32) : candidates.front();
}

} // namespace tradewind::onednn
