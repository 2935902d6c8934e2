// SPDX-License-Identifier: Apache-2.0
// By the instruction sets that oneDNN finds, which its own environment variable may limit.
#include "targets/onednn/precisions.h"

#include <oneapi/dnnl/dnnl.hpp>

namespace tradewind::onednn {
namespace {

// The number of a set has the bits of all sets that it contains.
bool has(dnnl::cpu_isa set)
{
    const auto bits = static_cast<unsigned>(set);
    return (static_cast<unsigned>(dnnl::get_effective_cpu_isa()) & bits) == bits;
}

} // namespace

bool multiplies_bf16() { return has(dnnl::cpu_isa::avx512_core_bf16); }
bool multiplies_int8() { return has(dnnl::cpu_isa::avx2); }
bool works_on_blocks() { return has(dnnl::cpu_isa::avx512_core); }

std::string refuses_precision(Precision precision, std::size_t batch)
{
    const std::string name = to_string(precision);
    if (precision == Precision::f16 || precision == Precision::tf32) return name + " is the GPU's";
    if (precision == Precision::bf16 && !multiplies_bf16())
        return "this processor does not compute in bf16: it lacks AVX-512 with bfloat16";
    if (precision == Precision::int8 && !multiplies_int8())
        return "this processor does not compute in int8: it lacks AVX2";
    return batch == 1 ? "" : "the processor computes one picture after the other";
}

} // namespace tradewind::onednn
