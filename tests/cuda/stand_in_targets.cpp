// SPDX-License-Identifier: Apache-2.0
// Which targets the tests of ops compare here: the plain one, and the CUDA target on the host.
#include "one_op.h"

#include "targets/cuda/cuda_target.h"
#include "targets/cuda/kernels/launch.h"
#include "targets/reference/reference.h"

using namespace tradewind;

namespace one_op {

std::vector<std::string> targets()
{
    return {"reference", "stand-in", "stand-in, loops backwards", "stand-in, batch of 3"};
}

std::vector<std::string> rounding_targets() { return {"stand-in, f16", "stand-in, bf16"}; }

Opened open(const std::string &name)
{
    static const std::unique_ptr<Target> plain = reference::make_target(), stand_in = cuda::make_target(0);
    if (name == "reference") return {plain.get()};
    cuda::host_loops_backwards = name == "stand-in, loops backwards";
    if (name == "stand-in, f16") return {stand_in.get(), Precision::f16, 1};
    if (name == "stand-in, bf16") return {stand_in.get(), Precision::bf16, 1};
    return {stand_in.get(), Precision::f32, name == "stand-in, batch of 3" ? std::size_t{3} : std::size_t{1}};
}

} // namespace one_op
