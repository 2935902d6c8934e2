# SPDX-License-Identifier: Apache-2.0
"""Nodes of an exported network as ncnn's param and bin files. A map is C, H, W; rows are H x W."""
import os

import numpy

INT8_TAG = 0x000D4B38


class NcnnWriter:
    """`ranges`: the largest magnitude of values by number, for 8-bit convolutions; None: float32."""

    def __init__(self, exported, ranges=None):
        self.exported, self.ranges = exported, ranges
        self.lines, self.data, self.blobs, self.names, self.uses = [], [], 0, {}, {}

    def layer(self, kind, inputs, outputs=1, **parameters):
        """Parameters by number, as a0=..., which keeps them keywords; a list is an array."""
        names = [f"blob{self.blobs + i}" for i in range(outputs)]
        self.blobs += outputs
        text = []
        for key, value in parameters.items():
            number = int(key[1:])
            text.append(f"{-23300 - number}={len(value)}," + ",".join(map(str, value)) if isinstance(value, list)
                        else f"{number}={value}")
        self.lines.append(" ".join([kind, f"layer{len(self.lines)}", str(len(inputs)), str(outputs), *inputs, *names,
                                    *text]))
        return names if outputs > 1 else names[0]

    def input(self, value):
        _, height, width, channels = self.exported.shapes[value]
        self.names[value] = self.layer("Input", [], a0=width, a1=height, a2=channels)
        return self.names[value]

    def write(self, nodes, outputs):
        """A value that is read several times is split; outputs count as reads."""
        reads = [i for node in nodes for i in node["inputs"][:2]] + list(outputs)
        for node in nodes:
            for value in set(node["inputs"]) & set(self.names):
                self.split(value, reads.count(value))
            value = node["outputs"][0]
            self.names[value] = getattr(self, node["op"])(node)
            self.split(value, reads.count(value))
        return {value: self.take(value) for value in outputs}

    def split(self, value, count):
        if value in self.uses:
            return
        name = self.names[value]
        self.uses[value] = [name] if count < 2 else self.layer("Split", [name], count)

    def take(self, value):
        return self.uses[value].pop()

    def write_files(self, folder, name):
        with open(os.path.join(folder, name + ".param"), "w", encoding="utf-8") as file:
            file.write(f"7767517\n{len(self.lines)} {self.blobs}\n" + "\n".join(self.lines) + "\n")
        with open(os.path.join(folder, name + ".bin"), "wb") as file:
            for part in self.data:
                file.write(part.tobytes() + b"\0" * (-part.nbytes % 4))

    # Weights

    def weights(self, values):
        self.data += [numpy.uint32(0), values.astype("<f4")]

    def quantised(self, weights, bias, input_value, scale_of_each):
        """Symmetric 8-bit weights, the scales of which and of the input follow the bias."""
        largest = numpy.abs(weights.reshape(len(weights), -1)).max(axis=1)
        scales = 127 / numpy.maximum(largest, 1e-12)
        rounded = numpy.rint(weights * scales.reshape(-1, *[1] * (weights.ndim - 1))).clip(-127, 127)
        self.data += [numpy.uint32(INT8_TAG), rounded.astype("i1"), bias.astype("<f4")]
        self.data += [scales.astype("<f4") if scale_of_each else scales[:1].astype("<f4"),
                      numpy.float32(127 / self.ranges[input_value])]

    # Ops

    @staticmethod
    def window(node):
        y, x = node["window"]["y"], node["window"]["x"]
        return y, x

    @staticmethod
    def activation(node):
        return {"relu": {"a9": 1}, "relu6": {"a9": 3, "a10": [0.0, 6.0]}}.get(node["attributes"]["activation"], {})

    def activated(self, name, node):
        kind = node["attributes"]["activation"]
        if kind == "relu":
            return self.layer("ReLU", [name])
        return self.layer("Clip", [name], a0=0.0, a1=6.0) if kind == "relu6" else name

    def conv2d(self, node):
        weights = self.exported.parameter(node, "weights", "pointwise_weights").transpose(3, 2, 0, 1)
        return self._convolution("Convolution", node, weights, {})

    def depthwise_conv2d(self, node):
        weights = self.exported.parameter(node, "depthwise_weights")
        height, width, channels, multiplier = weights.shape
        filters = weights.transpose(2, 3, 0, 1).reshape(channels * multiplier, 1, height, width)
        return self._convolution("ConvolutionDepthWise", node, filters, {"a7": channels})

    def _convolution(self, kind, node, weights, more):
        (y, x), residual = self.window(node), len(node["inputs"]) == 2
        bias = self.exported.parameter(node, "biases")
        bias = numpy.zeros(len(weights), numpy.float32) if bias is None else bias
        if residual:
            scale = numpy.float32(node["attributes"]["residual_scale"])
            weights, bias = weights * scale, bias * scale
        small = self.ranges is not None and node["inputs"][0] in self.ranges
        if small:
            more = {**more, "a8": 1}
        if not residual:
            more = {**more, **self.activation(node)}
        name = self.layer(kind, [self.take(node["inputs"][0])], a0=len(weights), a1=x["kernel"], a11=y["kernel"],
                          a2=x["dilation"], a12=y["dilation"], a3=x["stride"], a13=y["stride"], a4=x["before"],
                          a15=x["after"], a14=y["before"], a16=y["after"], a5=1, a6=weights.size, **more)
        if small:
            self.quantised(weights, bias, node["inputs"][0], True)
        else:
            self.weights(weights)
            self.data.append(bias.astype("<f4"))
        if not residual:
            return name
        return self.activated(self.layer("BinaryOp", [name, self.take(node["inputs"][1])], a0=0), node)

    def _pool(self, node, kind):
        y, x = self.window(node)
        return self.layer("Pooling", [self.take(node["inputs"][0])], a0=kind, a1=x["kernel"], a11=y["kernel"],
                          a2=x["stride"], a12=y["stride"], a3=x["before"], a14=x["after"], a13=y["before"],
                          a15=y["after"], a5=1, a6=0)

    def max_pool(self, node):
        return self._pool(node, 0)

    def avg_pool(self, node):
        return self._pool(node, 1)

    def spatial_mean(self, node):
        return self.layer("Pooling", [self.take(node["inputs"][0])], a0=1, a4=1)

    def pad(self, node):
        top, bottom, left, right = node["attributes"]["pads"]
        return self.layer("Padding", [self.take(node["inputs"][0])], a0=top, a1=bottom, a2=left, a3=right)

    def add(self, node):
        first, second = self.take(node["inputs"][0]), self.take(node["inputs"][1])
        if node["attributes"]["scale"] != 1:
            second = self.layer("BinaryOp", [second], a0=2, a1=1, a2=node["attributes"]["scale"])
        return self.activated(self.layer("BinaryOp", [first, second], a0=0), node)

    def relu(self, node):
        return self.layer("ReLU", [self.take(node["inputs"][0])])

    def relu6(self, node):
        return self.layer("Clip", [self.take(node["inputs"][0])], a0=0.0, a1=6.0)

    def concat(self, node):
        return self.layer("Concat", [self.take(value) for value in node["inputs"]], a0=0)  # channels, or rows

    def reshape(self, node):
        columns = self.exported.shapes[node["outputs"][0]][-1]
        name = self.take(node["inputs"][0])
        if len(self.exported.shapes[node["outputs"][0]]) == 2:
            return self.layer("Reshape", [name], a0=columns)
        return self.layer("Reshape", [self.layer("Permute", [name], a0=3)], a0=columns, a1=-1)

    def l2_normalization(self, node):
        scale = self.exported.parameter(node, "scale")
        name = self.layer("Normalize", [self.take(node["inputs"][0])], a0=0, a1=0, a2=1e-14, a3=scale.size, a4=1)
        self.data.append(scale.astype("<f4"))
        return name

    def dense(self, node):
        weights = self.exported.parameter(node, "weights").T
        name = self.layer("InnerProduct", [self.take(node["inputs"][0])], a0=len(weights), a1=1, a2=weights.size)
        self.weights(weights)
        self.data.append(self.exported.parameter(node, "biases").astype("<f4"))
        return self.activated(name, node)


def write_part(exported, folder, name, start, outputs, ranges):
    """A file pair for what lies between a map and outputs (values by name), and the names of its blobs."""
    writer = NcnnWriter(exported, ranges)
    inputs = writer.input(start)
    values = list(outputs.values())
    names = writer.write(exported.cone(values, {start}), values)
    writer.write_files(folder, name)
    return {"files": name, "input": inputs, "names": list(outputs), "outputs": [names[value] for value in values]}


def before_rows(exported, value):
    """What a reshape to rows reads."""
    return exported.producer(value)["inputs"][0]


def write_ncnn(exported, folder, outputs, ranges=None, suffix=""):
    """From normalised pixels to `outputs` (values by name); of a second stage on crops: from one crop to its heads."""
    parts = [write_part(exported, folder, "ncnn" + suffix, exported.node("normalize")["outputs"][0], outputs, ranges)]
    crop = exported.node("crop_and_resize")
    if crop:
        heads = {name: before_rows(exported, exported.heads()[name]) for name in ("codes", "logits")}
        parts.append(write_part(exported, folder, "ncnn_second" + suffix, crop["outputs"][0], heads, ranges))
    return parts
