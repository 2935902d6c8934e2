// SPDX-License-Identifier: Apache-2.0
// One node, its step, and the plain kernel.
#include "map_step_runs.h"

#include "device_values.h"
#include "ops/standard_ops.h"
#include "targets/cuda/step.h"
#include "targets/reference/reference.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace tradewind;
using namespace tradewind::cuda;
using device_values::Memory;

namespace map_steps {
namespace {

std::string leaf_of(const std::string &name) { return name.substr(name.rfind('/') + 1); }

class Run {
public:
    Run(const Case &c, const How &how) : case_(c), how_(how), graph_(standard_ops())
    {
        std::vector<Value> inputs;
        for (const Shape &shape : c.inputs)
            inputs.push_back(graph_.add_input("input" + std::to_string(inputs.size()), {shape}));
        output_ = graph_.add(c.op, "node", inputs, made_up::attributes(c.settings));
        bind();
        make_inputs();
    }

    void check()
    {
        Memory forwards = run(false);
        CHECK(forwards.is_intact());
        CHECK(forwards == run(true));
        for (std::int64_t b = 0; b < how_.batch; ++b) compare(forwards, b);
    }

private:
    // Uniform in [-1, 1), but for variances, which are positive.
    void bind()
    {
        for (std::size_t i = 1; i < graph_.parameters.size(); ++i) {
            ParameterInfo &info = graph_.parameters[i];
            info.data = made_up::random(info.name, info.shape);
            for (std::int64_t k = 0; k < info.data.count(); ++k)
                if (leaf_of(info.name) == "moving_variance") info.data.floats()[k] += 1.1f;
            if (i == 1 && !case_.factors.empty())
                info.factors = std::make_shared<const std::vector<double>>(case_.factors);
            parameters_[leaf_of(info.name)] = values_of(info);
        }
    }

    Storage storage_of_inputs() const { return case_.op == "normalize" ? Storage::f32 : how_.storage; }

    // Up to 8 in magnitude, so that activations cut.
    void make_inputs()
    {
        const Storage storage = storage_of_inputs();
        pictures_.resize(static_cast<std::size_t>(how_.batch));
        for (std::size_t i = 0; i < case_.inputs.size(); ++i) {
            const std::int64_t count = element_count(case_.inputs[i]), kept = how_.all_alike ? 1 : how_.batch;
            memory_.emplace_back(static_cast<std::size_t>(kept * count) * byte_size(storage));
            for (std::int64_t b = 0; b < how_.batch; ++b) {
                const std::int64_t at = how_.all_alike ? 0 : b;
                Tensor tensor =
                    made_up::random("input " + std::to_string(i) + " of " + std::to_string(at), case_.inputs[i]);
                for (std::int64_t k = 0; k < count; ++k) tensor.floats()[k] *= 8;
                device_values::write(memory_.back().data(), storage, at * count, tensor);
                pictures_[static_cast<std::size_t>(b)].push_back(tensor);
            }
        }
    }

    Memory run(bool backwards)
    {
        Graph graph = graph_;
        const auto device = open_device(0);
        const auto pool = std::make_shared<MemoryPool>(*device, 0);
        StepContext context{*device,
                            std::make_shared<DeviceWeights>(pool),
                            std::make_shared<Workspace>(),
                            how_.storage,
                            false,
                            how_.batch,
                            {}};
        StepRequest request{{graph, graph.nodes.front(), false}, context, {}, {}};
        for (std::size_t i = 0; i < case_.inputs.size(); ++i)
            request.inputs.push_back({memory_[i].data(), case_.inputs[i], storage_of_inputs(),
                                      how_.all_alike ? 0 : element_count(case_.inputs[i])});
        const Shape &shape = graph.shape(output_);
        const std::int64_t count = element_count(shape);
        Memory result(static_cast<std::size_t>(how_.batch * count) * byte_size(how_.storage));
        request.outputs = {{result.data(), shape, how_.storage, count}};
        if (!how_.live.empty()) {
            request.live = how_.live.data();
            request.live_stride = 1;
        }
        auto step = make_map_step(request);
        if (!step) step = make_depthwise_step(request);
        REQUIRE(step);
        host_loops_backwards = backwards;
        step->run({});
        host_loops_backwards = false;
        return result;
    }

    Tensor expected(std::size_t picture) const
    {
        Tensor out(graph_.shape(output_));
        std::vector<TensorView> inputs;
        for (const Tensor &tensor : pictures_[picture]) inputs.push_back(tensor.view());
        const TensorView outputs[] = {out.view()};
        reference::function(case_.op)({graph_.nodes.front().attributes, inputs, outputs, parameters_});
        return out;
    }

    std::int64_t live_elements(std::int64_t picture, const Tensor &wanted) const
    {
        if (how_.live.empty()) return wanted.count();
        return wanted.count() / wanted.shape()[0] *
               static_cast<std::int64_t>(how_.live[static_cast<std::size_t>(picture)]);
    }

    void compare(Memory &result, std::int64_t picture) const
    {
        const Tensor wanted = expected(static_cast<std::size_t>(picture));
        const std::int64_t live = live_elements(picture, wanted);
        const double rounding = how_.storage == Storage::f16 ? 0x1p-11 : how_.storage == Storage::bf16 ? 0x1p-8 : 0;
        double largest = 0, worst = 0;
        for (std::int64_t i = 0; i < live; ++i) largest = std::max(largest, std::abs(double{wanted.floats()[i]}));
        const double most = case_.exact ? 0 : 5e-6 * largest;
        for (std::int64_t i = 0; i < live; ++i) {
            const double is = device_values::read(result.data(), how_.storage, picture * wanted.count() + i),
                         want = wanted.floats()[i];
            const double off = std::abs(is - want) - rounding * std::abs(want) - most;
            if (!(off <= worst)) worst = off;
        }
        CHECK(worst <= 0);
        CHECK((largest > 0 || live == 0));
    }

    const Case &case_;
    const How &how_;
    Graph graph_;
    Value output_ = 0;
    std::map<std::string, Tensor> parameters_;
    std::vector<Memory> memory_;                // by input
    std::vector<std::vector<Tensor>> pictures_; // by picture and input
};

} // namespace

void check(const Case &c, const How &how)
{
    std::string shapes;
    for (const Shape &shape : c.inputs) shapes += " " + to_string(shape);
    INFO(c.op << shapes << ", storage " << static_cast<int>(how.storage) << ", batch " << how.batch
              << (how.all_alike ? ", all alike" : ""));
    Run(c, how).check();
}

void check(const Case &c)
{
    for (const Storage storage : {Storage::f32, Storage::f16, Storage::bf16}) {
        check(c, {storage, 1});
        check(c, {storage, 3});
        check(c, {storage, 3, true});
    }
}

} // namespace map_steps
