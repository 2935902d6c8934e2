// SPDX-License-Identifier: Apache-2.0
// What the host asks a target.
#include "targets/cuda/cuda_target.h"

#include "targets/cuda/executable.h"
#include "targets/cuda/storage.h"
#include "targets/reference/reference.h"
#include "tensor/error.h"

namespace tradewind::cuda {
namespace {

constexpr std::size_t most_pictures = 1024;

class CudaTarget final : public Target {
public:
    explicit CudaTarget(int index) : index_(index), device_(open_device(index)) {}

    std::string name() const override { return "cuda:" + std::to_string(index_); }
    std::string description() const override { return to_string(device_->facts()); }

    std::string refuses(Precision precision, std::size_t batch) const override
    {
        if (precision == Precision::int8) return "a GPU does not compute in int8";
        return batch >= 1 && batch <= most_pictures
                   ? ""
                   : "a GPU computes 1 to " + std::to_string(most_pictures) + " pictures at once";
    }

    std::string refuses(const Graph &, const Node &node) const override
    {
        if (node.op->name == "detect_from_maps") return "a GPU detects from the logits of all maps together";
        return reference::function(node.op->name) ? "" : "there is no kernel for op " + node.op->name;
    }

    std::shared_ptr<SharedWeights> shared_weights() const override { return make_weights(); }

    MemoryRules memory_rules(const Graph &graph, const CompileOptions &options) const override
    {
        return memory_rules_of(graph, storage_of_maps(options.precision), options.batch);
    }

    std::unique_ptr<Executable> compile(Graph &&graph, const MemoryPlan &plan, const CompileOptions &options) override
    {
        auto weights = std::dynamic_pointer_cast<DeviceWeights>(options.shared);
        if (!weights) weights = make_weights();
        weights->pool().limit(options.device_memory);
        if (options.only_measure) weights->pool().only_count();
        return make_executable(std::move(graph), plan, *device_, std::move(weights), options);
    }

private:
    std::shared_ptr<DeviceWeights> make_weights() const
    {
        return std::make_shared<DeviceWeights>(std::make_shared<MemoryPool>(*device_, 0));
    }

    int index_;
    std::unique_ptr<Device> device_;
};

} // namespace

std::unique_ptr<Target> make_target(int device) { return std::make_unique<CudaTarget>(device); }

} // namespace tradewind::cuda
