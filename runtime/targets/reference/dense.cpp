// SPDX-License-Identifier: Apache-2.0
// dense: rows times a matrix.
#include "targets/reference/kernels.h"

#include <algorithm>

namespace tradewind::reference {

void dense(const Operation &operation)
{
    const std::int64_t rows = operation.inputs[0].shape[0], in = operation.inputs[0].shape[1],
                       units = operation.outputs[0].shape[1];
    const float *x = operation.inputs[0].floats(), *weights = operation.parameters.at("weights").floats();
    const bool biased = operation.attributes.integer("bias") != 0;
    float *out = operation.outputs[0].floats();
    for (std::int64_t r = 0; r < rows; ++r, out += units, x += in) {
        if (biased)
            std::copy_n(operation.parameters.at("biases").floats(), units, out);
        else
            std::fill_n(out, units, 0.0f);
        for (std::int64_t i = 0; i < in; ++i)
            for (std::int64_t u = 0; u < units; ++u) out[u] += x[i] * weights[i * units + u];
    }
    activate(operation.attributes.text("activation"), operation.outputs[0].floats(), rows * units);
}

} // namespace tradewind::reference
