// SPDX-License-Identifier: Apache-2.0
// conv2d and dense.
#include "targets/cuda/step.h"

namespace tradewind::cuda {

std::unique_ptr<Step> make_convolution_step(const StepRequest &) { return nullptr; }

} // namespace tradewind::cuda
