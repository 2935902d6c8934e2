// SPDX-License-Identifier: Apache-2.0
// One arena, kernels in order.
#include "targets/host_executable.h"

#include "targets/arena.h"
#include "tensor/clock.h"
#include "tensor/error.h"
#include "tensor/half_precision.h"
#include "weights/checksum.h"

namespace tradewind {
namespace {

// Where an executable only measures, addresses without memory.
std::shared_ptr<std::byte> values_of(const MemoryPlan &plan, const CompileOptions &options)
{
    if (options.only_measure) {
        const auto untouched =
            std::make_shared<Tensor>(Shape{static_cast<std::int64_t>(plan.arena_bytes)}, ElementType::u8);
        return {untouched, untouched->data()};
    }
    return (options.arena ? options.arena : std::make_shared<Arena>())->claim(plan.arena_bytes);
}

// A node that the resize of a picture may have computed already.
class NormalisedInput {
public:
    NormalisedInput(std::size_t input, const Attributes &attributes, TensorView output, const StoredAs &stored)
        : input_(input), output_(std::move(output)), stored_(stored)
    {
        const auto to_float = [](double number) { return static_cast<float>(number); };
        std::ranges::transform(attributes.reals("scale"), normalisation_.scale.begin(), to_float);
        std::ranges::transform(attributes.reals("mean"), normalisation_.mean.begin(), to_float);
        normalisation_.reversed = attributes.text("channel_order") == "bgr";
    }

    bool is(std::size_t input) const { return input == input_; }
    void resize(const PictureResize &resize, const Picture &picture, ResizeMethod method)
    {
        resize.run(picture, method, &normalisation_, output_, stored_);
        done_ = true;
    }
    void undo() { done_ = false; }
    bool done() const { return done_; }

private:
    std::size_t input_;
    TensorView output_;
    StoredAs stored_;
    Normalisation normalisation_;
    bool done_ = false;
};

class UnlessDone final : public Kernel {
public:
    UnlessDone(std::unique_ptr<Kernel> kernel, std::shared_ptr<const NormalisedInput> input)
        : kernel_(std::move(kernel)), input_(std::move(input))
    {
    }

    void run() override
    {
        if (!input_->done()) kernel_->run();
    }
    std::string implementation() const override { return "with the resize"; }
    std::size_t weight_bytes() const override { return kernel_->weight_bytes(); }
    std::size_t scratch_bytes() const override { return kernel_->scratch_bytes(); }

private:
    std::unique_ptr<Kernel> kernel_;
    std::shared_ptr<const NormalisedInput> input_;
};

// Of what is stored: a number by its place in memory, and the place of one by that among rows.
float value_at(const TensorView &view, const StoredAs &stored, std::int64_t i)
{
    switch (stored.type) {
    case ElementType::bf16:
        return from_bf16(reinterpret_cast<const std::uint16_t *>(view.data)[i]);
    case ElementType::u8:
        return stored.scale * static_cast<float>(reinterpret_cast<const std::uint8_t *>(view.data)[i]);
    case ElementType::i8:
        return stored.scale * static_cast<float>(reinterpret_cast<const std::int8_t *>(view.data)[i]);
    default:
        return view.floats()[i];
    }
}

std::int64_t place_of(const Shape &shape, const StoredAs &stored, std::int64_t i)
{
    if (stored.layout == StoredAs::Layout::rows) return i;
    constexpr std::int64_t block = 16;
    const std::int64_t channels = shape[3], pixels = shape[1] * shape[2], c = i % channels, pixel = i / channels;
    return ((pixel / pixels * (channels / block) + c / block) * pixels + pixel % pixels) * block + c % block;
}

class HostExecutable final : public Executable {
public:
    HostExecutable(const Graph &graph, const MemoryPlan &plan, PictureResize resize, const CompileOptions &options,
                   const std::vector<StoredAs> &storage)
        : storage_(storage), arena_(values_of(plan, options)), arena_bytes_(plan.arena_bytes),
          resize_(std::move(resize)), checkpoint_(options.checkpoint)
    {
        for (const auto &input : graph.inputs) inputs_.push_back(view(graph, plan, input.value));
        for (const auto &output : graph.outputs)
            outputs_.push_back({view(graph, plan, output.value), storage[output.value],
                                graph.info(output.value).type.type, live(graph, plan, graph.info(output.value).count)});
    }

    TensorView view(const Graph &graph, const MemoryPlan &plan, Value value)
    {
        return {arena_.get() + plan.offsets[value], graph.shape(value), storage_[value].type};
    }

    const float *live(const Graph &graph, const MemoryPlan &plan, Value count)
    {
        return count ? view(graph, plan, count).floats() : nullptr;
    }

