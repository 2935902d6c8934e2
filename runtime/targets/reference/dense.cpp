// SPDX-License-Identifier: Apache-2.0
// dense: rows times a matrix.
#include "targets/reference/kernels.h"

namespace tradewind::reference {

void dense(const Operation &operation)
{
    const std::int64_t rows = operation.inputs[0].shape[0], in = operation.inputs[0].shape[1],
                       units = operation.outputs[0].shape[1];
    const float *x = operation.inputs[0].floats(), *weights = operation.parameters.at("weights").floats();
    Sums sums(operation, units);
    float *out = operation.outputs[0].floats();
    for (std::int64_t r = 0; r < rows; ++r, x += in) {
        double *sum = sums.start();
        for (std::int64_t i = 0; i < in; ++i)
            for (std::int64_t u = 0; u < units; ++u)
                sum[u] += static_cast<double>(x[i]) * static_cast<double>(weights[i * units + u]);
        out = sums.write(out);
    }
    activate(operation.attributes.text("activation"), operation.outputs[0].floats(), rows * units);
}

} // namespace tradewind::reference
