// SPDX-License-Identifier: Apache-2.0
// What is read of a TFLite file: its tensors and operators, and which layers these are.
#pragma once

#include "tensor/tensor.h"
#include "tflite_generated.h"

#include <cstddef>
#include <span>
#include <string>

namespace tradewind::tflite_reading {

enum BuiltinOperator { conv_2d = 3, depthwise_conv_2d = 4 };
enum TensorType { float32 = 0, float16 = 1, int32 = 2, uint8 = 3, int8 = 9 };

// Of the first graph. All throw Error(refused) with the file as context.
struct Reader {
    Reader(std::span<const std::byte> bytes, const std::string &name); // checks the file as a whole

    [[noreturn]] void refuse(const std::string &why, const std::string &where = {}) const;
    // Null for an input or output that is left out.
    const tflite::Tensor *input(const tflite::Operator &node, std::uint32_t number) const;
    const tflite::Tensor *output(const tflite::Operator &node, std::uint32_t number) const;
    const tflite::Tensor *tensor(int index) const;
    int code(const tflite::Operator &node) const;

    const tflite::Model *model;
    const tflite::SubGraph *graph;
    std::string file;
};

std::string name_of(const tflite::Tensor &tensor);
Shape shape_of(const tflite::Tensor &tensor);

// The layer behind a tensor's name. Converters append what they folded or quantised, and repeat the network's scope.
std::string layer_of(std::string name);

} // namespace tradewind::tflite_reading
