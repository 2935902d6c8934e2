// SPDX-License-Identifier: Apache-2.0
// One convolution as a graph of cuDNN, the engines that may compute it, and a plan by one of them.
#pragma once

#include "targets/cuda/convolution.h"
#include "targets/cuda/cudnn_descriptor.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tradewind::cuda {

// For which device plans are made: one that is there, or one that is described in cuDNN's JSON of device properties,
// for which plans can be made on any machine but not run.
struct PlanDevice {
    cudnnHandle_t handle = nullptr;
    Descriptor properties; // null where there is a handle

    static PlanDevice described(const std::string &json);
};

// The names of tensors in plans.
enum class TensorId : std::int64_t { x = 1, weights, bias, residual, y, product, biased, summed };

// The operations of a convolution; `shape` aligned as convolution.h says. Throws Error(failed) that names the shape
// where cuDNN cannot express it.
Descriptor operation_graph(const ConvolutionShape &shape, const PlanDevice &device);

// An engine with its settings, as text: "51:2=3,14=1" (global index, then knob types and values).
struct EngineChoice {
    std::string text;
    bool exact = true; // false: sums are of other products than plain ones (Winograd, Fourier transforms)
};

struct Candidate {
    Descriptor configuration;
    EngineChoice choice;
};

// What heuristics propose, best first, without engines that break the promises of ConvolutionShape: those that give
// different results from run to run, that sum in less than float32, or that cut inputs where that was not asked for.
// Those that are not exact come last.
std::vector<Candidate> candidates(const Descriptor &graph, const ConvolutionShape &shape, const PlanDevice &device);

// The engine of a text of EngineChoice; null configuration when cuDNN has no such engine for the graph.
Candidate candidate(const Descriptor &graph, const std::string &choice, const ConvolutionShape &shape,
                    const PlanDevice &device);

struct ConvolutionPlan {
    Descriptor plan;
    std::size_t workspace_bytes = 0;
    EngineChoice choice;
};

// Null when the engine cannot be built on this device after all, or needs more workspace than is allowed.
std::unique_ptr<ConvolutionPlan> build_plan(const Candidate &candidate, const PlanDevice &device);

// Gives the work of a plan to the stream of the handle.
void execute(const ConvolutionPlan &plan, const ConvolutionArguments &arguments, cudnnHandle_t handle);

} // namespace tradewind::cuda
