// SPDX-License-Identifier: Apache-2.0
// Comparing tensors and detections with golden numbers.
#include "golden.h"

#include "shared_data.h"
#include "weights/bundle.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

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

// Goldens drop the batch axis, and others of length 1.
Shape without_ones(Shape shape)
{
    std::erase(shape, 1);
    return shape;
}

// Written so that no comparison with NaN passes.
bool same(const Detections &a, std::int64_t i, const Detections &b, std::int64_t j, float least_iou, float tolerance)
{
    return a.classes.floats()[i] == b.classes.floats()[j] &&
           std::abs(a.scores.floats()[i] - b.scores.floats()[j]) <= tolerance &&
           overlap(a.boxes.floats() + 4 * i, b.boxes.floats() + 4 * j) >= least_iou;
}

std::vector<std::int64_t> unmatched(const Detections &these, const Detections &others, float least_score,
                                    float least_iou, float tolerance)
{
    std::vector<std::int64_t> rows;
    std::vector<bool> used(static_cast<std::size_t>(others.scores.count()), false);
    for (std::int64_t i = 0; i < these.scores.count(); ++i) {
        if (these.scores.floats()[i] < least_score) continue;
        bool found = false;
        for (std::int64_t j = 0; j < others.scores.count() && !found; ++j) {
            const auto place = static_cast<std::size_t>(j);
            if (!used[place] && same(these, i, others, j, least_iou, tolerance)) found = used[place] = true;
        }
        if (!found) rows.push_back(i);
    }
    return rows;
}

std::string text_of(const char *whose, const Detections &these, const std::vector<std::int64_t> &rows)
{
    std::string text;
    for (const std::int64_t i : rows)
        text += std::string(whose) + " #" + std::to_string(i) + " class " + std::to_string(these.classes.floats()[i]) +
                " score " + std::to_string(these.scores.floats()[i]) + "; ";
    return text;
}

} // namespace

std::map<std::string, Tensor> tensors(const std::string &relative)
{
    return read_bundle(shared_path("goldens/" + relative)).weights.tensors;
}

double largest_difference(const Tensor &a, const Tensor &b)
{
    if (without_ones(a.shape()) != without_ones(b.shape())) return std::numeric_limits<double>::infinity();
    double largest = 0;
    for (std::int64_t i = 0; i < a.count(); ++i) {
        const double difference = std::abs(static_cast<double>(a.floats()[i]) - b.floats()[i]);
        if (std::isnan(difference)) return std::numeric_limits<double>::infinity();
        largest = std::max(largest, difference);
    }
    return largest;
}

double largest_sample_difference(const Tensor &tensor, const std::vector<double> &samples)
{
    double largest = 0;
    for (std::size_t k = 0; k < samples.size(); ++k) {
        const auto index = (k * 2654435761ull) % static_cast<std::uint64_t>(tensor.count());
        const double difference = std::abs(tensor.floats()[index] - samples[k]);
        if (!(difference <= largest)) largest = difference;
        if (std::isnan(difference)) break;
    }
    return largest;
}

Statistics statistics(const Tensor &tensor)
{
    const auto count = static_cast<double>(tensor.count());
    const float *first = tensor.floats(), *last = first + tensor.count();
    const double mean = std::accumulate(first, last, 0.0) / count;
    const double squares = std::accumulate(
        first, last, 0.0, [&](double sum, float value) { return sum + (value - mean) * (value - mean); });
    return {mean, std::sqrt(squares / count), *std::min_element(first, last), *std::max_element(first, last)};
}

Largest largest_of(const Tensor &logits)
{
    const auto columns = logits.shape().back(), rows = logits.count() / columns;
    Largest largest{Tensor({rows}), Tensor({rows})};
    for (std::int64_t r = 0; r < rows; ++r) {
        const float *row = logits.floats() + r * columns, *best = std::max_element(row + 1, row + columns);
        largest.logits.floats()[r] = *best;
        largest.classes.floats()[r] = static_cast<float>(best - row);
    }
    return largest;
}

Tensor floats_of(const Tensor &bytes)
{
    Tensor floats(bytes.shape());
    for (std::int64_t i = 0; i < bytes.count(); ++i)
        floats.floats()[i] = static_cast<float>(std::to_integer<int>(bytes.data()[i]));
    return floats;
}

Tensor slice(const Tensor &tensor, std::int64_t index)
{
    const Shape shape(tensor.shape().begin() + 1, tensor.shape().end());
    const auto bytes = static_cast<std::size_t>(element_count(shape)) * byte_size(tensor.type());
    Tensor part(shape, tensor.type());
    std::memcpy(part.data(), tensor.data() + bytes * static_cast<std::size_t>(index), bytes);
    return part;
}

std::string disagreement(const Detections &expected, const Detections &got, float least_score, float least_iou,
                         float tolerance)
{
    // A detection near the least score may be on its other side in the other run.
    return text_of("expected", expected, unmatched(expected, got, least_score, least_iou, tolerance)) +
           text_of("surplus", got, unmatched(got, expected, least_score + tolerance, least_iou, tolerance));
}

std::vector<std::int64_t> unmatched_rows(const Detections &expected, const Detections &got, float least_iou,
                                         float tolerance)
{
    return unmatched(expected, got, 0, least_iou, tolerance);
}

} // namespace golden
