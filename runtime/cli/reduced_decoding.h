// SPDX-License-Identifier: Apache-2.0
// JPEG decoded at a part of its size, where that is asked for.
#pragma once

#include "cli/saving.h"
#include "config/settings.h"
#include "detector/ensemble.h"

#include <functional>

namespace tradewind::cli {

// DecodeLimits::enough by run.reduced_jpeg: what the largest member of the ensemble resizes a picture to; null: all
// pixels. Throws Error(usage) where pixels are wanted for more than the networks. The ensemble must live on.
std::function<ImageSize(ImageSize)> reduced_decoding(const Settings &run, const Saving &saving,
                                                     const Ensemble &ensemble);

} // namespace tradewind::cli
