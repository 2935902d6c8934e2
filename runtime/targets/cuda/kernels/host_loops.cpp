// SPDX-License-Identifier: Apache-2.0
// The direction of loops on the host.
#include "targets/cuda/kernels/launch.h"

namespace tradewind::cuda {

thread_local bool host_loops_backwards = false;

} // namespace tradewind::cuda
