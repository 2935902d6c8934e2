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

Precision choose_precision(const Target &target, const std::string &name)
{
    if (name == "auto") return target.refuses(Precision::f16, 1).empty() ? Precision::f16 : Precision::f32;
    const auto precision = precision_named(name);
    const std::string why =
        precision ? target.refuses(*precision, 1) : "networks are not computed in " + name + " in this version";
    if (why.empty()) return *precision;
    std::string taken;
    for (const Precision one : all_precisions)
        if (target.refuses(one, 1).empty()) taken += (taken.empty() ? "" : ", ") + std::string(to_string(one));
    throw Error(ErrorCode::usage, why + "; the target " + target.name() + " takes " + taken +
                                      (is_gpu(target) ? "" : ", --target cuda others"));
}

} // namespace tradewind
