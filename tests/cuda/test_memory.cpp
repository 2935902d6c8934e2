// SPDX-License-Identifier: Apache-2.0
// The pool of device memory and weights that plans share, on a device that is made up.
#include "targets/cuda/memory.h"
#include "tensor/error.h"

#include <doctest/doctest.h>

#include <cstdlib>

using namespace tradewind;
using namespace tradewind::cuda;

namespace {

constexpr std::size_t megabyte = 1000 * 1000;

// Has 81 GB, of which others use all but `free`.
class MadeUpDevice final : public Device {
public:
    explicit MadeUpDevice(std::size_t free) : free_(free)
    {
        facts_.name = "NVIDIA H200";
        facts_.memory = 81000 * megabyte;
    }

    const DeviceFacts &facts() const override { return facts_; }
    Stream stream() const override { return {}; }
    std::size_t free_memory() const override { return free_; }
    void *allocate(std::size_t bytes) override
    {
        if (lost) throw Error(ErrorCode::failed, "the GPU was lost");
        if (bytes > free_) throw Error(ErrorCode::resource, "out of memory");
        free_ -= bytes;
        ++allocations;
        auto *memory = static_cast<std::size_t *>(std::malloc(64));
        *memory = bytes;
        return memory;
    }
    void release(void *memory) noexcept override
    {
        free_ += *static_cast<std::size_t *>(memory);
        std::free(memory);
    }
    void *allocate_pinned(std::size_t) override { return nullptr; }
    void release_pinned(void *) noexcept override {}
    void upload(void *, const void *from, std::size_t bytes) override
    {
        uploaded.assign(static_cast<const std::byte *>(from), static_cast<const std::byte *>(from) + bytes);
    }
    void download(void *, const void *, std::size_t) override {}
    void synchronize() override {}
    std::unique_ptr<Recording> record(const std::function<void()> &) override { return nullptr; }
    std::unique_ptr<Event> make_event() override { return nullptr; }
    std::unique_ptr<Convolution> make_convolution(const ConvolutionShape &, const ConvolutionChoice &) override
    {
        return nullptr;
    }

    int allocations = 0;
    bool lost = false;
    std::vector<std::byte> uploaded;

private:
    DeviceFacts facts_;
    std::size_t free_;
};

struct Refusal {
    ErrorCode code{};
    std::string text;
};

template <class F> Refusal refusal_of(F &&f)
{
    try {
        f();
    } catch (const Error &error) {
        return {error.code(), error.what()};
    }
    return {};
}

std::vector<std::byte> three_bytes() { return {std::byte{1}, std::byte{2}, std::byte{3}}; }

} // namespace

TEST_CASE("memory beyond the cap is refused, with both numbers")
{
    MadeUpDevice device(1000 * megabyte);
    const auto pool = std::make_shared<MemoryPool>(device, 500 * megabyte);
    const auto refusal = refusal_of([&] { pool->allocate(811 * megabyte + 1, "the weights of the network"); });
    CHECK(refusal.code == ErrorCode::resource);
    CHECK(refusal.text == "the weights of the network need 812 MB of GPU memory; --max-memory allows 500 MB");
    CHECK(device.allocations == 0);
}

TEST_CASE("memory in use counts against the cap")
{
    MadeUpDevice device(1000 * megabyte);
    const auto pool = std::make_shared<MemoryPool>(device, 500 * megabyte);
    auto used = pool->allocate(300 * megabyte, "the values of the network");
    CHECK(pool->used() == 300 * megabyte);
    const auto refusal = refusal_of([&] { pool->allocate(201 * megabyte, "the weights of the network"); });
    CHECK(refusal.text ==
          "the weights of the network need 201 MB of GPU memory besides 300 MB in use; --max-memory allows 500 MB");
    CHECK(pool->allocate(200 * megabyte, "the weights of the network"));
    used.reset();
    CHECK(pool->used() == 0);
}

TEST_CASE("memory that the device has not is refused, with what to do")
{
    MadeUpDevice device(300 * megabyte);
    const auto pool = std::make_shared<MemoryPool>(device, 0);
    const auto refusal = refusal_of([&] { pool->allocate(812 * megabyte, "the weights of the network"); });
    CHECK(refusal.code == ErrorCode::resource);
    CHECK(refusal.text == "the weights of the network need 812 MB of GPU memory, of which 300 MB of 81,000 MB are free "
                          "on NVIDIA H200: other processes may use the rest; give --precision f16, a smaller --batch "
                          "or --max-memory");
}