    void add(const Node &node, const Cost &cost, std::unique_ptr<Kernel> kernel)
    {
        placements_.push_back(
            {node.name, node.op->name, kernel ? kernel->implementation() : "in place", cost, node.op->post_processing});
        if (!kernel) return;
        weight_bytes_ += kernel->weight_bytes();
        scratch_bytes_ += kernel->scratch_bytes();
        kernels_.push_back({std::move(kernel), placements_.size() - 1, node.op->post_processing});
    }

    // The kernel of the first node of a graph, which is not run when the resize has done its work. Before that node,
    // memory holds nothing but inputs.
    std::unique_ptr<Kernel> unless_resized(const Graph &graph, const MemoryPlan &plan, std::unique_ptr<Kernel> kernel)
    {
        const Node &node = graph.nodes.front();
        const Value from = node.inputs.empty() ? 0 : node.inputs[0], to = node.outputs[0];
        if (!resize_.normalises || node.op->name != "normalize" || graph.use_count(from) != 1 ||
            graph.is_output(from) || graph.shape(from).back() != 3 || storage_[to].layout != StoredAs::Layout::rows)
            return kernel;
        const auto input = std::ranges::find(graph.inputs, from, &NamedValue::value);
        if (input == graph.inputs.end()) return kernel;
        normalised_ = std::make_shared<NormalisedInput>(input - graph.inputs.begin(), node.attributes,
                                                        view(graph, plan, to), storage_[to]);
        return std::make_unique<UnlessDone>(std::move(kernel), normalised_);
    }

    void resize_into(std::size_t input, std::size_t, const Picture &picture, ResizeMethod method) override
    {
        if (normalised_ && normalised_->is(input)) return normalised_->resize(resize_, picture, method);
        resize_.run(picture, method, nullptr, inputs_.at(input), {});
    }

    void write(std::size_t input, std::size_t, const Tensor &tensor) override
    {
        const TensorView &to = inputs_.at(input);
        if (tensor.shape() != to.shape || tensor.type() != to.type)
            throw Error(ErrorCode::failed,
                        "the input needs " + to_string(to.shape) + ", not " + to_string(tensor.shape()));
        std::memcpy(to.data, tensor.data(), to.bytes());
        if (normalised_ && normalised_->is(input)) normalised_->undo();
    }

    RunTimes run(std::vector<NodeSpan> *spans) override
    {
        RunTimes times;
        for (std::size_t i = 0; i < kernels_.size();) {
            const bool post = kernels_[i].post_processing;
            (post ? times.postprocess : times.network) += run_alike(i, spans);
        }
        return times;
    }

    Tensor read(std::size_t output, std::size_t) const override
    {
        const auto &[from, stored, type, live] = outputs_.at(output);
        Tensor copy(from.shape, type); // zeros
        const auto rows = from.shape.empty() ? 1 : from.shape.front();
        if (stored != StoredAs{type})
            for (std::int64_t i = 0; i < from.count() / rows * live_rows(live, rows); ++i)
                copy.floats()[i] = value_at(from, stored, place_of(from.shape, stored, i));
        else if (rows > 0)
            std::memcpy(copy.data(), from.data,
                        from.bytes() / static_cast<std::size_t>(rows) *
                            static_cast<std::size_t>(live_rows(live, rows)));
        return copy;
    }

    const std::vector<Placement> &placements() const override { return placements_; }
    std::size_t activation_bytes() const override { return arena_bytes_; }
    std::size_t weight_bytes() const override { return weight_bytes_; }
    MemoryNeed memory() const override { return {activation_bytes(), weight_bytes_, weight_bytes_, scratch_bytes_}; }

private:
    // Milliseconds of the kernels from `i` on, up to where post-processing begins or ends; moves `i` there.
    double run_alike(std::size_t &i, std::vector<NodeSpan> *spans)
    {
        const double start = milliseconds_now();
        const bool post = kernels_[i].post_processing;
        for (; i < kernels_.size() && kernels_[i].post_processing == post; ++i) {
            if (checkpoint_) checkpoint_();
            if (spans) spans->push_back({kernels_[i].placement, milliseconds_now(), 0});
            kernels_[i].kernel->run();
            if (spans) spans->back().end = milliseconds_now();
        }
        return milliseconds_now() - start;
    }

    struct Output {
        TensorView view;
        StoredAs stored;
        ElementType type;  // as the graph says
        const float *live; // null: all rows
    };
    struct Step {
        std::unique_ptr<Kernel> kernel;
        std::size_t placement;
        bool post_processing;
    };

