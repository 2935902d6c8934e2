// SPDX-License-Identifier: Apache-2.0
// To be filled.
#include "targets/cuda/kernels/launch.h"
