// SPDX-License-Identifier: Apache-2.0
// Copies of bytes; a 0 is zero bytes in every type.
#include "targets/onednn/movement_loops.h"

#include <algorithm>
#include <map>

namespace tradewind::onednn {
namespace {

using Loop = std::function<void()>;

Loop concat(const KernelRequest &request)
{
    const Shape &shape = request.outputs[0].shape;
    std::int64_t axis = request.attributes().integer("axis");
    axis += axis < 0 ? static_cast<std::int64_t>(shape.size()) : 0;
    const std::int64_t outer = element_count(Shape(shape.begin(), shape.begin() + axis));
    return [inputs = request.inputs, output = request.outputs[0], outer] {
        const std::size_t stride = output.bytes() / static_cast<std::size_t>(outer);
#pragma omp parallel for schedule(static)
        for (std::int64_t i = 0; i < outer; ++i) {
            std::byte *to = output.data + static_cast<std::size_t>(i) * stride;
            for (const TensorView &input : inputs) {
                const std::size_t bytes = input.bytes() / static_cast<std::size_t>(outer);
                std::memcpy(to, input.data + static_cast<std::size_t>(i) * bytes, bytes);
                to += bytes;
            }
        }
    };
}

Loop pad(const KernelRequest &request)
{
    const auto &pads = request.attributes().integers("pads");
    const TensorView in = request.inputs[0], out = request.outputs[0];
    const auto pixel = static_cast<std::size_t>(out.shape[3]) * byte_size(out.type);
    const std::int64_t top = pads[0], height = in.shape[1];
    const std::size_t left = static_cast<std::size_t>(pads[2]) * pixel;
    const std::size_t from_row = static_cast<std::size_t>(in.shape[2]) * pixel,
                      to_row = static_cast<std::size_t>(out.shape[2]) * pixel;
    return [=] {
        const std::int64_t rows = out.shape[0] * out.shape[1];
#pragma omp parallel for schedule(static)
        for (std::int64_t row = 0; row < rows; ++row) {
            std::byte *to = out.data + static_cast<std::size_t>(row) * to_row;
            std::memset(to, 0, to_row);
            const std::int64_t image = row / out.shape[1], y = row % out.shape[1] - top;
            if (y >= 0 && y < height)
                std::memcpy(to + left, in.data + static_cast<std::size_t>(image * height + y) * from_row, from_row);
        }
    };
}

Loop reshape(const KernelRequest &request)
{
    return [in = request.inputs[0], out = request.outputs[0]] {
        if (in.data != out.data) std::memcpy(out.data, in.data, in.bytes());
    };
}

bool alike(const KernelRequest &request)
{
    const StoredAs &stored = request.stored_outputs[0];
    return stored.layout == StoredAs::Layout::rows &&
           std::all_of(request.stored_inputs.begin(), request.stored_inputs.end(),
                       [&](const StoredAs &input) { return input == stored; });
}

} // namespace

std::function<void()> movement_loop(const KernelRequest &request)
{
    static const std::map<std::string, Loop (*)(const KernelRequest &)> loops = {
        {"concat", concat}, {"pad", pad}, {"reshape", reshape}};
    const auto found = loops.find(request.node.op->name);
    return found == loops.end() || !alike(request) ? nullptr : found->second(request);
}

} // namespace tradewind::onednn
