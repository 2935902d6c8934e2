// SPDX-License-Identifier: Apache-2.0
// multiple_grid_anchors, grid_anchors, clip_boxes, scale_boxes, decode_boxes.
#include "targets/onednn/box_loops.h"

#include "ops/box_coder.h"
#include "ops/grid_anchors.h"
#include "ops/multiple_grid_anchors.h"

#include <algorithm>
#include <array>
#include <map>

namespace tradewind::onednn {
namespace {

using Loop = std::function<void()>;

constexpr std::int64_t worth_threads = 1 << 10; // boxes

std::array<float, 4> four(const Attributes &attributes, const char *key)
{
    std::array<float, 4> numbers;
    std::copy_n(attributes.reals(key).begin(), 4, numbers.begin());
    return numbers;
}

// Calls f(box, the four numbers of the attribute) for each box.
template <class F> Loop for_each_box(const KernelRequest &request, const char *attribute, F f)
{
    const auto [a, b, c, d] = four(request.attributes(), attribute);
    return [f, numbers = BoxCorners{a, b, c, d}, in = request.inputs[0].floats(), out = request.outputs[0].floats(),
            count = request.inputs[0].count() / 4] {
#pragma omp parallel for schedule(static) if (count > worth_threads)
        for (std::int64_t i = 0; i < count; ++i) {
            store(f(corners_at(in + 4 * i), numbers), out + 4 * i);
        }
    };
}

Loop clip_boxes(const KernelRequest &request)
{
    return for_each_box(request, "window", [](const BoxCorners &box, const BoxCorners &to) { return clip(box, to); });
}

Loop scale_boxes(const KernelRequest &request)
{
    return for_each_box(request, "factors",
                        [](const BoxCorners &box, const BoxCorners &by) { return scaled(box, by); });
}

Loop decode_boxes(const KernelRequest &request)
{
    const std::int64_t count = request.outputs[0].count() / 4;
    return [coder = BoxCoder(request.attributes()), codes = request.inputs[0].floats(),
            anchors = request.inputs[1].floats(), out = request.outputs[0].floats(),
            deviations = request.inputs.size() == 3 ? request.inputs[2].floats() : nullptr, count,
            codes_of_each = count / std::max<std::int64_t>(request.inputs[1].shape[0], 1)] {
#pragma omp parallel for schedule(static) if (count > worth_threads)
        for (std::int64_t i = 0; i < count; ++i) {
            const std::int64_t anchor = 4 * (i / codes_of_each);
            store(coder.decode(codes + coder.code_size() * i, anchors + anchor,
                               deviations ? deviations + anchor : nullptr),
                  out + 4 * i);
        }
    };
}

// Anchors depend on shapes alone; the arena does not keep them from run to run.
Loop copies(std::vector<float> anchors, const KernelRequest &request)
{
    return [anchors = std::move(anchors), out = request.outputs[0].floats()] {
        std::copy(anchors.begin(), anchors.end(), out);
    };
}

Loop multiple_grid_anchors(const KernelRequest &request)
{
    std::vector<MapSize> maps;
    for (const TensorView &map : request.inputs) maps.push_back({map.shape[1], map.shape[2]});
    return copies(tradewind::multiple_grid_anchors(request.attributes(), maps), request);
}

Loop grid_anchors(const KernelRequest &request)
{
    const Shape &map = request.inputs[0].shape;
    std::vector<float> anchors(static_cast<std::size_t>(request.outputs[0].count()));
    tradewind::grid_anchors(request.attributes(), map[1], map[2], anchors.data());
    return copies(std::move(anchors), request);
}

} // namespace

std::function<void()> box_loop(const KernelRequest &request)
{
    static const std::map<std::string, Loop (*)(const KernelRequest &)> loops = {
        {"clip_boxes", clip_boxes},
        {"decode_boxes", decode_boxes},
        {"grid_anchors", grid_anchors},
        {"scale_boxes", scale_boxes},
        {"multiple_grid_anchors", multiple_grid_anchors}};
    const auto found = loops.find(request.node.op->name);
    return found == loops.end() ? nullptr : found->second(request);
}

} // namespace tradewind::onednn
