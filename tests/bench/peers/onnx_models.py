# SPDX-License-Identifier: Apache-2.0
"""The ONNX models of a network: its heads alone (of two stages: two models), and the whole graph from picture to boxes."""
import os

import onnx

from onnx_detection import DetectionWriter
from onnx_layers import LayerWriter, OnnxWriter
from quantised import Quantiser, seen_ranges


def nchw(shape):
    return [shape[0], shape[3], shape[1], shape[2]] if len(shape) == 4 else shape


def input_of(exported, writer, name, value):
    return writer.input(name, nchw(exported.shapes[value]))


def between_stages(exported):
    """What the second stage reads, but for proposals: maps."""
    return sorted({node["inputs"][0] for node in exported.crops()})


def body(exported, layers, outputs, stop):
    layers.write(exported.cone(outputs, stop))


def first_heads(exported):
    heads = exported.heads()
    return {name: heads[name] for name in heads if name.startswith("proposal")} if exported.two_stages else heads


def first_outputs(exported):
    """Values by name."""
    outputs = dict(first_heads(exported))
    if exported.two_stages:
        outputs.update({f"map_{i}": value for i, value in enumerate(between_stages(exported))})
    return outputs


class NetworkWriter:
    """A model being written, with the names that values of the network have in it."""

    def __init__(self, exported):
        self.exported, self.writer = exported, OnnxWriter()
        self.layers = LayerWriter(exported, self.writer, {})

    @property
    def names(self):
        return self.layers.names

    def first_stage(self, pixels):
        self.names[self.exported.input] = pixels
        wanted = list(first_heads(self.exported).values())
        if self.exported.two_stages:
            wanted += between_stages(self.exported)
        body(self.exported, self.layers, wanted, {self.exported.input})

    def second_stage(self, boxes):
        boxes_value = self.exported.crops()[0]["inputs"][1]
        self.names[boxes_value] = boxes
        heads = self.exported.heads()
        stop = set(self.names) | {node["inputs"][2] for node in self.exported.crops()}  # how many rows are live
        body(self.exported, self.layers, [heads["codes"], heads["logits"]], stop)


def heads_model(exported):
    model = NetworkWriter(exported)
    model.first_stage(input_of(exported, model.writer, "pixels", exported.input))
    for name, value in first_outputs(exported).items():
        model.writer.output(name, model.names[value], shape=nchw(exported.shapes[value]))
    return model


def second_model(exported):
    """From maps and boxes (parts of the picture's sides) to codes and logits."""
    model = NetworkWriter(exported)
    for i, value in enumerate(between_stages(exported)):
        model.names[value] = input_of(exported, model.writer, f"map_{i}", value)
    boxes_value = exported.crops()[0]["inputs"][1]
    model.second_stage(model.writer.input("boxes", exported.shapes[boxes_value]))
    for name in ("codes", "logits"):
        value = exported.heads()[name]
        model.writer.output(name, model.names[value], shape=exported.shapes[value])
    return model


def regions_model(exported):
    """From crops to codes and logits."""
    model, crop = NetworkWriter(exported), exported.node("crop_and_resize")["outputs"][0]
    model.names[crop] = input_of(exported, model.writer, "crops", crop)
    heads = {name: exported.heads()[name] for name in ("codes", "logits")}
    body(exported, model.layers, list(heads.values()), {crop})
    for name, value in heads.items():
        model.writer.output(name, model.names[value], shape=exported.shapes[value])
    return model


def whole_model(exported, picture_shape):
    model = NetworkWriter(exported)
    detection = DetectionWriter(exported, model.writer)
    model.first_stage(detection.resized(picture_shape))
    heads, regions = exported.heads(), None
    if exported.two_stages:
        parts, regions = detection.proposals(model.names[heads["proposal_codes"]],
                                             model.names[heads["proposal_logits"]])
        model.second_stage(parts)
    detection.detections(model.names[heads["codes"]], model.names[heads["logits"]], regions)
    return model


def write_models(exported, picture_shape, folder, change=None, suffix=""):
    """heads.onnx, whole.onnx; for two stages second.onnx (from maps) and regions.onnx (from crops). `change` gets each model before it is written."""
    models = {"heads": heads_model(exported), "whole": whole_model(exported, picture_shape)}
    if exported.two_stages:
        models["second"] = second_model(exported)
    if exported.node("crop_and_resize") and not change:
        models["regions"] = regions_model(exported)
    for name, model in models.items():
        if change:
            change(model)
        onnx.save(model.writer.model(name), os.path.join(folder, name + suffix + ".onnx"))


def pixels_of(exported, pictures):
    """The network's input for pictures (8-bit RGB), by a resize of OpenCV: for calibration."""
    import cv2
    _, height, width, _ = exported.shapes[exported.input]
    return [cv2.resize(picture, (width, height)).astype("float32").transpose(2, 0, 1)[None] for picture in pictures]


def write_quantised(exported, picture_shape, folder, pictures):
    """The models of write_models in 8 bits, as OpenVINO (suffix _int8) and ONNX Runtime (_int8_sums) take them best;
    the largest magnitudes by value."""
    inputs = [{"pixels": pixels} for pixels in pixels_of(exported, pictures)]
    ranges, found = seen_ranges(heads_model(exported), inputs)
    if exported.two_stages:
        boxes = exported.recorded(exported.crops()[0]["inputs"][1])
        maps = {name: found[name] for name in found if name.startswith("map_")}
        ranges.update(seen_ranges(second_model(exported), [{**maps, "boxes": boxes}])[0])
    write_models(exported, picture_shape, folder, Quantiser(ranges, True, False), "_int8")
    write_models(exported, picture_shape, folder, Quantiser(ranges, False, True), "_int8_sums")
    return {int(key): max(-low, high) for key, (low, high) in ranges.items() if "/" not in key}
