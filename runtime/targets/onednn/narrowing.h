// SPDX-License-Identifier: Apache-2.0
// Float32 to fewer bits for AVX-512: compilers do not find the instructions that narrow numbers.
#pragma once

#include <cstdint>

namespace tradewind::onednn {

bool narrows_by_instructions(); // this processor; else the others must not be called

// The same numbers as the loops of conversions.cpp give; `inverse`: of the scale.
void narrow_to_bf16(const float *from, std::int64_t count, std::uint16_t *to);
void narrow_to_u8(const float *from, std::int64_t count, float inverse, std::uint8_t *to);
void narrow_to_i8(const float *from, std::int64_t count, float inverse, std::int8_t *to);

} // namespace tradewind::onednn
