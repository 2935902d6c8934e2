# SPDX-License-Identifier: Apache-2.0
"""Post-processing in NumPy and OpenCV, as users of runtimes without it write it: threshold, decoding of what passes,
OpenCV's suppression by class."""
import cv2
import numpy


class HostDetection:
    """For networks of one stage. Boxes are parts of the picture's sides: ymin, xmin, ymax, xmax."""

    def __init__(self, exported):
        self.settings = exported.node("multiclass_nms")["attributes"]
        self.convert = exported.node("convert_scores")["attributes"]["converter"]
        decode = exported.node("decode_boxes")
        self.scales = numpy.float32(decode["attributes"]["scales"])
        anchors = exported.recorded(decode["inputs"][1])
        self.sides = numpy.tile(anchors[:, 2:] - anchors[:, :2], 1)
        self.centres = anchors[:, :2] + self.sides / 2

    def scores(self, logits):
        if self.convert == "softmax":
            powers = numpy.exp(logits - logits.max(axis=1, keepdims=True))
            return (powers / powers.sum(axis=1, keepdims=True))[:, 1:]
        return 1 / (1 + numpy.exp(-logits[:, 1:])) if self.convert == "sigmoid" else logits[:, 1:]

    def __call__(self, codes, logits):
        scores = self.scores(logits.reshape(-1, logits.shape[-1]))
        rows, labels = numpy.nonzero(scores > self.settings["score_threshold"])
        kept = scores[rows, labels]
        code = codes.reshape(-1, 4)[rows] / self.scales
        centres = code[:, :2] * self.sides[rows] + self.centres[rows]
        sides = numpy.exp(code[:, 2:]) * self.sides[rows]
        boxes = numpy.concatenate([centres - sides / 2, centres + sides / 2], axis=1).clip(0, 1)
        corners = numpy.concatenate([boxes[:, 1::-1], boxes[:, 3:1:-1] - boxes[:, 1::-1]], axis=1)
        order = cv2.dnn.NMSBoxesBatched(corners.tolist(), kept.tolist(), labels.tolist(),
                                        float(self.settings["score_threshold"]), float(self.settings["iou_threshold"]))
        order = sorted(order, key=lambda i: -kept[i])[:self.settings["max_total"]]
        return boxes[order], kept[order], labels[order]
