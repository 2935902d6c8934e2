// SPDX-License-Identifier: Apache-2.0
// The order in which kernels are tried: oneDNN, our own, the plain ones.
#include "targets/onednn/onednn_target.h"

#include "targets/onednn/adapter.h"
#include "targets/onednn/kernels.h"
#include "targets/onednn/measured_choices.h"
#include "targets/onednn/precisions.h"
#include "targets/onednn/row_chunks.h"
#include "targets/onednn/storage.h"
#include "targets/onednn/threads.h"
#include "targets/onednn/version.h"
#include "targets/reference/reference.h"
#include "targets/usable_threads.h"
#include "tensor/clock.h"
#include "tensor/error.h"
#include "tensor/large_pages.h"

#include <map>
#include <mutex>
#include <utility>

namespace tradewind::onednn {
namespace {

// Reading a tensor brings parts of the file around it into memory, up to two huge pages of it.
constexpr std::size_t around_a_tensor = std::size_t{4} << 20;

// oneDNN keeps the primitives that were used last, with their code, for whoever needs the same again: the layers of one
// network that are alike. Its own number, 1024, would fill memory with the code of picture sizes long gone.
constexpr int kept_primitives = 128;

// Gives every call the executable's number of threads.
class ThreadedExecutable final : public Executable {
public:
    // `layers`: of the nodes that are some, by name.
    ThreadedExecutable(std::unique_ptr<Executable> inner, int threads, const Context &context,
                       const std::map<std::string, Layer> &layers)
        : inner_(std::move(inner)), threads_(threads), count_(*context.count), algorithms_(context.algorithms->name()),
          placements_(inner_->placements())
    {
        for (Placement &placement : placements_)
            if (const auto layer = layers.find(placement.node); layer != layers.end())
                placement.choice = context.algorithms->described(layer->second);
    }

    void resize_into(std::size_t input, std::size_t slot, const Picture &picture, ResizeMethod method) override
    {
        const TeamScope scope(threads_, processors_);
        inner_->resize_into(input, slot, picture, method);
    }

    // Waking the team is a part of what the network takes.
    RunTimes run(std::vector<NodeSpan> *spans) override
    {
        const double start = milliseconds_now();
        const TeamScope scope(threads_, processors_);
        const double woken = milliseconds_now() - start;
        RunTimes times = inner_->run(spans);
        times.network += woken;
        return times;
    }

    void write(std::size_t input, std::size_t slot, const Tensor &tensor) override
    {
        inner_->write(input, slot, tensor);
    }
    Tensor read(std::size_t output, std::size_t slot) const override { return inner_->read(output, slot); }
    const std::vector<Placement> &placements() const override { return placements_; }
    std::size_t activation_bytes() const override { return inner_->activation_bytes(); }
    std::size_t weight_bytes() const override { return inner_->weight_bytes(); }
    std::string algorithms() const override { return algorithms_; }
    MemoryNeed memory() const override
    {
        MemoryNeed need = inner_->memory();
        const std::size_t unused = in_large_pages(count_.held) - count_.held; // of the last page
        need.weights = count_.held + unused;
        need.packing = count_.most + unused + std::min(around_a_tensor, count_.of_files / 4);
        need.scratch += count_.scratchpad;
        return need;
    }

private:
    std::unique_ptr<Executable> inner_;
    int threads_;
    std::vector<int> processors_ = team_processors(threads_);
    WeightCount count_;
    std::string algorithms_;
    std::vector<Placement> placements_;
};

std::map<std::string, Layer> layers_of(const Graph &graph, const std::vector<StoredAs> &storage)
{
    std::map<std::string, Layer> layers;
    for (const Node &node : graph.nodes)
        if (const std::string &op = node.op->name; op == "conv2d" || op == "depthwise_conv2d" || op == "dense")
            layers.emplace(node.name, layer_of(graph, node, storage));
    return layers;
}

std::unique_ptr<Kernel> fall_back(const KernelRequest &request, const CompileOptions &options)
{
    auto kernel = reference::make_kernel(request);
    if (kernel && options.log)
        options.log(request.node.name + ": no fast kernel for this " + request.node.op->name + ", using the plain one");
    return kernel;
}

// Kernels that take no parameters know nothing of live rows.
constexpr std::int64_t chunk = 16;
KernelFactory chunked(KernelFactory make)
{
    return [make = std::move(make)](const KernelRequest &request) {
        return request.live ? in_row_chunks(request, {chunk}, make) : make(request);
    };
}

KernelFactory plain_only(KernelFactory make)
{
    return
        [make = std::move(make)](const KernelRequest &request) { return request.is_plain() ? make(request) : nullptr; };
}

// Those up to make_crop look at how values are stored.
std::vector<KernelFactory> direct_factories(const Context &context, const CompileOptions &options)
{
    return {[&](const KernelRequest &request) { return make_convolution(request, context); },
            chunked([&](const KernelRequest &request) { return make_pool(request, context); }),
            chunked(make_loop),
            make_crop,
            plain_only(make_sliced),
            plain_only(make_detection),
            plain_only(make_proposals),
            plain_only([&](const KernelRequest &request) { return make_position_sensitive(request, context); }),
            plain_only([&](const KernelRequest &request) { return fall_back(request, options); })};
}

// The last resort, so that whatever is stored in whatever way is computed.
std::vector<KernelFactory> factories(const Context &context, const CompileOptions &options)
{
    auto all = direct_factories(context, options);
    all.push_back([direct = all](const KernelRequest &request) {
        return make_adapted(request, [&](const KernelRequest &plain) {
            std::unique_ptr<Kernel> kernel;
            for (auto make = direct.begin(); !kernel && make != direct.end(); ++make) kernel = (*make)(plain);
            return kernel;
        });
    });
    return all;
}

class OneDnnTarget final : public Target {
public:
    std::string name() const override { return "cpu"; }
    std::string description() const override { return "oneDNN " + library_description(); }

