// SPDX-License-Identifier: Apache-2.0
// One convolution as a graph of cuDNN's operations, the engines that may compute it, and plans by these.
#pragma once

#include "targets/cuda/convolution.h"
#include "targets/cuda/cudnn_descriptor.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tradewind::cuda {

// For which device plans are made: one that is there, or one described in cuDNN's JSON of device properties, for which
// any machine can choose engines, but not run them.
struct PlanDevice {
    cudnnHandle_t handle = nullptr;
    Descriptor properties; // null where there is a handle

    static PlanDevice described(const std::string &json);
};

// The tensors of the graph, by which a plan is given their memory.
enum class TensorName : std::int64_t { x = 1, weights, bias, residual, y, product, summed, biased };

// The operations of a convolution. Throws Error(failed) where cuDNN cannot express it.
Descriptor operation_graph(const ConvolutionShape &shape, const PlanDevice &device);

struct Candidate {
    Descriptor configuration;
    std::string engine; // with its settings: "51 2=3 14=1", the number and types and values of knobs
    // That it multiplies other numbers than those given (Winograd's or Fourier's transforms), for which rounding errors
    // are larger.
    bool transforms = false;
};

enum class Proposals { predicted, fallback };

// What heuristics propose, best first, but for engines that break a promise of convolution.h or target.h: whose results
// differ from run to run or with the place of a picture in a batch, that sum in less than float32, that cut numbers
// where this was not asked for. Those that transform come last.
std::vector<Candidate> propose(const Descriptor &graph, const ConvolutionShape &shape, const PlanDevice &device,
                               Proposals proposals);

// The candidate of that text; none where cuDNN has no such engine for the graph, or one that propose() would not give.
std::optional<Candidate> find_candidate(const Descriptor &graph, const ConvolutionShape &shape,
                                        const PlanDevice &device, const std::string &engine);

struct ConvolutionPlan {
    Descriptor plan;
    std::size_t workspace_bytes = 0;
    std::string engine;
    bool transforms = false;
};

// Null when the engine cannot be built on this device after all.
std::shared_ptr<const ConvolutionPlan> build_plan(const Candidate &candidate, const PlanDevice &device);

// Gives the work of a plan to the stream.
void execute(const ConvolutionPlan &plan, const ConvolutionShape &shape, cudnnHandle_t handle, Stream stream,
             const ConvolutionArguments &arguments);

} // namespace tradewind::cuda
