// SPDX-License-Identifier: Apache-2.0
// What a build without the importers says.
#include "weights/importers/formats.h"

#include "tensor/error.h"

namespace tradewind {

[[noreturn]] static void refuse(const std::string &what, const std::string &name)
{
    throw Error(ErrorCode::refused, "this build reads no " + what + "; build with -Dimporters=enabled", name);
}

std::map<std::string, Tensor> read_frozen_graph(std::span<const std::byte>, const std::string &name)
{
    refuse("TensorFlow graphs", name);
}

std::map<std::string, Tensor> read_tflite(std::span<const std::byte>, const std::string &name)
{
    refuse("TFLite files", name);
}

Quantisation read_tflite_ranges(std::span<const std::byte>, const std::string &name) { refuse("TFLite files", name); }

bool looks_like_table(std::span<const std::byte>) { return false; }
bool is_checkpoint_v1(std::span<const std::byte>) { return false; }

std::map<std::string, Tensor> read_checkpoint_v1(std::span<const std::byte>, const std::string &name, Reading)
{
    refuse("TensorFlow checkpoints", name);
}

std::map<std::string, Tensor> read_checkpoint_v2(std::span<const std::byte>, const OpenShard &, const std::string &name,
                                                 Reading)
{
    refuse("TensorFlow checkpoints", name);
}

} // namespace tradewind
