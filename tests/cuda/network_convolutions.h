// SPDX-License-Identifier: Apache-2.0
// The convolutions of the detectors in configs/.
#pragma once

#include "targets/cuda/convolution.h"

#include <set>
#include <string>
#include <vector>

namespace scene {

// Names of all configs of detectors, in order.
std::vector<std::string> detector_configs();

// Each distinct convolution of the config's optimised network, for one picture of 640 x 427 pixels, as float32.
std::set<tradewind::cuda::ConvolutionShape> convolutions(const std::string &config);

// The same of several configs.
std::set<tradewind::cuda::ConvolutionShape> convolutions(const std::vector<std::string> &configs);

} // namespace scene
