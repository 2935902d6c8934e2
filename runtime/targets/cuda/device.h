// SPDX-License-Identifier: Apache-2.0
// What the target needs of a device. cuda_device.cpp is the real one; host_device.cpp stands in for it in tests: memory
// of the host, kernels as loops, convolutions by plain sums.
#pragma once

#include "targets/cuda/convolution.h"
#include "targets/cuda/kernels/launch.h"

#include <functional>
#include <memory>
#include <string>

namespace tradewind::cuda {

struct DeviceFacts {
    std::string name;                        // "NVIDIA H200"
    int capability = 0;                      // 90: compute capability 9.0
    std::string libraries;                   // "driver 13.0, CUDA 13.0, cuDNN 9.19.0"
    std::size_t memory = 0, free_memory = 0; // bytes
};

// "NVIDIA H200, compute capability 9.0, 141 GB, driver 13.0, CUDA 13.0, cuDNN 9.19.0"
std::string to_string(const DeviceFacts &facts);

// Work that was recorded once and is started as a whole.
class Recording {
public:
    virtual ~Recording() = default;
    virtual void start(Stream stream) = 0;
};

// A point in the work of a stream.
class Event {
public:
    virtual ~Event() = default;
    virtual void record(Stream stream) = 0;                            // also while the stream is being recorded
    virtual double milliseconds_since(const Event &earlier) const = 0; // after synchronize()
};

// One device with one stream of its own. Not thread-safe: one executable at a time uses it. Every function throws
// Error(resource) where memory does not suffice, Error(failed) when the device was lost or refuses the work.
class Device {
public:
    virtual ~Device() = default;

    virtual const DeviceFacts &facts() const = 0;
    // Makes the device the one that the calling thread speaks to, so that kernels can be started on its stream.
    virtual Stream stream() const = 0;
    virtual std::size_t free_memory() const = 0;

    // Aligned to 256 bytes, of any content. Null only for 0 bytes.
    virtual void *allocate(std::size_t bytes) = 0;
    virtual void release(void *memory) noexcept = 0;
    // Of the host, where the device reads and writes it directly.
    virtual void *allocate_pinned(std::size_t bytes) = 0;
    virtual void release_pinned(void *memory) noexcept = 0;

    // In the order of the stream; the host's memory must be pinned, or stay until synchronize().
    virtual void upload(void *to, const void *from, std::size_t bytes) = 0;
    virtual void download(void *to, const void *from, std::size_t bytes) = 0;
    virtual void synchronize() = 0;

    // Records what `work` gives to the stream instead of doing it. Null where that cannot be; then nothing was done.
    virtual std::unique_ptr<Recording> record(const std::function<void()> &work) = 0;
    virtual std::unique_ptr<Event> make_event() = 0;

    // A convolution with its algorithm chosen; throws Error(failed), naming the shape, where there is none.
    virtual std::unique_ptr<Convolution> make_convolution(const ConvolutionShape &shape,
                                                          const ConvolutionChoice &choice) = 0;
};

// How many devices there are. Throws Error(resource) that says why there is none: no driver, one that is too old, none
// visible. [any]
int device_count();

// Device `index`; throws like device_count(), and Error(usage) for a number beyond it.
std::unique_ptr<Device> open_device(int index);

} // namespace tradewind::cuda
