// SPDX-License-Identifier: Apache-2.0
// What this processor has fast arithmetic for.
#pragma once

#include "targets/target.h"

namespace tradewind::onednn {

bool multiplies_bf16();
bool multiplies_int8();
bool works_on_blocks(); // of 16 channels

// Target::refuses.
std::string refuses_precision(Precision precision, std::size_t batch);

} // namespace tradewind::onednn