    std::vector<StoredAs> storage_;
    std::shared_ptr<std::byte> arena_;
    std::size_t arena_bytes_;
    PictureResize resize_;
    std::shared_ptr<NormalisedInput> normalised_; // null: none
    std::function<void()> checkpoint_;
    std::vector<TensorView> inputs_;
    std::vector<Output> outputs_;
    std::vector<Step> kernels_;
    std::vector<Placement> placements_;
    std::size_t weight_bytes_ = 0, scratch_bytes_ = 0;
};

std::unique_ptr<Kernel> make_kernel(const KernelRequest &request, std::span<const KernelFactory> factories)
{
    for (const auto &factory : factories)
        if (auto kernel = factory(request)) return kernel;
    throw Error(ErrorCode::failed, "no kernel computes op " + request.node.op->name, request.node.name);
}

ParameterInfo &parameter_of(const NodeParameters &request, const std::string &leaf)
{
    if (const Parameter parameter = request.graph.parameter(request.node, leaf))
        return request.graph.parameters[parameter];
    throw Error(ErrorCode::failed, "the node has no weights called " + leaf, request.node.name);
}

} // namespace

std::string refuses_all_but_plain(const std::string &what, Precision precision, std::size_t batch)
{
    if (precision != Precision::f32) return what + " does not compute in " + to_string(precision);
    return batch == 1 ? "" : what + " computes one picture after the other";
}

Tensor NodeParameters::take(const std::string &leaf) const
{
    ParameterInfo &info = parameter_of(*this, leaf);
    const bool made = info.factors || !info.more.empty();
    if (only_measure) return info.data.empty() || made ? Tensor(info.shape) : info.data;
    if (info.data.empty()) throw Error(ErrorCode::failed, "the weights " + leaf + " are not bound", node.name);
    Tensor values = values_of(info);
    if (made) info.data.release_pages();
    for (const Tensor &part : info.more) part.release_pages();
    info.data = {};
    info.more.clear();
    return values;
}

namespace {

template <class T> std::string checksum_of(const T *values, std::size_t count)
{
    return checksum(std::as_bytes(std::span(values, count)));
}

std::string identity_of(const ParameterInfo &info)
{
    if (info.data.empty() || (info.data.is_mapped() && info.identity.empty())) return "";
    std::string text =
        to_string(info.shape) + " " + (info.data.is_mapped() ? info.identity + " " + info.name : "values");
    if (!info.data.is_mapped()) {
        text += " " + checksum_of(info.data.data(), info.data.bytes());
        for (const Tensor &part : info.more) text += " " + checksum_of(part.data(), part.bytes());
    }
    if (info.factors) text += " times " + checksum_of(info.factors->data(), info.factors->size());
    return text;
}

} // namespace

WeightSource NodeParameters::source(const std::string &leaf) const
{
    const ParameterInfo &info = parameter_of(*this, leaf);
    WeightSource source;
    source.bytes = static_cast<std::size_t>(element_count(info.shape)) * sizeof(float);
    const bool of_file = info.data.empty() || info.data.is_mapped(); // not bound: as in a bundle
    source.fresh = info.factors || !info.more.empty();
    source.mapped = of_file && !source.fresh;
    source.beside = of_file && source.fresh ? source.bytes : 0;
    source.read = [request = *this, leaf] { return request.take(leaf); };
    source.identity = [info] { return identity_of(info); }; // after read() too
    return source;
}

std::vector<StoredAs> plain_storage(const Graph &graph)
{
    std::vector<StoredAs> storage(graph.values.size());
    for (std::size_t i = 0; i < storage.size(); ++i) storage[i].type = graph.values[i].type.type;
    return storage;
}

bool KernelRequest::is_plain() const
{
    const auto plain = [&](const std::vector<Value> &values, const std::vector<StoredAs> &stored) {
        for (std::size_t i = 0; i < stored.size(); ++i)
            if (stored[i] != StoredAs{graph.info(values[i]).type.type}) return false;
        return true;
    };
    return plain(node.inputs, stored_inputs) && plain(node.outputs, stored_outputs);
}

std::unique_ptr<Executable> make_host_executable(Graph &&graph, const MemoryPlan &plan,
                                                 std::span<const KernelFactory> factories, PictureResize resize,
                                                 const CompileOptions &options, const std::vector<StoredAs> &storage)
{
    const std::vector<StoredAs> stored = storage.empty() ? plain_storage(graph) : storage;
    auto executable = std::make_unique<HostExecutable>(graph, plan, std::move(resize), options, stored);
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const Node &node = graph.nodes[i];
        const Value count = node.op->counted_by < 0 ? graph.count_of(node) : 0;
        KernelRequest request{{graph, node, options.only_measure}, {}, {}, {}, {},
                              executable->live(graph, plan, count)};
        for (const Value value : node.inputs) {
            request.inputs.push_back(executable->view(graph, plan, value));
            request.stored_inputs.push_back(stored[value]);
        }
        for (const Value value : node.outputs) {
            request.outputs.push_back(executable->view(graph, plan, value));
            request.stored_outputs.push_back(stored[value]);
        }
        auto kernel = plan.elided[i] ? nullptr : make_kernel(request, factories);
        if (i == 0) kernel = executable->unless_resized(graph, plan, std::move(kernel));
        executable->add(node, graph.cost(node), std::move(kernel));
    }
    return executable;
}

} // namespace tradewind
