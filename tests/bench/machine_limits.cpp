// SPDX-License-Identifier: Apache-2.0
// What this machine can do at most: multiply-adds of large matrix products, packed, in each precision, and bytes
// copied. Prints JSON. Used to say how far a network is from the machine's limit.
#include "targets/onednn/threads.h"
#include "targets/onednn/version.h"
#include "tensor/clock.h"
#include "tensor/tensor.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstring>
#include <iostream>

using namespace tradewind;

namespace {

using Type = dnnl::memory::data_type;
using Tag = dnnl::memory::format_tag;

constexpr dnnl::memory::dim size = 2048;
constexpr int rounds = 15;

template <class Run> double median_ms(Run &&run)
{
    std::vector<double> times;
    run();
    for (int i = 0; i < rounds; ++i) {
        const double start = milliseconds_now();
        run();
        times.push_back(milliseconds_now() - start);
    }
    std::nth_element(times.begin(), times.begin() + rounds / 2, times.end());
    return times[rounds / 2];
}

// A 1x1 convolution of 2048 pixels with 2048 channels each: the product of two matrices, in the form that networks use.
double product_gmacs(Type maps, Type weights)
{
    const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
    const dnnl::stream stream(engine);
    const auto map = dnnl::memory::desc({1, size, size, 1}, maps, Tag::nhwc);
    const onednn::ConvolutionShape shape{
        map, {{size, size, 1, 1}, weights, Tag::any}, {}, map, {1, 1}, {1, 1}, {0, 0}, {0, 0}};
    const auto description = onednn::describe(shape, {}, engine);
    if (!description) return 0;
    const auto zeros = [&](const dnnl::memory::desc &layout) {
        dnnl::memory memory(layout, engine);
        std::memset(memory.get_data_handle(), 0, layout.get_size());
        return memory;
    };
    const std::unordered_map<int, dnnl::memory> arguments = {{DNNL_ARG_SRC, zeros(description->src_desc())},
                                                             {DNNL_ARG_WEIGHTS, zeros(description->weights_desc())},
                                                             {DNNL_ARG_DST, zeros(description->dst_desc())}};
    const dnnl::convolution_forward product(*description);
    const double ms = median_ms([&] { product.execute(stream, arguments); });
    return static_cast<double>(size) * size * size / ms / 1e6;
}

double copied_gbytes(std::int64_t bytes)
{
    Tensor from({bytes}, ElementType::u8), to({bytes}, ElementType::u8);
    std::memset(from.data(), 1, from.bytes());
    const double ms = median_ms([&] {
#pragma omp parallel for schedule(static)
        for (std::int64_t part = 0; part < 64; ++part)
            std::memcpy(to.data() + part * (bytes / 64), from.data() + part * (bytes / 64),
                        static_cast<std::size_t>(bytes / 64));
    });
    return 2 * static_cast<double>(bytes) / ms / 1e6;
}

} // namespace

int main()
{
    nlohmann::ordered_json all;
    all["library"] = onednn::library_description();
    for (const int threads : {1, 2}) {
        const onednn::ThreadScope scope(threads);
        auto &limits = all[std::to_string(threads) + " threads"];
        limits["f32 GMAC/s"] = product_gmacs(Type::f32, Type::f32);
        limits["bf16 GMAC/s"] = product_gmacs(Type::bf16, Type::bf16);
        limits["int8 GMAC/s"] = product_gmacs(Type::u8, Type::s8);
        limits["copy of 1 MB, GB/s read and written"] = copied_gbytes(1 << 20);
        limits["copy of 256 MB, GB/s read and written"] = copied_gbytes(256 << 20);
    }
    std::cout << all.dump(2) << "\n";
}
