// SPDX-License-Identifier: Apache-2.0
// The end of an SSD alone, on a made-up picture with twenty objects.
#pragma once

#include "targets/target.h"

// detect_from_logits on 1917 anchors and 91 columns, its inputs written.
std::unique_ptr<tradewind::Executable> post_processing(tradewind::Target &target, double score_threshold, int threads);
