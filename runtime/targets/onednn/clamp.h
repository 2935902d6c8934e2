// SPDX-License-Identifier: Apache-2.0
// The upper limit of relu6, for algorithms that cannot apply it themselves.
#pragma once

#include "targets/onednn/version.h"

namespace tradewind::onednn {

void clamp(const dnnl::memory &map); // float32 in any layout

// From blocks of 16 channels to n x h x w x c, both float32, limited on the way.
bool can_move_clamped(const dnnl::memory &from, const dnnl::memory &to);
void move_clamped(const dnnl::memory &from, const dnnl::memory &to);

} // namespace tradewind::onednn
