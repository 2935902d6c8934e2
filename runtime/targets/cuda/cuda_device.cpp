// SPDX-License-Identifier: Apache-2.0
// A device of CUDA.
#include "targets/cuda/cudnn_convolution.h"
#include "targets/cuda/devices.h"
#include "targets/cuda/faults.h"

#include <utility>

namespace tradewind::cuda {
namespace {

cudaStream_t native(Stream stream) { return static_cast<cudaStream_t>(stream.handle); }

class CudaEvent final : public Event {
public:
    explicit CudaEvent(const bool &recording) : recording_(recording)
    {
        check(cudaEventCreate(&event_), "making a clock on the GPU");
    }
    ~CudaEvent() override { cudaEventDestroy(event_); }

    void record(Stream stream) override
    {
        // In a recording the event is to be recorded each time that starts, not once.
        const unsigned flags = recording_ ? cudaEventRecordExternal : cudaEventRecordDefault;
        check(cudaEventRecordWithFlags(event_, native(stream), flags), "taking the time on the GPU");
    }

    double milliseconds_since(const Event &earlier) const override
    {
        float milliseconds = 0;
        check(cudaEventElapsedTime(&milliseconds, static_cast<const CudaEvent &>(earlier).event_, event_),
              "reading the clock of the GPU");
        return milliseconds;
    }

private:
    const bool &recording_;
    cudaEvent_t event_ = nullptr;
};

class CudaRecording final : public Recording {
public:
    explicit CudaRecording(cudaGraphExec_t graph) : graph_(graph) {}
    ~CudaRecording() override { cudaGraphExecDestroy(graph_); }
    void start(Stream stream) override { check(cudaGraphLaunch(graph_, native(stream)), "starting the network"); }

private:
    cudaGraphExec_t graph_;
};

class CudaDevice final : public Device {
public:
    explicit CudaDevice(int index) : index_(index), facts_(facts_of(index))
    {
        select();
        check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "making a stream on the GPU");
        check(cudnnCreate(&cudnn_), "starting cuDNN");
        check(cudnnSetStream(cudnn_, stream_), "starting cuDNN");
        convolutions_ = std::make_unique<CudnnConvolutions>(cudnn_, facts_);
    }

    ~CudaDevice() override
    {
        cudaSetDevice(index_);
        convolutions_.reset();
        if (cudnn_) cudnnDestroy(cudnn_);
        if (stream_) cudaStreamDestroy(stream_);
    }

    const DeviceFacts &facts() const override { return facts_; }
    Stream stream() const override
    {
        select();
        return {stream_};
    }

    std::size_t free_memory() const override
    {
        select();
        std::size_t free = 0, all = 0;
        check(cudaMemGetInfo(&free, &all), "asking the GPU for its free memory");
        return free;
    }

    void *allocate(std::size_t bytes) override
    {
        select();
        void *memory = nullptr;
        if (bytes) check(cudaMalloc(&memory, bytes), "asking for GPU memory");
        return memory;
    }
    void release(void *memory) noexcept override
    {
        cudaSetDevice(index_);
        cudaFree(memory);
    }

    void *allocate_pinned(std::size_t bytes) override
    {
        select();
        void *memory = nullptr;
        if (bytes) check(cudaHostAlloc(&memory, bytes, cudaHostAllocDefault), "asking for memory that the GPU reads");
        return memory;
    }
    void release_pinned(void *memory) noexcept override
    {
        if (memory) cudaFreeHost(memory);
    }

    void upload(void *to, const void *from, std::size_t bytes) override
    {
        select();
        check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, stream_), "copying to the GPU");
    }
    void download(void *to, const void *from, std::size_t bytes) override
    {
        select();
        check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToHost, stream_), "copying from the GPU");
    }
    void synchronize() override
    {
        select();
        check(cudaStreamSynchronize(stream_), "computing on the GPU");
    }

    std::unique_ptr<Recording> record(const std::function<void()> &work) override
    {
        select();
        check(cudaStreamBeginCapture(stream_, cudaStreamCaptureModeThreadLocal), "recording the network");
        recording_ = true;
        try {
            work();
        } catch (const Error &) { // something that cannot be recorded
            drop_capture();
            if (is_lost(device_state())) throw;
            return nullptr;
        } catch (...) {
            drop_capture();
            throw;
        }
        const cudaGraph_t graph = end_capture();
        if (!graph) return nullptr;
        cudaGraphExec_t executable = nullptr;
        const cudaError_t status = cudaGraphInstantiate(&executable, graph, 0);
        cudaGraphDestroy(graph);
        forget(status);
        if (is_lost(status)) throw error_of(status, "recording the network");
        if (status != cudaSuccess) return nullptr;
        return std::make_unique<CudaRecording>(executable);
    }

    std::unique_ptr<Event> make_event() override { return std::make_unique<CudaEvent>(recording_); }

    std::unique_ptr<Convolution> make_convolution(const ConvolutionShape &shape,
                                                  const ConvolutionChoice &choice) override
    {
        select();
        return convolutions_->make(shape, choice);
    }

private:
    // Which device a thread speaks to is a setting of the thread.
    void select() const { check(cudaSetDevice(index_), "choosing the GPU"); }

    cudaGraph_t end_capture()
    {
        recording_ = false;
        cudaGraph_t graph = nullptr;
        const cudaError_t status = cudaStreamEndCapture(stream_, &graph);
        if (status == cudaSuccess) return graph;
        forget(status);
        return nullptr;
    }

    void drop_capture()
    {
        if (const cudaGraph_t graph = end_capture()) cudaGraphDestroy(graph);
    }

    int index_;
    DeviceFacts facts_;
    cudaStream_t stream_ = nullptr;
    cudnnHandle_t cudnn_ = nullptr;
    std::unique_ptr<CudnnConvolutions> convolutions_;
    bool recording_ = false;
};

} // namespace

std::unique_ptr<Device> open_device(int index) { return std::make_unique<CudaDevice>(index); }

} // namespace tradewind::cuda
