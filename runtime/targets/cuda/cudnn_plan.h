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
enum class TensorName : std::int64_t { x = 1, weights, bias, residual, y, product, summed, biased, copied };

// A way to compute a convolution: what cuDNN is asked for, and whether a kernel of ours then does the activation.
struct Form {
    ConvolutionShape asked;
    Activation after = Activation::none;
};

// The ways to compute a convolution, best first. cuDNN brings kernels with relu; those with relu6 it compiles when they
// are asked for, if it has any, so that applying it to y is the quicker way to a first result.
std::vector<Form> forms_of(const ConvolutionShape &shape);

// The operations that are asked for. Throws Error(failed) where cuDNN cannot express them.
Descriptor operation_graph(const ConvolutionShape &asked, const PlanDevice &device);

struct Candidate {
    Form form;
    Descriptor configuration;
    std::string engine; // with its settings: "51 2=3 14=1", the number and types and values of knobs
    // That it multiplies other numbers than those given (Winograd's or Fourier's transforms), for which rounding errors
    // are larger.
    bool transforms = false;
    bool compiled = false; // when a plan is built, which then takes a second
};

enum class Proposals { predicted, fallback };

// What heuristics propose, best first, but for engines that break a promise of convolution.h or target.h: whose results
// differ from run to run or with the place of a picture in a batch, that sum in less than float32, that cut numbers
// where this was not asked for. Throws as operation_graph does.
std::vector<Candidate> propose(const Form &form, const PlanDevice &device, Proposals proposals);

// The candidate of that text; none where cuDNN has no such engine, or one that propose() would not give.
std::optional<Candidate> find_candidate(const Form &form, const PlanDevice &device, const std::string &engine);

struct ConvolutionPlan {
    Form form;
    Descriptor plan;
    std::size_t workspace_bytes = 0;
    std::string engine;
    bool transforms = false, compiled = false;
};

// Bytes up to which workspace is no reason to look for another engine: 256 MiB, or a quarter of what is read and
// written.
std::size_t plain_workspace(const ConvolutionShape &shape);

// Null when the engine cannot be built on this device after all.
std::shared_ptr<const ConvolutionPlan> build_plan(const Candidate &candidate, const PlanDevice &device);

// A plan with its compiled kernels as text, and back, which takes a millisecond where building takes a second. Only for
// the same device and the same libraries; null where cuDNN refuses the text.
std::string text_of(const ConvolutionPlan &plan);
std::shared_ptr<const ConvolutionPlan> restore_plan(const Candidate &candidate, const PlanDevice &device,
                                                    const std::string &text);

// Gives the work of a plan to the stream.
void execute(const ConvolutionPlan &plan, cudnnHandle_t handle, Stream stream, const ConvolutionArguments &arguments);

} // namespace tradewind::cuda
