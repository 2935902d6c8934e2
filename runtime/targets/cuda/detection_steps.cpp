// SPDX-License-Identifier: Apache-2.0
// detect_from_logits and multiclass_nms.
#include "targets/cuda/step.h"

namespace tradewind::cuda {

std::unique_ptr<Step> make_detection_step(const StepRequest &) { return nullptr; }

} // namespace tradewind::cuda
