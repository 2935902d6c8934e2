// SPDX-License-Identifier: Apache-2.0
// Where candidates lie, and the kernels that follow their ranking.
#include "targets/cuda/suppression_steps.h"

#include "tensor/error.h"

#include <limits>

namespace tradewind::cuda {

MapsIn maps_in(const DeviceView &view) { return {view.data, view.stride}; }

MapsOut maps_out(const DeviceView &view) { return {view.data, view.stride}; }

BoxCorners corners_of(const std::vector<double> &numbers)
{
    const auto at = [&](std::size_t i) { return static_cast<float>(numbers[i]); };
    return {at(0), at(1), at(2), at(3)};
}

int counted(const StepRequest &request, std::int64_t entries)
{
    constexpr int most = std::numeric_limits<int>::max() - 3; // leaves room for a multiple of four
    if (entries > most)
        throw Error(ErrorCode::failed,
                    std::to_string(entries) + " entries are more than its kernels count (" + std::to_string(most) + ")",
                    request.node.name);
    return static_cast<int>(entries);
}

ScoreArguments score_arguments(const StepRequest &request, const DeviceView &logits)
{
    const std::string &converter = request.attributes().text("converter");
    ScoreArguments arguments;
    arguments.storage = logits.storage;
    arguments.logits = maps_in(logits);
    arguments.converter = converter == "sigmoid"   ? Converter::sigmoid
                          : converter == "softmax" ? Converter::softmax
                                                   : Converter::identity;
    arguments.slice_first = request.attributes().text("background") == "slice_first";
    counted(request, logits.count());
    arguments.rows = static_cast<int>(logits.shape[1]);
    arguments.classes = static_cast<int>(logits.shape[2] - 1);
    arguments.pictures = request.context.batch;
    return arguments;
}

void SuppressionPlan::decode(const StepRequest &request, const DeviceView &anchors)
{
    const DeviceView &codes = request.inputs[0];
    suppression.boxes.storage = codes.storage;
    suppression.boxes.boxes = maps_in(codes);
    suppression.boxes.anchors = maps_in(anchors);
    std::copy_n(request.attributes().reals("scales").begin(), 4, suppression.boxes.scales);
}

void SuppressionPlan::write_to(const StepRequest &request, const DeviceView &count)
{
    results.most = counted(request, request.outputs[1].count());
    results.boxes = maps_out(request.outputs[0]);
    results.scores = maps_out(request.outputs[1]);
    results.count = maps_out(count);
}

void SuppressionPlan::place(Layout &layout)
{
    Candidates &candidates = suppression.candidates;
    Kept &kept = suppression.kept;
    const std::int64_t sets = candidates.pictures * candidates.sets;
    candidates.keys = layout.take<std::uint32_t>(sets * candidates.padded_rows());
    candidates.labels_of_rows = rows_have_labels ? layout.take<int>(candidates.pictures * candidates.rows) : nullptr;
    kept.keys = layout.take<std::uint32_t>(sets * kept.capacity);
    kept.boxes = layout.take<AlignedBox>(sets * kept.capacity);
    kept.rows = layout.take<int>(sets * kept.capacity);
    results.candidates = candidates;
    results.kept = kept;
}

void SuppressionPlan::run(Stream stream) const
{
    suppress(stream, suppression);
    write_detections(stream, results);
}

SuppressionPlan suppression_plan(const StepRequest &request, std::int64_t rows, std::int64_t sets, std::int64_t most)
{
    SuppressionPlan plan;
    Candidates &candidates = plan.suppression.candidates;
    candidates.rows = counted(request, rows);
    candidates.sets = counted(request, sets);
    candidates.pictures = request.context.batch;
    plan.suppression.most = static_cast<int>(std::min(most, rows));
    plan.suppression.kept.capacity = static_cast<int>(padded_keys(plan.suppression.most));
    counted(request, sets * padded_keys(rows));
    plan.suppression.iou_threshold = static_cast<float>(request.attributes().real("iou_threshold"));
    return plan;
}

} // namespace tradewind::cuda
