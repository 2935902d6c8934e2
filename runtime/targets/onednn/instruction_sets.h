// SPDX-License-Identifier: Apache-2.0
// Loops that are compiled once for each instruction set. None contracts multiplication and addition, so that all of
// them compute the same.
#pragma once

#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__)
#define FOR_EACH_INSTRUCTION_SET __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define FOR_EACH_INSTRUCTION_SET
#endif
