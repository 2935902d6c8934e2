// SPDX-License-Identifier: Apache-2.0
// The compiler's names of vector instructions, without a warning that GCC 12 has for its own header.
#pragma once

#ifdef __x86_64__
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#include <immintrin.h>
#pragma GCC diagnostic pop
#endif
