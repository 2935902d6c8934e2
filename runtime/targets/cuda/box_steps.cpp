// SPDX-License-Identifier: Apache-2.0
// clip_boxes, scale_boxes, decode_boxes and convert_scores: a thread or a few for each box or row.
#include "targets/cuda/kernels/boxes.h"
#include "targets/cuda/kernels/scores.h"
#include "targets/cuda/suppression_steps.h"

#include <map>

namespace tradewind::cuda {
namespace {

using Launch = std::function<void(Stream)>;

// Results that all pictures have in common are computed once.
std::int64_t pictures_of(const StepRequest &request) { return request.outputs[0].stride ? request.context.batch : 1; }

BoxArguments box_arguments(const StepRequest &request, const char *numbers)
{
    const DeviceView &boxes = request.inputs[0];
    return {boxes.storage,
            maps_in(boxes),
            maps_out(request.outputs[0]),
            corners_of(request.attributes().reals(numbers)),
            counted(request, boxes.count()) / 4,
            pictures_of(request)};
}

Launch clipping(const StepRequest &request)
{
    return [a = box_arguments(request, "window")](Stream stream) { clip_boxes(stream, a); };
}

Launch scaling(const StepRequest &request)
{
    return [a = box_arguments(request, "factors")](Stream stream) { scale_boxes(stream, a); };
}

Launch decoding(const StepRequest &request)
{
    const DeviceView &codes = request.inputs[0], &anchors = request.inputs[1];
    const std::int64_t count = counted(request, request.outputs[0].count()) / 4;
    const DecodeArguments arguments{codes.storage,
                                    maps_in(codes),
                                    maps_in(anchors),
                                    request.inputs.size() == 3 ? maps_in(request.inputs[2]) : MapsIn{},
                                    maps_out(request.outputs[0]),
                                    BoxCoder(request.attributes()),
                                    count,
                                    std::max<std::int64_t>(count / std::max<std::int64_t>(anchors.shape[0], 1), 1),
                                    pictures_of(request)};
    return [arguments](Stream stream) { decode_boxes(stream, arguments); };
}

Launch conversion(const StepRequest &request)
{
    ScoreArguments arguments = score_arguments(request, request.inputs[0]);
    arguments.scores = maps_out(request.outputs[0]);
    arguments.pictures = pictures_of(request);
    return [arguments](Stream stream) { convert_scores(stream, arguments); };
}

} // namespace

std::unique_ptr<Step> make_box_step(const StepRequest &request)
{
    static const std::map<std::string, Launch (*)(const StepRequest &)> makers = {
        {"clip_boxes", clipping}, {"scale_boxes", scaling}, {"decode_boxes", decoding}, {"convert_scores", conversion}};
    const auto found = makers.find(request.node.op->name);
    if (found == makers.end()) return nullptr;
    return std::make_unique<LaunchStep>("cuda " + found->first, found->second(request));
}

} // namespace tradewind::cuda
