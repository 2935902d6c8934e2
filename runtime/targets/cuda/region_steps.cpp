// SPDX-License-Identifier: Apache-2.0
// crop_and_resize, position_sensitive_crop and position_sensitive_predict.
#include "targets/cuda/step.h"

namespace tradewind::cuda {

std::unique_ptr<Step> make_region_step(const StepRequest &) { return nullptr; }

} // namespace tradewind::cuda
