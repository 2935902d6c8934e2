// SPDX-License-Identifier: Apache-2.0
// oneDNN 2.x describes an operation first and a primitive from it; 3.x does both at once.
#include "targets/onednn/version.h"

#include "tensor/error.h"

#include <algorithm>
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

// Two kinds of tiles compute Winograd's algorithm, and the number of threads has a say in which is proposed first: with
// larger tiles, whose implementation takes all that the other does, results do not depend on it.
bool has_large_tiles(const dnnl::convolution_forward::primitive_desc &description)
{
    return std::string(description.impl_info_str()).find("wino_4x3") != std::string::npos;
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

void append_sum(dnnl::post_ops &operations, float scale, dnnl::memory::data_type type)
{
    operations.append_sum(scale, 0, type);
}

// They are arguments of each run there, which nothing here gives: multiplies() keeps 8 bits away.
void set_scales(dnnl::primitive_attr &, const std::vector<float> &, int)
{
    throw Error(ErrorCode::failed, "this version of oneDNN takes no scales when a primitive is described");
}
#else
void append(dnnl::post_ops &operations, algorithm activation, float alpha, float beta)
{
    operations.append_eltwise(1.0f, activation, alpha, beta);
}

void append_sum(dnnl::post_ops &operations, float scale, dnnl::memory::data_type type)
{
    operations.append_sum(scale, type);
}

void set_scales(dnnl::primitive_attr &attributes, const std::vector<float> &scales, int mask)
{
    attributes.set_output_scales(mask, scales);
}
#endif

constexpr int channels_of_maps = 1 << 1;

bool is_one_of(std::initializer_list<dnnl::cpu_isa> sets)
{
    const auto effective = dnnl::get_effective_cpu_isa();
    return std::find(sets.begin(), sets.end(), effective) != sets.end();
}

} // namespace

dnnl::primitive_attr post_operations(const Finish &finish)
{
    dnnl::post_ops operations;
    if (finish.accumulates)
        append_sum(operations, finish.addend_scale, finish.addend_type.value_or(dnnl::memory::data_type::undef));
    if (finish.activation == Activation::relu) append(operations, algorithm::eltwise_relu, 0.0f, 0.0f);
    if (finish.activation == Activation::relu6) append(operations, algorithm::eltwise_clip, 0.0f, finish.limit);
    dnnl::primitive_attr attributes;
    attributes.set_post_ops(operations);
    if (!finish.scales.empty()) set_scales(attributes, finish.scales, channels_of_maps);
    return attributes;
}

dnnl::primitive_attr post_operations(Activation activation, bool accumulates)
{
    Finish finish;
    finish.activation = activation;
    finish.accumulates = accumulates;
    return post_operations(finish);
}

bool multiplies(ElementType type)
{
    using dnnl::cpu_isa;
    if (type == ElementType::f32) return true;
    if (type == ElementType::bf16) return is_one_of({cpu_isa::avx512_core_bf16, cpu_isa::avx512_core_amx});
#if DNNL_VERSION_MAJOR >= 3
    return false;
#else
    return type == ElementType::i8 && (has_wide_sums() || is_one_of({cpu_isa::avx2, cpu_isa::avx512_core}));
#endif
}

bool has_wide_sums()
{
    using dnnl::cpu_isa;
    return is_one_of(
        {cpu_isa::avx2_vnni, cpu_isa::avx512_core_vnni, cpu_isa::avx512_core_bf16, cpu_isa::avx512_core_amx});
}

bool has_avx512()
{
    using dnnl::cpu_isa;
    return is_one_of(
        {cpu_isa::avx512_core, cpu_isa::avx512_core_vnni, cpu_isa::avx512_core_bf16, cpu_isa::avx512_core_amx});
}

dnnl::primitive_attr scaled(const std::vector<float> &scales, int mask)
{
    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    if (mask != 0 || scales.front() != 1.0f) set_scales(attributes, scales, mask);
    return attributes;
}

std::optional<dnnl::convolution_forward::primitive_desc>
describe(const ConvolutionShape &s, const dnnl::primitive_attr &attributes, const dnnl::engine &engine)
{
    using Convolution = dnnl::convolution_forward;
    const auto how = s.winograd ? algorithm::convolution_winograd : algorithm::convolution_direct;
    return accept([&] {
#if DNNL_VERSION_MAJOR >= 3
        Convolution::primitive_desc description(engine, prop_kind::forward_inference, how, s.source, s.weights, s.bias,
                                                s.destination, s.strides, gaps(s.dilations), s.before, s.after,
                                                attributes, true);
#else
        const Convolution::desc operation(prop_kind::forward_inference, how, s.source, s.weights, s.bias, s.destination,
                                          s.strides, gaps(s.dilations), s.before, s.after);
        Convolution::primitive_desc description(operation, attributes, engine, true);
#endif
        while (s.winograd && description && !has_large_tiles(description)) // while `operation` lives
            if (!description.next_impl()) return Convolution::primitive_desc();
        return description;
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

std::optional<dnnl::matmul::primitive_desc> describe(const ProductShape &s, const dnnl::engine &engine)
{
    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    return accept([&] {
#if DNNL_VERSION_MAJOR >= 3
        return dnnl::matmul::primitive_desc(engine, s.source, s.weights, s.destination, attributes, true);
#else
        return dnnl::matmul::primitive_desc({s.source, s.weights, s.destination}, attributes, engine, true);
#endif
    });
}

void refuse(const dnnl::error &error)
{
    if (error.status == dnnl_out_of_memory)
        throw Error(ErrorCode::resource, "there is not enough memory for this network at this picture size");
    throw Error(ErrorCode::failed, std::string("oneDNN failed: ") + error.what());
}

std::string bytes_of(const Description &description)
{
#if DNNL_VERSION_MAJOR >= 3
    const auto blob = const_cast<Description &>(description).get_blob();
    return {blob.begin(), blob.end()};
#else
    return {reinterpret_cast<const char *>(&description.data), sizeof description.data};
#endif
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
