// SPDX-License-Identifier: Apache-2.0
// oneDNN 2.x describes an operation first and a primitive from it; 3.x does both at once.
#include "targets/onednn/version.h"

#include "tensor/error.h"

#include <map>

namespace tradewind::onednn {
namespace {

using dnnl::algorithm;
using dnnl::prop_kind;

template <class Describe> auto accept(Describe &&attempt) -> std::optional<decltype(attempt())>
try {
    auto description = attempt();
    if (!description || std::string(description.impl_info_str()).find("ref") != std::string::npos) return std::nullopt;
    return description;
} catch (const dnnl::error &error) {
    if (error.status == dnnl_out_of_memory) throw;
    return std::nullopt; // not supported at all
}

// oneDNN counts the gaps.
Dims gaps(Dims dilations)
{
    for (auto &dilation : dilations) --dilation;
    return dilations;
}

#if DNNL_VERSION_MAJOR >= 3
void append(dnnl::post_ops &operations, algorithm activation, float alpha, float beta)
{
    operations.append_eltwise(activation, alpha, beta);
}
#else
void append(dnnl::post_ops &operations, algorithm activation, float alpha, float beta)
{
    operations.append_eltwise(1.0f, activation, alpha, beta);
}
#endif

} // namespace

dnnl::primitive_attr post_operations(Activation activation, bool accumulates)
{
    dnnl::post_ops operations;
    if (accumulates) operations.append_sum(1.0f);
    if (activation == Activation::relu) append(operations, algorithm::eltwise_relu, 0.0f, 0.0f);
    if (activation == Activation::relu6) append(operations, algorithm::eltwise_clip, 0.0f, 6.0f);
    dnnl::primitive_attr attributes;
    attributes.set_post_ops(operations);
    return attributes;
}

std::optional<dnnl::convolution_forward::primitive_desc>
describe(const ConvolutionShape &s, const dnnl::primitive_attr &attributes, const dnnl::engine &engine)
{
    using Convolution = dnnl::convolution_forward;
    return accept([&] {
#if DNNL_VERSION_MAJOR >= 3
        return Convolution::primitive_desc(engine, prop_kind::forward_inference, algorithm::convolution_direct,
                                           s.source, s.weights, s.bias, s.destination, s.strides, gaps(s.dilations),
                                           s.before, s.after, attributes, true);
#else
        const Convolution::desc operation(prop_kind::forward_inference, algorithm::convolution_direct, s.source,
                                          s.weights, s.bias, s.destination, s.strides, gaps(s.dilations), s.before,
                                          s.after);
        return Convolution::primitive_desc(operation, attributes, engine, true);
#endif
    });
}

std::optional<dnnl::pooling_forward::primitive_desc> describe(const PoolShape &s, const dnnl::engine &engine)
{
    const auto kind = s.maximum ? algorithm::pooling_max : algorithm::pooling_avg_exclude_padding;
    return accept([&] {
#if DNNL_VERSION_MAJOR >= 3
        return dnnl::pooling_forward::primitive_desc(engine, prop_kind::forward_inference, kind, s.source,
                                                     s.destination, s.strides, s.kernel, Dims{0, 0}, s.before, s.after,
                                                     {}, true);
#else
        const dnnl::pooling_forward::desc operation(prop_kind::forward_inference, kind, s.source, s.destination,
                                                    s.strides, s.kernel, s.before, s.after);
        return dnnl::pooling_forward::primitive_desc(operation, engine, true);
#endif
    });
}

void refuse(const dnnl::error &error)
{
    if (error.status == dnnl_out_of_memory)
        throw Error(ErrorCode::resource, "there is not enough memory for this network at this picture size");
    throw Error(ErrorCode::failed, std::string("oneDNN failed: ") + error.what());
}

std::string library_description()
{
    using dnnl::cpu_isa;
    static const std::map<cpu_isa, std::string> names = {{cpu_isa::sse41, "SSE 4.1"},
                                                         {cpu_isa::avx, "AVX"},
                                                         {cpu_isa::avx2, "AVX2"},
                                                         {cpu_isa::avx2_vnni, "AVX2 with VNNI"},
                                                         {cpu_isa::avx512_core, "AVX-512"},
                                                         {cpu_isa::avx512_core_vnni, "AVX-512 with VNNI"},
                                                         {cpu_isa::avx512_core_bf16, "AVX-512 with bfloat16"},
                                                         {cpu_isa::avx512_core_amx, "AVX-512 with AMX"}};
    const dnnl_version_t &version = *dnnl_version();
    const auto name = names.find(dnnl::get_effective_cpu_isa());
    return std::to_string(version.major) + "." + std::to_string(version.minor) + "." + std::to_string(version.patch) +
           ", " + (name == names.end() ? "another instruction set" : name->second);
}

} // namespace tradewind::onednn
