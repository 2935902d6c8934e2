// SPDX-License-Identifier: Apache-2.0
// Comparing tensors and detections with golden numbers.
#include "golden.h"

#include "shared_data.h"
#include "weights/bundle.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

using namespace tradewind;

namespace golden {
namespace {

float overlap(const float *a, const float *b)
{
    const float h = std::min(a[2], b[2]) - std::max(a[0], b[0]), w = std::min(a[3], b[3]) - std::max(a[1], b[1]);
    if (h <= 0 || w <= 0) return 0;
    const float both = h * w;
    return both / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both);
}

} // namespace

std::map<std::string, Tensor> tensors(const std::string &relative)
{
    return read_bundle(shared_path("goldens/" + relative)).weights.tensors;
}

double largest_difference(const Tensor &a, const Tensor &b)
{
    if (a.count() != b.count()) return std::numeric_limits<double>::infinity();
    double largest = 0;
    for (std::int64_t i = 0; i < a.count(); ++i) {
        const double difference = std::abs(static_cast<double>(a.floats()[i]) - b.floats()[i]);
        if (!(difference <= largest)) largest = difference; // NaN is the largest of all
    }
    return largest;
}

Tensor slice(const Tensor &tensor, std::int64_t index)
{
    const Shape shape(tensor.shape().begin() + 1, tensor.shape().end());
    const auto bytes = static_cast<std::size_t>(element_count(shape)) * byte_size(tensor.type());
    Tensor part(shape, tensor.type());
    std::memcpy(part.data(), tensor.data() + bytes * static_cast<std::size_t>(index), bytes);
    return part;
}

std::string unmatched(const Detections &expected, const Detections &got, float least_score, float least_iou,
                      float tolerance)
{
    std::string text;
    std::vector<bool> used(static_cast<std::size_t>(got.scores.count()), false);
    for (std::int64_t i = 0; i < expected.scores.count(); ++i) {
        if (expected.scores.floats()[i] < least_score) continue;
        bool found = false;
        for (std::int64_t j = 0; j < got.scores.count() && !found; ++j) {
            if (used[static_cast<std::size_t>(j)] || expected.classes.floats()[i] != got.classes.floats()[j]) continue;
            if (std::abs(expected.scores.floats()[i] - got.scores.floats()[j]) > tolerance) continue;
            if (overlap(expected.boxes.floats() + 4 * i, got.boxes.floats() + 4 * j) < least_iou) continue;
            found = used[static_cast<std::size_t>(j)] = true;
        }
        if (!found)
            text += "#" + std::to_string(i) + " class " + std::to_string(expected.classes.floats()[i]) + " score " +
                    std::to_string(expected.scores.floats()[i]) + "; ";
    }
    return text;
}

} // namespace golden
