// SPDX-License-Identifier: Apache-2.0
// Tensors that lie one after another: where they are, that they are apart, when their memory goes.
#include "detector/process_memory.h"
#include "tensor/large_pages.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <vector>

using namespace tradewind;

namespace {

constexpr std::int64_t mega = std::int64_t{1} << 20;

bool all_are(const Tensor &tensor, std::byte value)
{
    return std::all_of(tensor.data(), tensor.data() + tensor.bytes(), [=](std::byte one) { return one == value; });
}

} // namespace

TEST_CASE("tensors of large pages are aligned, zero and apart")
{
    LargePages pages;
    std::vector<Tensor> tensors;
    for (const std::int64_t count : {0, 1, 63, 64, 1000, 5000})
        tensors.push_back(pages.take({count}, ElementType::f32));
    for (const Tensor &tensor : tensors) {
        CHECK(reinterpret_cast<std::uintptr_t>(tensor.data()) % 64 == 0);
        CHECK(!tensor.empty());
        CHECK(all_are(tensor, std::byte{0}));
    }
    for (std::size_t i = 0; i < tensors.size(); ++i)
        std::memset(tensors[i].data(), static_cast<int>(i) + 1, tensors[i].bytes());
    for (std::size_t i = 0; i < tensors.size(); ++i) CHECK(all_are(tensors[i], static_cast<std::byte>(i + 1)));
    CHECK(tensors[2].data() - tensors[1].data() == 64);
}

TEST_CASE("tensors larger than what is left begin anew, however large they are")
{
    LargePages pages;
    const Tensor first = pages.take({mega}, ElementType::u8), vast = pages.take({300 * mega}, ElementType::u8);
    const Tensor next = pages.take({mega}, ElementType::u8);
    CHECK(reinterpret_cast<std::uintptr_t>(vast.data()) % large_page == 0);
    CHECK(vast.bytes() == static_cast<std::size_t>(300 * mega));
    CHECK(all_are(next, std::byte{0}));
}

TEST_CASE("a tensor's memory goes with its last copy, and takes no neighbour along")
{
    LargePages pages;
    Tensor before = pages.take({1000}, ElementType::u8), large = pages.take({40 * mega}, ElementType::u8);
    const Tensor after = pages.take({1000}, ElementType::u8);
    const std::size_t without = process_memory().resident;
    for (const Tensor *one : std::initializer_list<const Tensor *>{&before, &large, &after})
        std::memset(const_cast<std::byte *>(one->data()), 7, one->bytes());
    Tensor copy = large;
    large = {};
    CHECK(process_memory().resident > without + 38 * mega);
    copy = {};
    CHECK(process_memory().resident < without + 6 * mega);
    CHECK(all_are(before, std::byte{7}));
    CHECK(all_are(after, std::byte{7}));
}

TEST_CASE("tensors outlive the pages that they were taken from")
{
    auto pages = std::make_unique<LargePages>();
    Tensor tensor = pages->take({mega}, ElementType::u8);
    pages.reset();
    std::memset(tensor.data(), 1, tensor.bytes());
    CHECK(all_are(tensor, std::byte{1}));
}
