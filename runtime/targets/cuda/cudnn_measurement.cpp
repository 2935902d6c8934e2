// SPDX-License-Identifier: Apache-2.0
// Recordings between two events.
#include "targets/cuda/cudnn_measurement.h"

#include "targets/cuda/faults.h"

#include <algorithm>
#include <array>

namespace tradewind::cuda {
namespace {

constexpr int runs_recorded = 10, recordings_timed = 7;

struct Memory {
    void *data = nullptr;

    // Filled with numbers that are neither zero nor large in any type: what a processor draws depends on them.
    explicit Memory(std::size_t bytes)
    {
        if (bytes == 0) return;
        check(cudaMalloc(&data, bytes), "measuring convolutions");
        check(cudaMemset(data, 0x3c, bytes), "measuring convolutions");
    }
    Memory(const Memory &) = delete;
    ~Memory() { cudaFree(data); }
};

// A stream with a clock. The handle works on it meanwhile.
struct Timer {
    cudnnHandle_t handle;
    cudaStream_t stream = nullptr, before = nullptr;
    cudaEvent_t start = nullptr, end = nullptr;

    explicit Timer(cudnnHandle_t user) : handle(user)
    {
        check(cudnnGetStream(handle, &before), "measuring convolutions");
        check(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "measuring convolutions");
        check(cudaEventCreate(&start), "measuring convolutions");
        check(cudaEventCreate(&end), "measuring convolutions");
    }
    Timer(const Timer &) = delete;
    ~Timer()
    {
        cudnnSetStream(handle, before);
        cudaEventDestroy(start);
        cudaEventDestroy(end);
        cudaStreamDestroy(stream);
    }
};

// Null where the work cannot be recorded.
class Recorded {
public:
    template <class Work> Recorded(cudaStream_t stream, const Work &work)
    {
        check(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal), "measuring convolutions");
        bool given = true;
        try {
            work();
        } catch (const Error &) {
            given = false;
        }
        const cudaError_t status = cudaStreamEndCapture(stream, &graph_);
        if (given && status == cudaSuccess) given = cudaGraphInstantiate(&ready_, graph_, 0) == cudaSuccess;
        if (!given) ready_ = nullptr;
        forget(cudaPeekAtLastError());
    }
    Recorded(const Recorded &) = delete;
    ~Recorded()
    {
        if (ready_) cudaGraphExecDestroy(ready_);
        if (graph_) cudaGraphDestroy(graph_);
    }
    explicit operator bool() const { return ready_ != nullptr; }
    cudaGraphExec_t get() const { return ready_; }

private:
    cudaGraph_t graph_ = nullptr;
    cudaGraphExec_t ready_ = nullptr;
};

std::size_t pixels(const ConvolutionShape &shape, std::int64_t y, std::int64_t x)
{
    return static_cast<std::size_t>(shape.count * y * x) * byte_size(shape.storage);
}

class Bench {
public:
    Bench(const ConvolutionShape &shape, const PlanDevice &device)
        : shape_(shape), device_(device), timer_(device.handle),
          x_(pixels(shape, shape.y.input, shape.x.input) * static_cast<std::size_t>(shape.channels)),
          weights_(static_cast<std::size_t>(shape.filters * shape.channels * shape.y.kernel * shape.x.kernel) *
                   byte_size(shape.storage)),
          bias_(static_cast<std::size_t>(shape.filters) * byte_size(shape.storage)),
          residual_(shape.residual ? result_bytes() : 0), y_(result_bytes())
    {
    }

    // Microseconds of one run; 0 where it cannot be measured.
    double time(const ConvolutionPlan &plan)
    {
        if (plan.workspace_bytes > plain_workspace(shape_)) return 0;
        const Memory workspace(plan.workspace_bytes);
        const ConvolutionArguments arguments{x_.data,        weights_.data, bias_.data,
                                             residual_.data, y_.data,       workspace.data};
        const auto run = [&] { execute(plan, device_.handle, {timer_.stream}, arguments); };
        run(); // loads the kernel, which must not happen while work is recorded
        check(cudaStreamSynchronize(timer_.stream), "measuring convolutions");
        const Recorded recorded(timer_.stream, [&] {
            for (int i = 0; i < runs_recorded; ++i) run();
        });
        if (!recorded) return 0;
        start(recorded);
        return median_of_starts(recorded);
    }

private:
    std::size_t result_bytes() const
    {
        return pixels(shape_, shape_.y.output, shape_.x.output) * static_cast<std::size_t>(shape_.filters);
    }

    float start(const Recorded &recorded)
    {
        float milliseconds = 0;
        check(cudaEventRecord(timer_.start, timer_.stream), "measuring convolutions");
        check(cudaGraphLaunch(recorded.get(), timer_.stream), "measuring convolutions");
        check(cudaEventRecord(timer_.end, timer_.stream), "measuring convolutions");
        check(cudaEventSynchronize(timer_.end), "measuring convolutions");
        check(cudaEventElapsedTime(&milliseconds, timer_.start, timer_.end), "measuring convolutions");
        return milliseconds;
    }

    double median_of_starts(const Recorded &recorded)
    {
        std::array<float, recordings_timed> times;
        for (float &time : times) time = start(recorded);
        std::nth_element(times.begin(), times.begin() + recordings_timed / 2, times.end());
        return 1000.0 * times[recordings_timed / 2] / runs_recorded;
    }

    const ConvolutionShape &shape_;
    const PlanDevice &device_;
    Timer timer_;
    Memory x_, weights_, bias_, residual_, y_;
};

// A failure that leaves the device usable concerns this engine alone.
void rethrow_if_lost()
{
    if (is_lost(device_state())) throw;
    forget(cudaPeekAtLastError());
}

} // namespace

Measured fastest(const std::vector<Candidate> &candidates, const ConvolutionShape &shape, const PlanDevice &device)
{
    Measured best;
    try {
        Bench bench(shape, device);
        for (const Candidate &candidate : candidates) {
            try {
                const auto plan = build_plan(candidate, device);
                const double time = plan ? bench.time(*plan) : 0;
                if (time > 0 && (!best.plan || time < best.microseconds)) best = {plan, time};
            } catch (const Error &) {
                rethrow_if_lost();
            }
        }
    } catch (const Error &) {
        rethrow_if_lost();
    }
    return best;
}

} // namespace tradewind::cuda
