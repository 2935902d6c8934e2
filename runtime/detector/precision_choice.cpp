// SPDX-License-Identifier: Apache-2.0
// What a name of a precision stands for on a target.
#include "detector/precision_choice.h"

#include "detector/open_target.h"
#include "tensor/error.h"

namespace tradewind {
namespace {

constexpr Precision all_precisions[] = {Precision::f32, Precision::tf32, Precision::f16, Precision::bf16,
                                        Precision::int8};

} // namespace

std::optional<Precision> precision_named(const std::string &name)
{
    for (const Precision precision : all_precisions)
        if (name == to_string(precision)) return precision;
    return std::nullopt;
}

std::vector<Precision> precisions_of(const Target &target)
{
    std::vector<Precision> precisions;
    for (const Precision one : all_precisions)
        if (target.refuses(one, 1).empty()) precisions.push_back(one);
    return precisions;
}

std::string names_of(const std::vector<Precision> &precisions)
{
    std::string text;
    for (const Precision one : precisions) text += (text.empty() ? "" : ", ") + std::string(to_string(one));
    return text;
}

namespace {

Precision best_of(const Target &target, bool has_ranges)
{
    for (const Precision one : {Precision::f16, Precision::int8, Precision::bf16})
        if ((one != Precision::int8 || has_ranges) && target.refuses(one, 1).empty()) return one;
    return Precision::f32;
}

// What somebody meant who knows GPUs, or other programs.
std::string meant(const Target &target, Precision precision)
{
    const bool half = precision == Precision::f16 || precision == Precision::tf32;
    return half && target.refuses(Precision::bf16, 1).empty() ? " (did you mean bf16?)" : "";
}

} // namespace

Precision choose_precision(const Target &target, const std::string &name, bool has_ranges)
{
    if (name == "auto") return best_of(target, has_ranges);
    const auto precision = precision_named(name);
    if (!precision) throw Error(ErrorCode::usage, "there is no precision '" + name + "'");
    const std::string why = target.refuses(*precision, 1);
    if (why.empty()) return *precision;
    throw Error(ErrorCode::usage, why + meant(target, *precision) + "; the target " + target.name() + " takes " +
                                      names_of(precisions_of(target)) +
                                      (is_gpu(target) ? "" : ", --target cuda others"));
}

void require_ranges(const Model &model, Precision precision)
{
    if (precision != Precision::int8 || !model.quantisation.empty()) return;
    throw Error(ErrorCode::usage,
                "this model does not say which ranges its values have, which int8 needs: make a bundle that does with "
                "'tradewind model quantise --model FILE --images DIR -o OUT.safetensors'",
                model.weights.origin);
}

} // namespace tradewind