TEST_CASE("a lost device is not taken for one without memory")
{
    MadeUpDevice device(300 * megabyte);
    const auto pool = std::make_shared<MemoryPool>(device, 0);
    device.lost = true;
    CHECK(refusal_of([&] { pool->allocate(megabyte, "the weights of the network"); }).code == ErrorCode::failed);
    CHECK(pool->used() == 0);
}

TEST_CASE("what is given back serves again where it fits well")
{
    MadeUpDevice device(1000 * megabyte);
    const auto pool = std::make_shared<MemoryPool>(device, 0);
    const void *first = pool->allocate(100 * megabyte, "a").get(); // given back at once
    const auto again = pool->allocate(90 * megabyte, "a");
    CHECK(again.get() == first);
    CHECK(pool->used() == 100 * megabyte);
    CHECK(device.allocations == 1);
    pool->allocate(50 * megabyte, "a");
    CHECK(device.allocations == 2);
    const auto small = pool->allocate(10 * megabyte, "a");
    CHECK(device.allocations == 3); // half of a block would be idle
}

TEST_CASE("what is kept goes when a request would not fit beside it")
{
    MadeUpDevice device(1000 * megabyte);
    const auto capped = std::make_shared<MemoryPool>(device, 500 * megabyte);
    capped->allocate(300 * megabyte, "a");
    CHECK(device.free_memory() == 700 * megabyte);
    auto large = capped->allocate(450 * megabyte, "a");
    CHECK(device.free_memory() == 550 * megabyte);
    const auto uncapped = std::make_shared<MemoryPool>(device, 0);
    uncapped->allocate(300 * megabyte, "a");
    CHECK(uncapped->allocate(500 * megabyte, "a"));
}

TEST_CASE("a pool gives all back")
{
    MadeUpDevice device(1000 * megabyte);
    {
        const auto pool = std::make_shared<MemoryPool>(device, 0);
        pool->allocate(100 * megabyte, "a");
        const auto held = pool->allocate(200 * megabyte, "a");
    }
    CHECK(device.free_memory() == 1000 * megabyte);
}

TEST_CASE("memory that is only counted takes no room and is never too much")
{
    MadeUpDevice device(megabyte);
    const auto pool = std::make_shared<MemoryPool>(device, 500);
    pool->only_count();
    {
        const auto values = pool->allocate(800 * megabyte, "a");
        CHECK_FALSE(values.get());
        CHECK(pool->used() == 800 * megabyte);
    }
    CHECK(pool->used() == 0);
    CHECK(device.allocations == 0);
}

TEST_CASE("weights of one key are uploaded once and end with their last user")
{
    MadeUpDevice device(megabyte);
    const auto pool = std::make_shared<MemoryPool>(device, 0);
    DeviceWeights weights(pool);
    int read = 0;
    const auto values = [&] {
        ++read;
        return three_bytes();
    };
    auto first = weights.get("conv/weights f32", 3, values);
    auto second = weights.get("conv/weights f32", 3, values);
    CHECK(first == second);
    CHECK(read == 1);
    CHECK(device.uploaded == three_bytes());
    CHECK(weights.bytes() == 3);
    const auto other = weights.get("conv/weights f16", 3, values);
    CHECK(other != first);
    CHECK(weights.bytes() == 6);
    first.reset();
    second.reset();
    CHECK(weights.bytes() == 3);
    weights.get("conv/weights f32", 3, values);
    CHECK(read == 3);
}

TEST_CASE("weights that are only counted are not read, and count once")
{
    MadeUpDevice device(megabyte);
    const auto pool = std::make_shared<MemoryPool>(device, 0);
    pool->only_count();
    DeviceWeights weights(pool);
    const auto never = []() -> std::vector<std::byte> { throw Error(ErrorCode::failed, "read"); };
    const auto first = weights.get("a", 3, never), second = weights.get("a", 3, never);
    CHECK(weights.bytes() == 3);
    CHECK(pool->used() == 3);
}

TEST_CASE("weights of another size than was said are an error, not memory overrun")
{
    MadeUpDevice device(megabyte);
    DeviceWeights weights(std::make_shared<MemoryPool>(device, 0));
    CHECK(refusal_of([&] { weights.get("a", 4, three_bytes); }).code == ErrorCode::failed);
}
