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
    while (shape.next(2)) { // dim
        pbf_reader dimension = shape.get_message();
        std::int64_t size = 0;
        while (dimension.next(1)) size = dimension.get_int64();
        dimensions.push_back(size);
    }
    return dimensions;
}

// Repeated numbers come packed or one by one.
void read_floats(pbf_reader &message, std::vector<float> &values)
{
    if (message.wire_type() == protozero::pbf_wire_type::length_delimited)
        for (const float value : message.get_packed_float()) values.push_back(value);
    else
        values.push_back(message.get_float());
}

void read_halves(pbf_reader &message, std::vector<std::uint16_t> &values)
{
    if (message.wire_type() == protozero::pbf_wire_type::length_delimited)
        for (const auto value : message.get_packed_int32()) values.push_back(static_cast<std::uint16_t>(value));
    else
        values.push_back(static_cast<std::uint16_t>(message.get_int32()));
}

TensorProto read_tensor_proto(pbf_reader message)
{
    TensorProto tensor;
    while (message.next()) switch (message.tag()) {
        case 1:
            tensor.type = message.get_enum();
            break;
        case 2:
            tensor.shape = read_shape(message.get_message());
            break;
        case 4:
            tensor.content = text(message.get_view());
            break;
        case 5:
            read_floats(message, tensor.values);
            break;
        case 13:
            read_halves(message, tensor.half);
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
    while (entry.next()) switch (entry.tag()) {
        case 1:
            key = text(entry.get_view());
            break;
        case 2: {
            pbf_reader value = entry.get_message();
            while (value.next())
                if (value.tag() == 8)
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
    while (message.next()) switch (message.tag()) {
        case 1:
            node.name = text(message.get_view());
            break;
        case 2:
            node.op = text(message.get_view());
            break;
        case 5:
            read_attribute(message.get_message(), node);
            break;
        default:
            message.skip();
        }
    return node;
}

// No tensor of a detector comes near this; a damaged shape does.
constexpr std::int64_t most_elements = std::int64_t{1} << 30;

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
    if (count > 0 && (values.empty() || static_cast<std::int64_t>(values.size()) > count))
        throw Error(ErrorCode::refused,
                    "holds " + std::to_string(values.size()) + " values for a shape of " + to_string(proto.shape),
                    name);
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
    while (graph.next()) {
        if (graph.tag() != 1) {
            graph.skip();
            continue;
        }
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
