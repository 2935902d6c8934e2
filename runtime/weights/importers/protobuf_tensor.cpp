// SPDX-License-Identifier: Apache-2.0
// tensor.proto and tensor_shape.proto.
#include "weights/importers/protobuf_tensor.h"

#include "tensor/error.h"
#include "tensor/half_precision.h"
#include "weights/as_float32.h"

#include <algorithm>

namespace tradewind::importers {
namespace {

using protozero::pbf_reader;
using wire = protozero::pbf_wire_type;

// No tensor of a detector comes near the first; a damaged shape does. Few values may stand for many, but only for as
// many as a layer has channels: a small file cannot ask for much memory.
constexpr std::size_t most_dimensions = 16;
constexpr std::int64_t most_elements = std::int64_t{1} << 30, most_repeated = std::int64_t{1} << 20;

template <class To, class Values> void append(std::vector<To> &to, const Values &values)
{
    for (const auto value : values) to.push_back(static_cast<To>(value));
}

// Repeated numbers come packed or one by one. Whether this was such a field.
bool read_values(pbf_reader &message, TensorProto &tensor)
{
    switch (message.tag_and_type()) {
    case field(5, wire::length_delimited):
        append(tensor.floats, message.get_packed_float());
        return true;
    case field(5, wire::fixed32):
        tensor.floats.push_back(message.get_float());
        return true;
    case field(6, wire::length_delimited):
        append(tensor.doubles, message.get_packed_double());
        return true;
    case field(6, wire::fixed64):
        tensor.doubles.push_back(message.get_double());
        return true;
    case field(7, wire::length_delimited):  // int_val
    case field(10, wire::length_delimited): // int64_val
    case field(11, wire::length_delimited): // bool_val
        append(tensor.integers, message.get_packed_int64());
        return true;
    case field(7, wire::varint):
    case field(10, wire::varint):
    case field(11, wire::varint):
        tensor.integers.push_back(message.get_int64());
        return true;
    case field(13, wire::length_delimited):
        append(tensor.halves, message.get_packed_int32());
        return true;
    case field(13, wire::varint):
        tensor.halves.push_back(static_cast<std::uint16_t>(message.get_int32()));
        return true;
    default:
        return false;
    }
}

template <class To, class From> void fill(Tensor &tensor, const std::vector<From> &values, To (*convert)(From))
{
    To *to = reinterpret_cast<To *>(tensor.data());
    for (std::int64_t i = 0; i < tensor.count(); ++i)
        to[i] = convert(values[std::min(static_cast<std::size_t>(i), values.size() - 1)]);
}

template <class To, class From> To cast(From value) { return static_cast<To>(value); }

std::size_t given_values(const TensorProto &proto)
{
    switch (proto.type) {
    case dt_float:
        return proto.floats.size();
    case dt_double:
        return proto.doubles.size();
    case dt_half:
    case dt_bfloat16:
        return proto.halves.size();
    default:
        return proto.integers.size();
    }
}

void fill_by_type(Tensor &tensor, const TensorProto &proto)
{
    switch (proto.type) {
    case dt_float:
        return fill<float, float>(tensor, proto.floats, cast);
    case dt_double:
        return fill<float, double>(tensor, proto.doubles, cast);
    case dt_half:
        return fill<float, std::uint16_t>(tensor, proto.halves, from_f16);
    case dt_bfloat16:
        return fill<float, std::uint16_t>(tensor, proto.halves, from_bf16);
    case dt_int32:
        return fill<std::int32_t, std::int64_t>(tensor, proto.integers, cast);
    case dt_int64:
        return fill<std::int64_t, std::int64_t>(tensor, proto.integers, cast);
    default:
        return fill<std::uint8_t, std::int64_t>(tensor, proto.integers, cast);
    }
}

} // namespace

Shape read_shape(pbf_reader message)
{
    Shape dimensions;
    while (message.next(2, wire::length_delimited)) { // dim
        pbf_reader dimension = message.get_message();
        std::int64_t size = 0;
        while (dimension.next(1, wire::varint)) size = dimension.get_int64();
        if (dimensions.size() == most_dimensions) throw Error(ErrorCode::refused, "a shape has too many dimensions");
        dimensions.push_back(size);
    }
    return dimensions;
}

TensorProto read_tensor(pbf_reader message)
{
    TensorProto tensor;
    while (message.next()) switch (message.tag_and_type()) {
        case field(1, wire::varint):
            tensor.type = message.get_enum();
            break;
        case field(2, wire::length_delimited):
            tensor.shape = read_shape(message.get_message());
            break;
        case field(4, wire::length_delimited):
            tensor.content = text(message.get_view());
            break;
        default:
            if (!read_values(message, tensor)) message.skip();
        }
    return tensor;
}

Tensor to_tensor(const TensorProto &proto, const StoredType &type, const Shape &shape, bool repeats)
{
    const std::int64_t count = element_count(shape);
    if (count > most_elements) throw Error(ErrorCode::refused, "the shape " + to_string(shape) + " is impossible");
    if (!proto.content.empty()) return stored_tensor(type, shape, std::as_bytes(std::span(proto.content)), nullptr);
    const auto given = static_cast<std::int64_t>(given_values(proto));
    const bool fills = repeats
                           ? count == 0 || (given > 0 && given <= count && (given == count || count <= most_repeated))
                           : given == count;
    if (!fills)
        throw Error(ErrorCode::refused,
                    "holds " + std::to_string(given) + " values for a shape of " + to_string(shape));
    Tensor tensor(shape, type.element);
    if (count > 0) fill_by_type(tensor, proto);
    return tensor;
}

} // namespace tradewind::importers
