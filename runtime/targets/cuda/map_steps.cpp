// SPDX-License-Identifier: Apache-2.0
// Which maker makes the step of which op on maps.
#include "targets/cuda/map_step_makers.h"

namespace tradewind::cuda {

std::unique_ptr<Step> make_map_step(const StepRequest &request)
{
    using Maker = std::unique_ptr<Step> (*)(const StepRequest &);
    static const std::map<std::string, Maker> makers{{"add", make_add_step},
                                                     {"avg_pool", make_pool_step},
                                                     {"batch_norm", make_batch_norm_step},
                                                     {"concat", make_concat_step},
                                                     {"l2_normalization", make_l2_normalization_step},
                                                     {"max_pool", make_pool_step},
                                                     {"normalize", make_normalize_step},
                                                     {"pad", make_pad_step},
                                                     {"relu", make_activation_step},
                                                     {"relu6", make_activation_step},
                                                     {"reshape", make_reshape_step},
                                                     {"sigmoid", make_sigmoid_step},
                                                     {"softmax", make_softmax_step},
                                                     {"spatial_mean", make_spatial_mean_step}};
    const auto found = makers.find(request.node.op->name);
    return found == makers.end() ? nullptr : found->second(request);
}

} // namespace tradewind::cuda
