// SPDX-License-Identifier: Apache-2.0
// The network again and again, each time with one node kept out.
#include "quantise/node_gains.h"

#include "tensor/error.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace tradewind {
namespace {

// What one picture gives in float32.
struct Truth {
    std::vector<Tensor> heads, selected;
};

// Outputs of selecting nodes that the network itself reads.
std::vector<Value> selected_values(const Graph &graph)
{
    std::set<Value> of_selection;
    for (const Node &node : graph.nodes)
        if (node.op->selects) of_selection.insert(node.outputs.begin(), node.outputs.end());
    std::set<Value> read;
    for (const Node &node : graph.nodes)
        if (!node.op->post_processing && !node.op->selects)
            for (const Value value : node.inputs)
                if (of_selection.count(value)) read.insert(value);
    return {read.begin(), read.end()};
}

// Nodes take these values from new inputs, all rows of them.
void take_from_inputs(Graph &graph, const std::vector<Value> &values)
{
    for (ValueInfo &info : graph.values) info.count = 0;
    for (const Value value : values) {
        const std::string name = graph.info(value).name + " (given)";
        const Value replacement = graph.add_value({name, graph.info(value).type, graph.info(value).stride});
        graph.inputs.push_back({name, replacement});
        for (Node &node : graph.nodes) std::replace(node.inputs.begin(), node.inputs.end(), value, replacement);
    }
}

double noise_over_signal(const Tensor &found, const Tensor &truth)
{
    double sum = 0, squares = 0, noise = 0;
    const auto count = truth.count();
    for (std::int64_t i = 0; i < count; ++i) {
        const double value = truth.floats()[i], difference = found.floats()[i] - value;
        sum += value;
        squares += value * value;
        noise += difference * difference;
    }
    const double variance = squares - sum * sum / static_cast<double>(std::max<std::int64_t>(count, 1));
    return variance > 0 ? noise / variance : 0.0;
}

// Rows beyond the live ones hold anything: zeros here, in both.
Tensor whole(const Tensor &part, const Shape &shape)
{
    Tensor padded(shape);
    std::fill_n(padded.floats(), padded.count(), 0.0f);
    std::copy_n(part.floats(), part.count(), padded.floats());
    return padded;
}

class Gains {
public:
    Gains(const Model &model, Target &target, const DetectorOptions &options, std::span<const Picture> pictures)
        : model_(model), target_(target), options_(options), pictures_(pictures)
    {
        options_.batch = 1;
        for (const Picture &picture : pictures_) truths_.push_back(truth_of(picture));
    }

    // With one more node kept out; none where it has no name.
    double noise_without(const std::string &node) const
    {
        double sum = 0;
        std::unique_ptr<WatchedNetwork> network;
        ImageSize size{};
        for (std::size_t i = 0; i < pictures_.size(); ++i) {
            const ImageSize now = resized(pictures_[i]);
            if (!network || now.height != size.height || now.width != size.width) network = network_for(now, node);
            size = now;
            for (std::size_t k = 0; k < truths_[i].selected.size(); ++k) network->give(k, truths_[i].selected[k]);
            network->run(pictures_[i], resize_method(model_));
            for (std::size_t k = 0; k < network->count(); ++k)
                sum += noise_over_signal(network->read(k), truths_[i].heads[k]) / static_cast<double>(network->count());
        }
        return sum / static_cast<double>(pictures_.size());
    }

    std::vector<std::string> candidates() const
    {
        std::vector<std::string> names;
        for (const Node &node : detection_graph(model_, resized(pictures_.front()), options_).nodes)
            if (!node.parameters.empty() && node.may_quantise && !node.op->post_processing) names.push_back(node.name);
        return names;
    }

private:
    ImageSize resized(const Picture &picture) const { return resized_size(model_, {picture.height, picture.width}); }

    // First what is selected, from the network as it is; then the heads, from that.
    Truth truth_of(const Picture &picture) const
    {
        DetectorOptions plain = options_;
        plain.precision = Precision::f32;
        Truth truth;
        const Graph graph = detection_graph(model_, resized(picture), plain);
        const auto selected = selected_values(graph);
        if (!selected.empty()) {
            WatchedNetwork network(graph, selected, target_, plain);
            network.run(picture, resize_method(model_));
            for (std::size_t k = 0; k < selected.size(); ++k)
                truth.selected.push_back(whole(network.read(k), graph.shape(selected[k])));
        }
        Graph cut = graph;
        const auto heads = head_values(cut);
        take_from_inputs(cut, selected);
        WatchedNetwork network(std::move(cut), heads, target_, plain);
        for (std::size_t k = 0; k < truth.selected.size(); ++k) network.give(k, truth.selected[k]);
        network.run(picture, resize_method(model_));
        for (std::size_t k = 0; k < network.count(); ++k) truth.heads.push_back(network.read(k));
        return truth;
    }

    std::unique_ptr<WatchedNetwork> network_for(ImageSize size, const std::string &kept) const
    {
        DetectorOptions small = options_;
        small.precision = Precision::int8;
        Graph graph = detection_graph(model_, size, small);
        for (Node &node : graph.nodes) node.may_quantise = node.may_quantise && node.name != kept;
        const auto selected = selected_values(graph);
        auto heads = head_values(graph);
        take_from_inputs(graph, selected);
        return std::make_unique<WatchedNetwork>(std::move(graph), std::move(heads), target_, small);
    }

    const Model &model_;
    Target &target_;
    DetectorOptions options_;
    std::span<const Picture> pictures_;
    std::vector<Truth> truths_;
};

} // namespace

std::vector<NodeGain> node_gains(const Model &model, Target &target, const DetectorOptions &options,
                                 std::span<const Picture> pictures,
                                 const std::function<void(std::size_t, std::size_t)> &progress)
{
    if (pictures.empty()) throw Error(ErrorCode::failed, "there are no pictures to measure nodes with");
    const Gains network(model, target, options, pictures);
    const double noise = network.noise_without("");
    std::vector<NodeGain> gains;
    const auto names = network.candidates();
    for (const auto &name : names) {
        gains.push_back({name, noise - network.noise_without(name)});
        if (progress) progress(gains.size(), names.size());
    }
    std::stable_sort(gains.begin(), gains.end(), [](const auto &a, const auto &b) { return a.gain > b.gain; });
    return gains;
}

} // namespace tradewind
