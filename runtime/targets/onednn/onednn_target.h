// SPDX-License-Identifier: Apache-2.0
// The fast CPU target.
#pragma once

#include "targets/host_executable.h"

namespace tradewind::onednn {

std::unique_ptr<Target> make_target();

// The resize of this target: the arithmetic of image/resize.h and of `normalize` bit by bit, threaded over rows.
// `normalisation` may be null. `to`: 1 x h x w x 3, in rows.
void resize_picture(const Picture &picture, ResizeMethod method, const Normalisation *normalisation,
                    const TensorView &to, const StoredAs &stored = {});

} // namespace tradewind::onednn
