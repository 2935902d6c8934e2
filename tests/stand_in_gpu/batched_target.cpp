// SPDX-License-Identifier: Apache-2.0
// A plain executable for each slot.
#include "stand_in_gpu/batched_target.h"

#include "targets/reference/reference.h"
#include "tensor/error.h"

#include <numeric>

using namespace tradewind;

namespace stand_in {
namespace {

using Slots = std::vector<std::unique_ptr<Executable>>;

class BatchedExecutable final : public Executable {
public:
    BatchedExecutable(Slots slots, std::shared_ptr<Account> account, std::shared_ptr<int> runs_left)
        : slots_(std::move(slots)), filled_(slots_.size()), account_(std::move(account)),
          runs_left_(std::move(runs_left))
    {
    }

    std::size_t batch() const override { return slots_.size(); }
    void resize_into(std::size_t input, std::size_t slot, const Picture &picture, ResizeMethod method) override
    {
        slots_.at(slot)->resize_into(input, 0, picture, method);
        filled_.at(slot) = true;
    }
    void write(std::size_t input, std::size_t slot, const Tensor &tensor) override
    {
        slots_.at(slot)->write(input, 0, tensor);
        filled_.at(slot) = true;
    }

    RunTimes run(std::vector<NodeSpan> *spans) override
    {
        if (runs_left_ && (*runs_left_)-- <= 0)
            throw Error(ErrorCode::failed, "the GPU was lost: start the command again");
        RunTimes times;
        std::size_t pictures = 0;
        for (std::size_t i = 0; i < slots_.size(); ++i) {
            if (!filled_[i]) continue;
            const RunTimes one = slots_[i]->run(pictures++ == 0 ? spans : nullptr);
            times.network += one.network;
            times.postprocess += one.postprocess;
            times.upload += 1;
            times.resize += 50;
        }
        filled_.assign(slots_.size(), false);
        if (account_) account_->runs.push_back(pictures);
        return times;
    }

    Tensor read(std::size_t output, std::size_t slot) const override { return slots_.at(slot)->read(output, 0); }
    const std::vector<Placement> &placements() const override { return slots_.front()->placements(); }
    std::size_t activation_bytes() const override { return slots_.size() * slots_.front()->activation_bytes(); }
    std::size_t weight_bytes() const override { return slots_.front()->weight_bytes(); }
    MemoryNeed memory() const override { return slots_.front()->memory(); }

private:
    Slots slots_;
    std::vector<bool> filled_;
    std::shared_ptr<Account> account_;
    std::shared_ptr<int> runs_left_; // null: as many as there are
};

class BatchedTarget final : public Target {
public:
    BatchedTarget(std::string name, std::shared_ptr<Account> account, const std::string &fault)
        : name_(std::move(name)), account_(std::move(account)), short_of_memory_(fault == "memory"),
          runs_left_(fault == "lost" ? std::make_shared<int>(1) : nullptr)
    {
    }

    std::string name() const override { return name_; }
    std::string description() const override { return "stands in for " + name_; }
    std::string refuses(Precision precision, std::size_t) const override
    {
        const bool takes = precision == Precision::f32 || precision == Precision::f16;
        return takes ? "" : std::string("the stand-in does not compute in ") + to_string(precision);
    }
    std::string refuses(const Graph &graph, const Node &node) const override { return plain_->refuses(graph, node); }

    std::unique_ptr<Executable> compile(Graph &&graph, const MemoryPlan &plan, const CompileOptions &options) override
    {
        if (short_of_memory_ && options.batch > 2)
            throw Error(ErrorCode::resource, "the GPU has not enough memory for the values of the network");
        CompileOptions one = options;
        one.batch = 1;
        one.precision = Precision::f32;
        one.arena = nullptr; // slots are filled one after the other, and run later
        Slots slots;
        for (std::size_t i = 0; i < options.batch; ++i) slots.push_back(plain_->compile(Graph(graph), plan, one));
        if (account_) account_->plans.push_back(options.batch);
        return std::make_unique<BatchedExecutable>(std::move(slots), account_, runs_left_);
    }

private:
    std::unique_ptr<Target> plain_ = reference::make_target();
    std::string name_;
    std::shared_ptr<Account> account_;
    bool short_of_memory_;
    std::shared_ptr<int> runs_left_;
};

} // namespace

std::unique_ptr<Target> batched_target(const std::string &name, std::shared_ptr<Account> account,
                                       const std::string &fault)
{
    return std::make_unique<BatchedTarget>(name, std::move(account), fault);
}

} // namespace stand_in
