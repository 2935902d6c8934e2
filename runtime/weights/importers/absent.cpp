// SPDX-License-Identifier: Apache-2.0
// What a build without the importers says.
#include "weights/importers/formats.h"

#include "tensor/error.h"

namespace tradewind {

std::map<std::string, Tensor> read_frozen_graph(std::span<const std::byte>, const std::string &name)
{
    throw Error(ErrorCode::refused, "this build reads no TensorFlow graphs; build with -Dimporters=enabled", name);
}

std::map<std::string, Tensor> read_tflite(std::span<const std::byte>, const std::string &name)
{
    throw Error(ErrorCode::refused, "this build reads no TFLite files; build with -Dimporters=enabled", name);
}

} // namespace tradewind
