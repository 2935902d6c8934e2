# SPDX-License-Identifier: Apache-2.0
"""What stands around a network in a graph as users export it: resize, decoding of boxes, suppression."""
import numpy
from onnx import TensorProto


class DetectionWriter:
    """Boxes are rows of ymin, xmin, ymax, xmax."""

    def __init__(self, exported, writer):
        self.exported, self.writer = exported, writer

    def constant(self, values):
        return self.writer.constant(values)

    def binary(self, op, a, b):
        return self.writer.add(op, [a, b if isinstance(b, str) else self.constant(b)])

    def reshape(self, x, shape):
        return self.writer.add("Reshape", [x, self.writer.integers(shape)])

    def slice(self, x, first, last, axis):
        return self.writer.add("Slice", [x, *map(self.writer.integers, ([first], [last], [axis]))])

    def resized(self, picture_shape):
        """From the input "picture", 8-bit H x W x 3, to pixels 1 x 3 x h x w as the network takes them."""
        pixels = self.writer.input("picture", [1, *picture_shape, 3], TensorProto.UINT8)
        maps = self.writer.add("Transpose", [self.writer.add("Cast", [pixels], to=TensorProto.FLOAT)],
                               perm=[0, 3, 1, 2])
        _, height, width, _ = self.exported.shapes[self.exported.input]
        return self.writer.add("Resize", [maps, "", "", self.writer.integers([1, 3, height, width])], mode="linear",
                               coordinate_transformation_mode="asymmetric")

    def corners(self, boxes, axis):
        return self.writer.add("Split", [boxes], outputs=4, axis=axis)

    def decoded(self, codes, anchors, scales, axis):
        """The published box coder; anchors have the rank of the codes."""
        ymin, xmin, ymax, xmax = self.corners(anchors, axis)
        height, width = self.binary("Sub", ymax, ymin), self.binary("Sub", xmax, xmin)
        code = self.corners(self.binary("Div", codes, numpy.float32(scales)), axis)
        ends = []
        for first, side, move, grow in ((ymin, height, code[0], code[2]), (xmin, width, code[1], code[3])):
            middle = self.binary("Add", self.binary("Mul", move, side),
                                 self.binary("Add", first, self.binary("Mul", side, 0.5)))
            half = self.binary("Mul", self.binary("Mul", self.writer.add("Exp", [grow]), side), 0.5)
            ends.append((self.binary("Sub", middle, half), self.binary("Add", middle, half)))
        return self.writer.add("Concat", [ends[0][0], ends[1][0], ends[0][1], ends[1][1]], axis=axis)

    def clipped(self, boxes, window):
        low, high = numpy.float32(window[:2] * 2), numpy.float32(window[2:] * 2)
        return self.binary("Min", self.binary("Max", boxes, low), high)

    def scores(self, logits, node):
        """1 x N x classes without the background."""
        attributes, columns = node["attributes"], self.exported.shapes[node["inputs"][0]][2]
        convert = {"sigmoid": lambda x: self.writer.add("Sigmoid", [x]),
                   "softmax": lambda x: self.writer.add("Softmax", [x], axis=-1), "identity": lambda x: x}
        change = convert[attributes["converter"]]
        if attributes["background"] == "slice_first":
            return change(self.slice(logits, 1, columns, 2))
        return self.slice(change(logits), 1, columns, 2)

    def suppressed(self, boxes, scores, most, iou, score):
        """Rows of batch, class, box."""
        return self.writer.add("NonMaxSuppression", [boxes, scores, self.writer.integers([most]),
                                                     self.constant([iou]), self.constant([score])])

    def column(self, rows, index):
        return self.reshape(self.slice(rows, index, index + 1, 1), [-1])

    def proposals(self, codes, logits):
        """As many rows as the network takes; absent ones are zeros. Parts of the picture's sides, and pixels."""
        node = self.exported.node("proposals")
        attributes, window = node["attributes"], node["attributes"]["window"]
        anchors = self.constant(self.exported.recorded(node["inputs"][2])[None])
        boxes = self.clipped(self.decoded(codes, anchors, attributes["scales"], 2), window)
        score = self.writer.add("Sigmoid", [self.binary("Sub", self.slice(logits, 1, 2, 2),
                                                        self.slice(logits, 0, 1, 2))])
        most = attributes["max_proposals"]
        rows = self.suppressed(boxes, self.writer.add("Transpose", [score], perm=[0, 2, 1]), most,
                               attributes["iou_threshold"], attributes["score_threshold"])
        kept = self.writer.add("Gather", [self.reshape(boxes, [-1, 4]), self.column(rows, 2)], axis=0)
        padded = self.writer.add("Concat", [kept, self.constant(numpy.zeros((most, 4)))], axis=0)
        absolute = self.reshape(self.slice(padded, 0, most, 0), [most, 4])
        height, width = window[2] - window[0], window[3] - window[1]
        return self.binary("Div", absolute, numpy.float32([height, width] * 2)), absolute

    def detections(self, codes, logits, regions=None):
        """Outputs "boxes" (parts of the picture's sides), "scores" and "classes", best first. `regions`: boxes that
        the codes are relative to, of a second stage; None: anchors."""
        decode = self.exported.node("decode_boxes")
        scores = self.scores(logits, self.exported.node("convert_scores"))
        scales = decode["attributes"]["scales"]
        if regions is None:
            anchors = self.constant(self.exported.recorded(decode["inputs"][1])[None])
            return self._best(self.decoded(codes, anchors, scales, 2), scores, False)
        rows = self.exported.shapes[decode["inputs"][0]][1]
        return self._best(self.decoded(codes, self.reshape(regions, [1, rows, 1, 4]), scales, 3), scores, True)

    def _best(self, boxes, scores, own_boxes):
        """With boxes for each class, a class is a batch."""
        attributes = self.exported.node("multiclass_nms")["attributes"]
        window, most = attributes["clip_window"], attributes["max_total"]
        _, rows, classes = self.exported.shapes[self.exported.node("convert_scores")["outputs"][0]]
        boxes = self.clipped(boxes, window)
        by_class = self.writer.add("Transpose", [scores], perm=[0, 2, 1])
        if own_boxes:
            boxes = self.writer.add("Transpose", [self.reshape(boxes, [rows, classes, 4])], perm=[1, 0, 2])
            by_class = self.reshape(by_class, [classes, 1, rows])
        kept = self.suppressed(boxes, by_class, attributes["max_per_class"], attributes["iou_threshold"],
                               attributes["score_threshold"])
        label, row = self.column(kept, 0 if own_boxes else 1), self.column(kept, 2)
        at = self.writer.add("Add", [self.writer.add("Mul", [label, self.writer.integers([rows])]), row])
        self._ranked(self.writer.add("Gather", [self.reshape(by_class, [-1]), at], axis=0),
                     self.writer.add("Gather", [self.reshape(boxes, [-1, 4]), at if own_boxes else row], axis=0),
                     label, most, window)

    def _ranked(self, scores, boxes, labels, most, window):
        """Rows of nothing are appended, so that there are always enough."""
        scores = self.writer.add("Concat", [scores, self.constant(numpy.full(most, -1.0))], axis=0)
        boxes = self.writer.add("Concat", [boxes, self.constant(numpy.zeros((most, 4)))], axis=0)
        labels = self.writer.add("Concat", [labels, self.writer.integers([0] * most)], axis=0)
        values, order = self.writer.add("TopK", [scores, self.writer.integers([most])], outputs=2, axis=0)
        sides = numpy.float32([window[2] - window[0], window[3] - window[1]] * 2)
        self.writer.output("boxes", self.binary("Div", self.writer.add("Gather", [boxes, order], axis=0), sides),
                           shape=[most, 4])
        self.writer.output("scores", values, shape=[most])
        self.writer.output("classes", self.writer.add("Gather", [labels, order], axis=0), TensorProto.INT64, [most])
