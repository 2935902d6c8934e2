// SPDX-License-Identifier: Apache-2.0
// Looking things up in a TFLite file that may be damaged.
#include "weights/importers/tflite_reader.h"

#include "tensor/error.h"

#include <algorithm>

namespace tradewind::tflite_reading {

Reader::Reader(std::span<const std::byte> bytes, const std::string &name) : file(name)
{
    const auto *data = reinterpret_cast<const std::uint8_t *>(bytes.data());
    flatbuffers::Verifier verifier(data, bytes.size(), 64, 10'000'000);
    if (!tflite::VerifyModelBuffer(verifier)) refuse("the TFLite file is damaged");
    model = tflite::GetModel(data);
    if (!model->subgraphs() || model->subgraphs()->size() == 0) refuse("the TFLite file holds no graph");
    graph = model->subgraphs()->Get(0);
}

void Reader::refuse(const std::string &why, const std::string &where) const
{
    throw Error(ErrorCode::refused, why, where.empty() ? file : file + ": " + where);
}

const tflite::Tensor *Reader::tensor(int index) const
{
    if (index < 0) return nullptr;
    if (!graph->tensors() || static_cast<std::uint32_t>(index) >= graph->tensors()->size())
        refuse("an operator names tensor " + std::to_string(index) + ", which does not exist");
    return graph->tensors()->Get(static_cast<std::uint32_t>(index));
}

const tflite::Tensor *Reader::input(const tflite::Operator &node, std::uint32_t number) const
{
    return node.inputs() && number < node.inputs()->size() ? tensor(node.inputs()->Get(number)) : nullptr;
}

const tflite::Tensor *Reader::output(const tflite::Operator &node, std::uint32_t number) const
{
    return node.outputs() && number < node.outputs()->size() ? tensor(node.outputs()->Get(number)) : nullptr;
}

int Reader::code(const tflite::Operator &node) const
{
    const auto *codes = model->operator_codes();
    if (!codes || node.opcode_index() >= codes->size()) refuse("an operator has no code");
    const auto *code = codes->Get(node.opcode_index());
    return std::max<int>(code->deprecated_builtin_code(), code->builtin_code());
}

std::string name_of(const tflite::Tensor &tensor) { return tensor.name() ? tensor.name()->str() : ""; }

Shape shape_of(const tflite::Tensor &tensor)
{
    return tensor.shape() ? Shape(tensor.shape()->begin(), tensor.shape()->end()) : Shape{};
}

std::string layer_of(std::string name)
{
    for (const char *end : {"/depthwise_weights", "/pointwise_weights", "/weights", "/Conv2D", "/depthwise"}) {
        const auto at = name.find(end);
        if (at != std::string::npos) name.erase(at);
    }
    for (std::size_t at = 0, next; (next = name.find('/', at)) != std::string::npos; at = next + 1) {
        const std::string part = name.substr(at, next - at + 1);
        if (name.compare(next + 1, part.size(), part) == 0) {
            name.erase(at, part.size());
            break;
        }
    }
    return name;
}

} // namespace tradewind::tflite_reading
