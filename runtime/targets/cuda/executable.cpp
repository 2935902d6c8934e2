// SPDX-License-Identifier: Apache-2.0
// One run: pictures up, steps, detections down; recorded once and then started as a whole.
#include "targets/cuda/executable.h"

#include "targets/cuda/assembly.h"
#include "targets/cuda/inputs.h"
#include "targets/cuda/storage.h"
#include "tensor/clock.h"

namespace tradewind::cuda {
namespace {

// The moments between which times are told.
struct Moments {
    explicit Moments(Device &device)
        : begin(device.make_event()), uploaded(device.make_event()), resized(device.make_event()),
          computed(device.make_event()), finished(device.make_event())
    {
    }
    std::unique_ptr<Event> begin, uploaded, resized, computed, finished;
};

class DeviceExecutable final : public Executable {
public:
    DeviceExecutable(Assembled parts, Device &device, std::shared_ptr<DeviceWeights> weights,
                     std::shared_ptr<MemoryPool> pool, const CompileOptions &options)
        : device_(device), weights_(std::move(weights)), pool_(std::move(pool)), batch_(options.batch),
          checkpoint_(options.checkpoint), memory_(std::move(parts.memory)),
          placements_(std::move(parts.placements)), need_{parts.activation_bytes, parts.weight_bytes,
                                                          parts.weight_bytes, parts.scratch_bytes},
          inputs_(device, pool_, std::move(parts.inputs), batch_),
          outputs_(device, *pool_, std::move(parts.outputs), batch_), schedule_(device), moments_(device)
    {
        for (ScheduledStep &step : parts.steps) schedule_.add(std::move(step));
        schedule_.prepare();
    }

    ~DeviceExecutable() override
    {
        try {
            device_.synchronize(); // nothing is at work in memory that goes
        } catch (...) {            // a lost device does nothing any more
        }
    }

    std::size_t batch() const override { return batch_; }

    void resize_into(std::size_t input, std::size_t slot, const Picture &picture, ResizeMethod method) override
    {
        inputs_.stage(input, slot, picture, method);
    }
    void write(std::size_t input, std::size_t slot, const Tensor &tensor) override
    {
        inputs_.write(input, slot, tensor);
    }

    RunTimes run(std::vector<NodeSpan> *spans) override
    {
        if (checkpoint_) checkpoint_();
        const double start = milliseconds_now();
        moments_.begin->record(device_.stream());
        inputs_.upload();
        moments_.uploaded->record(device_.stream());
        if (spans)
            work(true);
        else
            start_work();
        device_.synchronize();
        RunTimes times = schedule_.times();
        times.upload = moments_.uploaded->milliseconds_since(*moments_.begin);
        times.resize = moments_.resized->milliseconds_since(*moments_.uploaded);
        times.download = moments_.finished->milliseconds_since(*moments_.computed);
        if (spans) *spans = schedule_.spans(start + times.upload + times.resize);
        return times;
    }

    Tensor read(std::size_t output, std::size_t slot) const override { return outputs_.read(output, slot); }

    const std::vector<Placement> &placements() const override { return placements_; }
    std::size_t activation_bytes() const override { return need_.activations; }
    std::size_t weight_bytes() const override { return need_.weights; }
    MemoryNeed memory() const override { return need_; }

private:
    void work(bool each_timed)
    {
        const Stream stream = device_.stream();
        inputs_.resize(stream);
        moments_.resized->record(stream);
        each_timed ? schedule_.run_timing_each(stream) : schedule_.run(stream);
        outputs_.collect(stream);
        moments_.computed->record(stream);
        outputs_.download();
        moments_.finished->record(stream);
    }

    // The first run loads kernels, which a recording must not; the second is recorded.
    void start_work()
    {
        const bool in_place = generation_ == inputs_.generation(); // memory has not moved since the last run
        generation_ = inputs_.generation();
        if (!in_place) recorded_.reset();
        if (in_place && !recorded_ && can_record_) {
            recorded_ = device_.record([this] { work(false); });
            can_record_ = recorded_ != nullptr;
        }
        recorded_ ? recorded_->start(device_.stream()) : work(false);
    }

    Device &device_;
    std::shared_ptr<DeviceWeights> weights_;
    std::shared_ptr<MemoryPool> pool_;
    std::size_t batch_;
    std::function<void()> checkpoint_;
    std::vector<std::shared_ptr<void>> memory_;
    std::vector<Placement> placements_;
    MemoryNeed need_;
    Inputs inputs_;
    Outputs outputs_;
    Schedule schedule_;
    Moments moments_;
    std::unique_ptr<Recording> recorded_;
    int generation_ = -1; // of the inputs at the last run
    bool can_record_ = true;
};

ConvolutionChoice choice_of(const CompileOptions &options)
{
    using By = ConvolutionChoice::By;
    if (options.tuning == Tuning::full) return {By::measurement, options.cache_folder};
    return {}; // what cuDNN proposes first is its prediction
}

} // namespace

std::unique_ptr<Executable> make_executable(Graph &&graph, const MemoryPlan &plan, Device &device,
                                            std::shared_ptr<DeviceWeights> weights, const CompileOptions &options)
{
    StepContext context{device,
                        weights,
                        std::make_shared<Workspace>(),
                        storage_of_maps(options.precision),
                        options.precision == Precision::tf32,
                        static_cast<std::int64_t>(options.batch),
                        choice_of(options)};
    Assembled parts = assemble(graph, plan, context, options.only_measure);
    auto pool = weights->pool().shared_from_this();
    return std::make_unique<DeviceExecutable>(std::move(parts), device, std::move(weights), std::move(pool), options);
}

} // namespace tradewind::cuda