    std::string refuses(Precision precision, std::size_t batch) const override
    {
        return refuses_precision(precision, batch);
    }
    std::string refuses(const Graph &, const Node &node) const override
    {
        if (node.op->name == "detect_from_maps" &&
            (node.attributes.text("mode") != "regular" || node.attributes.text("converter") != "sigmoid"))
            return "there is no fast kernel for this detect_from_maps";
        return reference::function(node.op->name) ? "" : "there is no kernel for op " + node.op->name;
    }

    std::shared_ptr<SharedWeights> shared_weights() const override { return std::make_shared<PackedWeights>(); }

    MemoryRules memory_rules(const Graph &graph, const CompileOptions &options) const override
    {
        const ThreadScope scope(threads_of(options));
        MemoryRules rules;
        rules.bytes = [&graph, storage = storage_of(graph, options, *algorithms_for(options))](Value value) {
            return stored_bytes(graph, value, storage[value]);
        };
        return rules;
    }

    std::unique_ptr<Executable> compile(Graph &&graph, const MemoryPlan &plan, const CompileOptions &options) override
    try {
        const int threads = threads_of(options);
        const ThreadScope scope(threads);
        Context context;
        context.algorithms = algorithms_for(options);
        if (auto shared = std::dynamic_pointer_cast<PackedWeights>(options.shared)) context.packed = std::move(shared);
        context.only_measure = options.only_measure;
        open_packed(graph, options, *context.packed);
        if (options.arena) context.area = std::make_shared<ScratchArea>(options.arena->beside());
        const auto storage = storage_of(graph, options, *context.algorithms);
        const auto layers = layers_of(graph, storage);
        auto executable = make_host_executable(std::move(graph), plan, factories(context, options),
                                               {resize_picture, true}, options, storage);
        if (PackedFile *file = context.packed->file()) file->save();
        return std::make_unique<ThreadedExecutable>(std::move(executable), threads, context, layers);
    } catch (const dnnl::error &error) {
        refuse(error);
    }

private:
    static int threads_of(const CompileOptions &options)
    {
        return options.threads > 0 ? options.threads : usable_threads();
    }

    // Models whose weights are no mapped file are gone with their process.
    void open_packed(const Graph &graph, const CompileOptions &options, PackedWeights &packed) const
    {
        if (options.cache_folder.empty()) return;
        for (const ParameterInfo &parameter : graph.parameters)
            if (parameter.data.is_mapped() && !parameter.identity.empty())
                return packed.open(options.cache_folder + "/packed", parameter.identity + ", " + processor_->name);
    }

    // Both sides of a plan choose alike: by a table, or by what is remembered here for all plans.
    std::shared_ptr<AlgorithmChoice> algorithms_for(const CompileOptions &options) const
    {
        if (options.tuning != Tuning::full)
            return std::make_shared<AlgorithmChoice>(options.tuning, processor_, nullptr);
        const std::lock_guard lock(mutex_);
        auto &measured = measured_[{threads_of(options), options.cache_folder}];
        if (!measured)
            measured = std::make_shared<MeasuredChoices>(*processor_, threads_of(options), options.cache_folder);
        return std::make_shared<AlgorithmChoice>(options.tuning, processor_, measured);
    }

    const std::shared_ptr<const Processor> processor_ = std::make_shared<const Processor>();
    mutable std::mutex mutex_;
    mutable std::map<std::pair<int, std::string>, std::shared_ptr<MeasuredChoices>> measured_;
};

} // namespace

std::unique_ptr<Target> make_target()
{
    dnnl::set_primitive_cache_capacity(kept_primitives);
    return std::make_unique<OneDnnTarget>();
}

} // namespace tradewind::onednn
