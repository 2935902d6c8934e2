// SPDX-License-Identifier: Apache-2.0
// The host in the place of a device, for tests: what is "recorded" is kept as calls and done again at each start.
#include "targets/cuda/host_convolution.h"
#include "tensor/clock.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

namespace tradewind::cuda {
namespace {

class HostEvent final : public Event {
public:
    void record(Stream) override { at_ = milliseconds_now(); }
    double milliseconds_since(const Event &earlier) const override
    {
        return at_ - static_cast<const HostEvent &>(earlier).at_;
    }

private:
    double at_ = 0;
};

class HostRecording final : public Recording {
public:
    explicit HostRecording(std::function<void()> work) : work_(std::move(work)) {}
    void start(Stream) override { work_(); }

private:
    std::function<void()> work_;
};

class HostDevice final : public Device {
public:
    const DeviceFacts &facts() const override { return facts_; }
    Stream stream() const override { return {}; }
    std::size_t free_memory() const override { return facts_.memory; }

    // Of numbers that show up when they are used.
    void *allocate(std::size_t bytes) override
    {
        if (bytes == 0) return nullptr;
        void *memory = std::aligned_alloc(256, (bytes + 255) / 256 * 256);
        if (!memory) throw std::bad_alloc();
        return std::memset(memory, 0xff, bytes);
    }
    void release(void *memory) noexcept override { std::free(memory); }
    void *allocate_pinned(std::size_t bytes) override { return allocate(bytes); }
    void release_pinned(void *memory) noexcept override { std::free(memory); }

    void upload(void *to, const void *from, std::size_t bytes) override
    {
        if (bytes) std::memcpy(to, from, bytes);
    }
    void download(void *to, const void *from, std::size_t bytes) override { upload(to, from, bytes); }
    void synchronize() override {}

    std::unique_ptr<Recording> record(const std::function<void()> &work) override
    {
        return std::make_unique<HostRecording>(work);
    }
    std::unique_ptr<Event> make_event() override { return std::make_unique<HostEvent>(); }

    std::unique_ptr<Convolution> make_convolution(const ConvolutionShape &shape, const ConvolutionChoice &) override
    {
        return make_host_convolution(shape);
    }

private:
    DeviceFacts facts_{"this machine's processor", 0, "loops", std::size_t{1} << 34, std::size_t{1} << 34};
};

} // namespace

int device_count() { return 1; }

std::unique_ptr<Device> open_device(int) { return std::make_unique<HostDevice>(); }

} // namespace tradewind::cuda
