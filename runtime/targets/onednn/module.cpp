// SPDX-License-Identifier: Apache-2.0
// What the module exports.
#include "targets/onednn/onednn_target.h"

extern "C" {
extern const char tradewind_module_version[];
const char tradewind_module_version[] = TRADEWIND_MODULE_VERSION;

// A new target, owned by the caller.
tradewind::Target *tradewind_target_v0();
}

tradewind::Target *tradewind_target_v0() { return tradewind::onednn::make_target().release(); }
