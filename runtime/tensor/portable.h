// SPDX-License-Identifier: Apache-2.0
// The mark of functions that are also compiled for other processors than the host's.
#pragma once

#ifdef __CUDACC__
#define TRADEWIND_PORTABLE __host__ __device__
#else
#define TRADEWIND_PORTABLE
#endif
