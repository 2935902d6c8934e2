// SPDX-License-Identifier: Apache-2.0
// The makers that make_map_step chooses from.
#pragma once

#include "targets/cuda/map_request.h"

namespace tradewind::cuda {

std::unique_ptr<Step> make_activation_step(const StepRequest &request); // relu, relu6
std::unique_ptr<Step> make_sigmoid_step(const StepRequest &request);
std::unique_ptr<Step> make_add_step(const StepRequest &request);
std::unique_ptr<Step> make_batch_norm_step(const StepRequest &request);
std::unique_ptr<Step> make_normalize_step(const StepRequest &request);
std::unique_ptr<Step> make_pool_step(const StepRequest &request); // max_pool, avg_pool
std::unique_ptr<Step> make_softmax_step(const StepRequest &request);
std::unique_ptr<Step> make_l2_normalization_step(const StepRequest &request);
std::unique_ptr<Step> make_spatial_mean_step(const StepRequest &request);
std::unique_ptr<Step> make_concat_step(const StepRequest &request);
std::unique_ptr<Step> make_reshape_step(const StepRequest &request);
std::unique_ptr<Step> make_pad_step(const StepRequest &request);

} // namespace tradewind::cuda
