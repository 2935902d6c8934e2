// SPDX-License-Identifier: Apache-2.0
// The safetensors container: 8 bytes of header length, a JSON header, then the data of all tensors.
#pragma once

#include "weights/store.h"

#include <map>
#include <memory>
#include <span>

namespace tradewind {

struct SafetensorsFile {
    std::map<std::string, Tensor> tensors;
    std::map<std::string, std::string> metadata;
    std::span<const std::byte> header, data; // as they stand in the file
};

// Everything is checked before it is believed: lengths, types, offsets (in order, without holes or overlaps), sizes
// against shapes, duplicate names. F32, I32, I64 and U8 are views of `bytes` (copies when misaligned); F64, F16 and
// BF16 are converted to f32. `owner` keeps `bytes` alive; `backing` is where they are. Throws Error(refused) with
// `name` as context.
SafetensorsFile parse_safetensors(std::span<const std::byte> bytes, const std::shared_ptr<const void> &owner,
                                  const std::string &name, Tensor::Backing backing = Tensor::Backing::memory);

// The bytes in front of the data: length and header, padded with spaces so that data begins at a multiple of 64.
std::string safetensors_header(const std::map<std::string, Tensor> &tensors,
                               const std::map<std::string, std::string> &metadata);

} // namespace tradewind
