// SPDX-License-Identifier: Apache-2.0
// proposals.
#include "targets/cuda/step.h"

namespace tradewind::cuda {

std::unique_ptr<Step> make_proposals_step(const StepRequest &) { return nullptr; }

} // namespace tradewind::cuda
