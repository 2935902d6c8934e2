// SPDX-License-Identifier: Apache-2.0
// Names of packed tensors.
#include "targets/onednn/packed_weights.h"

#include "tensor/seed.h"
#include "weights/checksum.h"

namespace tradewind::onednn {

// Two sums of different kinds in the place of what would make an index as large as small models.
std::string packed_key(const std::string &name, const std::string &identity, const Description &from,
                       const Description &to, std::span<const float> scales)
{
    if (identity.empty()) return "";
    const std::string text = identity + "\n" + bytes_of(from) + "\n" + bytes_of(to) + "\n" +
                             std::string(reinterpret_cast<const char *>(scales.data()), scales.size() * sizeof(float));
    return name + " " + checksum(std::as_bytes(std::span(text))) + " " + std::to_string(seed_hash(text));
}

} // namespace tradewind::onednn
