// SPDX-License-Identifier: Apache-2.0
// TensorFlow GraphDef, read field by field: graph.proto, node_def.proto, attr_value.proto, tensor.proto.
#include "weights/importers/formats.h"

#include "tensor/error.h"
#include "weights/half_precision.h"

#include <protozero/pbf_reader.hpp>

#include <cstring>
#include <string_view>

namespace tradewind {
namespace {

using protozero::data_view;
using protozero::pbf_reader;
using wire = protozero::pbf_wire_type;

// A field with the type that it must have; of another type it is passed over, as protobuf does.
constexpr std::uint32_t field(std::uint32_t tag, wire type) { return protozero::tag_and_type(tag, type); }

enum DataType { dt_float = 1, dt_half = 19 };

std::string_view text(data_view view) { return {view.data(), view.size()}; }

// What a Const node's "value" holds.
struct TensorProto {
    std::int32_t type = 0;
    Shape shape;
    std::string_view content;        // little-endian elements
    std::vector<float> values;       // float_val: the last repeats to the end
    std::vector<std::uint16_t> half; // half_val, likewise
};

Shape read_shape(pbf_reader shape)
{
    Shape dimensions;
    while (shape.next(2, wire::length_delimited)) { // dim
        pbf_reader dimension = shape.get_message();
        std::int64_t size = 0;
        while (dimension.next(1, wire::varint)) size = dimension.get_int64();
        dimensions.push_back(size);
    }
    return dimensions;
}

// Repeated numbers come packed or one by one.
TensorProto read_tensor_proto(pbf_reader message)
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
        case field(5, wire::length_delimited):
            for (const float value : message.get_packed_float()) tensor.values.push_back(value);
            break;
        case field(5, wire::fixed32):
            tensor.values.push_back(message.get_float());
            break;
        case field(13, wire::length_delimited):
            for (const auto value : message.get_packed_int32())
                tensor.half.push_back(static_cast<std::uint16_t>(value));
            break;
        case field(13, wire::varint):
            tensor.half.push_back(static_cast<std::uint16_t>(message.get_int32()));
            break;
        default:
            message.skip();
        }
    return tensor;
}

struct NodeProto {
    std::string_view name, op;
    data_view value{nullptr, 0}; // the TensorProto of attribute "value"
};

// attr is a map<string, AttrValue>; AttrValue.tensor is field 8.
void read_attribute(pbf_reader entry, NodeProto &node)
{
    std::string_view key;
    data_view tensor{nullptr, 0};
    while (entry.next()) switch (entry.tag_and_type()) {
        case field(1, wire::length_delimited):
            key = text(entry.get_view());
            break;
        case field(2, wire::length_delimited): {
            pbf_reader value = entry.get_message();
            while (value.next())
                if (value.tag_and_type() == field(8, wire::length_delimited))
                    tensor = value.get_view();
                else
                    value.skip();
            break;
        }
        default:
            entry.skip();
        }
    if (key == "value") node.value = tensor;
}

NodeProto read_node(pbf_reader message)
{
    NodeProto node;
    while (message.next()) switch (message.tag_and_type()) {
        case field(1, wire::length_delimited):
            node.name = text(message.get_view());
            break;
        case field(2, wire::length_delimited):
            node.op = text(message.get_view());
            break;
        case field(5, wire::length_delimited):
            read_attribute(message.get_message(), node);
            break;
        default:
            message.skip();
        }
    return node;
}

// No tensor of a detector comes near the first; a damaged shape does. Few values may stand for many, but only for as
// many as a layer has channels: a small file cannot ask for much memory.
constexpr std::int64_t most_elements = std::int64_t{1} << 30, most_repeated = std::int64_t{1} << 20;

Tensor to_tensor(const TensorProto &proto, const std::string &name)
{
    const std::int64_t count = element_count(proto.shape);
    if (count > most_elements)
        throw Error(ErrorCode::refused, "the shape " + to_string(proto.shape) + " is impossible", name);
    if (!proto.content.empty()) {
        const std::size_t element = proto.type == dt_half ? 2 : 4;
        if (proto.content.size() != static_cast<std::size_t>(count) * element)
            throw Error(ErrorCode::refused,
                        "has " + std::to_string(proto.content.size()) + " bytes, its shape " + to_string(proto.shape) +
                            " needs another number",
                        name);
        if (proto.type == dt_half)
            return converted_to_f32("F16", proto.shape, reinterpret_cast<const std::byte *>(proto.content.data()));
        Tensor tensor(proto.shape);
        std::memcpy(tensor.data(), proto.content.data(), proto.content.size());
        return tensor;
    }
    std::vector<float> values = proto.values;
    for (const auto bits : proto.half) values.push_back(from_f16(bits));
    const auto given = static_cast<std::int64_t>(values.size());
    if (count > 0 && (given == 0 || given > count || (given < count && count > most_repeated)))
        throw Error(ErrorCode::refused,
                    "holds " + std::to_string(given) + " values for a shape of " + to_string(proto.shape), name);
    Tensor tensor(proto.shape);
    for (std::int64_t i = 0; i < count; ++i)
        tensor.floats()[i] = values[std::min(static_cast<std::size_t>(i), values.size() - 1)];
    return tensor;
}

} // namespace

std::map<std::string, Tensor> read_frozen_graph(std::span<const std::byte> bytes, const std::string &name)
try {
    std::map<std::string, Tensor> tensors;
    pbf_reader graph(reinterpret_cast<const char *>(bytes.data()), bytes.size());
    while (graph.next(1, wire::length_delimited)) {
        const NodeProto node = read_node(graph.get_message());
        const std::string node_name(node.name);
        if (node.op != "Const" || !node.value.data() || !is_weight_name(node_name)) continue;
        const TensorProto proto = read_tensor_proto(pbf_reader(node.value));
        if (proto.type != dt_float && proto.type != dt_half) continue;
        if (!tensors.emplace(node_name, to_tensor(proto, node_name)).second)
            throw Error(ErrorCode::refused, "the tensor stands in the graph twice", node_name);
    }
    return tensors;
} catch (const protozero::exception &error) {
    throw Error(ErrorCode::refused, std::string("the file is no TensorFlow graph, or damaged (") + error.what() + ")",
                name);
} catch (const Error &error) {
    throw error.within(name);
}

} // namespace tradewind
