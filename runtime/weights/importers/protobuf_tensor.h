// SPDX-License-Identifier: Apache-2.0
// TensorFlow's messages TensorProto, TensorShapeProto and TensorSliceProto, read field by field.
#pragma once

#include "weights/importers/element_types.h"

#include <protozero/pbf_reader.hpp>

#include <string_view>
#include <vector>

namespace tradewind::importers {

// A field with the type that it must have; of another type it is passed over, as protobuf does.
constexpr std::uint32_t field(std::uint32_t tag, protozero::pbf_wire_type type)
{
    return protozero::tag_and_type(tag, type);
}

inline std::string_view text(protozero::data_view view) { return {view.data(), view.size()}; }

struct TensorProto {
    std::int32_t type = 0;
    Shape shape;
    std::string_view content;           // little-endian elements
    std::vector<float> floats;          // float_val
    std::vector<double> doubles;        // double_val
    std::vector<std::int64_t> integers; // int_val, int64_val, bool_val
    std::vector<std::uint16_t> halves;  // half_val: bits
};

Shape read_shape(protozero::pbf_reader message);
TensorProto read_tensor(protozero::pbf_reader message);

// The tensor under this shape. With `repeats`, the last of fewer values stands for all that follow. Throws
// Error(refused) when the values do not fill the shape; `type` belongs to the proto's.
Tensor to_tensor(const TensorProto &proto, const StoredType &type, const Shape &shape, bool repeats);

} // namespace tradewind::importers
