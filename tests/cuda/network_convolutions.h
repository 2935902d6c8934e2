// SPDX-License-Identifier: Apache-2.0
// The convolutions of the networks in configs/.
#pragma once

#include "targets/cuda/convolution.h"

#include <string>
#include <vector>

namespace scene {

// Names of all configs that describe a detector, in order.
std::vector<std::string> detector_configs();

// Each distinct convolution of the config's optimised network, for one picture of 640 x 427 pixels, as float32.
std::vector<tradewind::cuda::ConvolutionShape> convolutions(const std::string &config);

} // namespace scene
