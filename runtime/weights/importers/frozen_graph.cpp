// SPDX-License-Identifier: Apache-2.0
// TensorFlow GraphDef, read field by field: graph.proto, node_def.proto, attr_value.proto. Only Const nodes are looked
// at: which ops the graph has, and how they hang together, is of no importance to its weights.
#include "weights/importers/formats.h"
#include "weights/importers/protobuf_tensor.h"

#include "tensor/error.h"

namespace tradewind {
namespace {

using namespace importers;
using protozero::data_view;
using protozero::pbf_reader;
using wire = protozero::pbf_wire_type;

// A value may stand for many; this is how many bytes all tensors together may have beyond those of the file.
constexpr std::size_t most_bytes_beyond = std::size_t{1} << 28;

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

Tensor value_of(const NodeProto &node, const TensorProto &proto)
try {
    return to_tensor(proto, *stored_type(proto.type), proto.shape, true);
} catch (const Error &error) {
    throw error.within(std::string(node.name));
}

} // namespace

std::map<std::string, Tensor> read_frozen_graph(std::span<const std::byte> bytes, const std::string &name)
try {
    std::map<std::string, Tensor> tensors;
    std::size_t size = 0;
    pbf_reader graph(reinterpret_cast<const char *>(bytes.data()), bytes.size());
    while (graph.next(1, wire::length_delimited)) {
        const NodeProto node = read_node(graph.get_message());
        const std::string node_name(node.name);
        if (node.op != "Const" || !node.value.data() || !is_weight_name(node_name)) continue;
        const TensorProto proto = read_tensor(pbf_reader(node.value));
        const StoredType *type = stored_type(proto.type);
        if (!type || type->element != ElementType::f32) continue;
        const auto [added, is_new] = tensors.emplace(node_name, value_of(node, proto));
        if (!is_new) throw Error(ErrorCode::refused, "the tensor stands in the graph twice", node_name);
        if ((size += added->second.bytes()) > 2 * bytes.size() + most_bytes_beyond) // halves become twice as long
            throw Error(ErrorCode::refused, "the weights of this graph take more than 256 MiB beyond its file");
    }
    return tensors;
} catch (const protozero::exception &) {
    throw Error(ErrorCode::refused,
                "the file is no TensorFlow graph of weights (GraphDef), or it is damaged or cut short", name);
} catch (const Error &error) {
    throw error.within(name);
}

} // namespace tradewind
