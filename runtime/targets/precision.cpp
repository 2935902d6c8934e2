// SPDX-License-Identifier: Apache-2.0
// Names of precisions.
#include "targets/target.h"

namespace tradewind {

const char *to_string(Precision precision)
{
    switch (precision) {
    case Precision::tf32:
        return "tf32";
    case Precision::f16:
        return "f16";
    case Precision::bf16:
        return "bf16";
    case Precision::int8:
        return "int8";
    default:
        return "f32";
    }
}

} // namespace tradewind
