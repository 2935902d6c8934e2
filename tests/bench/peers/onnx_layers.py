# SPDX-License-Identifier: Apache-2.0
"""Nodes of an exported network as ONNX: maps in the order N, C, H, W; padding written out."""
import numpy
from onnx import TensorProto, helper, numpy_helper

OPSET = 17


class OnnxWriter:
    """Collects nodes and initialisers; names are strings."""

    def __init__(self):
        self.nodes, self.initialisers, self.inputs, self.outputs = [], [], [], []
        self._constants, self._count = {}, 0

    def constant(self, values, dtype=numpy.float32):
        values = numpy.asarray(values, dtype=dtype, order="C")  # keeps scalars what they are
        key = (values.dtype.str, values.shape, values.tobytes()) if values.size < 64 else None
        if key not in self._constants or key is None:
            name = f"constant_{len(self.initialisers)}"
            self.initialisers.append(numpy_helper.from_array(values, name))
            if key is None:
                return name
            self._constants[key] = name
        return self._constants[key]

    def integers(self, values):
        return self.constant(values, numpy.int64)

    def add(self, op, inputs, outputs=None, **attributes):
        """The name of the output, or a list of as many as `outputs` says."""
        self._count += 1
        names = [f"{op.lower()}_{self._count}" + (f"_{i}" if i else "") for i in range(outputs or 1)]
        self.nodes.append(helper.make_node(op, inputs, names, name=names[0], **attributes))
        return names if outputs else names[0]

    def input(self, name, shape, element=TensorProto.FLOAT):
        self.inputs.append(helper.make_tensor_value_info(name, element, shape))
        return name

    def output(self, name, value, element=TensorProto.FLOAT, shape=None):
        self.nodes.append(helper.make_node("Identity", [value], [name], name=name))
        self.outputs.append(helper.make_tensor_value_info(name, element, shape))

    def model(self, name):
        read = {one for node in self.nodes for one in node.input}
        initialisers = [one for one in self.initialisers if one.name in read]
        graph = helper.make_graph(self.nodes, name, self.inputs, self.outputs, initialisers)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)


def pads(window):
    y, x = window["y"], window["x"]
    return [y["before"], x["before"], y["after"], x["after"]]


def sides(window, what):
    return [window["y"][what], window["x"][what]]


class LayerWriter:
    """Writes nodes of a network; `names` says which name a value has."""

    def __init__(self, exported, writer, names):
        self.exported, self.writer, self.names = exported, writer, dict(names)
        self.before_sum = {}  # what a convolution that ends in a sum has made, by value

    def write(self, nodes):
        for node in nodes:
            self.names[node["outputs"][0]] = getattr(self, node["op"])(node, [self.names.get(i) for i in node["inputs"]])

    def shape(self, value):
        return self.exported.shapes[value]

    def activated(self, name, node):
        activation = node["attributes"].get("activation", "none")
        if activation == "relu":
            return self.writer.add("Relu", [name])
        if activation == "relu6":
            return self.writer.add("Clip", [name, self.writer.constant(0.0), self.writer.constant(6.0)])
        return name

    def normalize(self, node, inputs):
        x, attributes = inputs[0], node["attributes"]
        if attributes["channel_order"] == "bgr":
            x = self.writer.add("Gather", [x, self.writer.integers([2, 1, 0])], axis=1)
        column = [1, 3, 1, 1]
        scaled = self.writer.add("Mul", [x, self.writer.constant(numpy.reshape(attributes["scale"], column))])
        return self.writer.add("Sub", [scaled, self.writer.constant(numpy.reshape(attributes["mean"], column))])

    def conv2d(self, node, inputs):
        weights = self.exported.parameter(node, "weights", "pointwise_weights").transpose(3, 2, 0, 1)
        return self._convolution(node, inputs, weights, 1)

    def depthwise_conv2d(self, node, inputs):
        weights = self.exported.parameter(node, "depthwise_weights")  # H, W, I, M
        height, width, channels, multiplier = weights.shape
        filters = weights.transpose(2, 3, 0, 1).reshape(channels * multiplier, 1, height, width)
        return self._convolution(node, inputs, filters, channels)

    def _convolution(self, node, inputs, weights, group):
        residual_scale = node["attributes"].get("residual_scale", 1.0)
        bias = self.exported.parameter(node, "biases")
        bias = numpy.zeros(len(weights), numpy.float32) if bias is None else bias
        if len(inputs) == 2:  # the scale belongs to the weights
            weights, bias = weights * numpy.float32(residual_scale), bias * numpy.float32(residual_scale)
        window = node["window"]
        x = self.writer.add("Conv", [inputs[0], self.writer.constant(weights), self.writer.constant(bias)],
                            kernel_shape=sides(window, "kernel"), strides=sides(window, "stride"),
                            dilations=sides(window, "dilation"), pads=pads(window), group=group)
        if len(inputs) == 2:
            self.before_sum[node["outputs"][0]] = x
            x = self.writer.add("Add", [x, inputs[1]])
        return self.activated(x, node)

    def max_pool(self, node, inputs):
        window = node["window"]
        return self.writer.add("MaxPool", inputs, kernel_shape=sides(window, "kernel"),
                               strides=sides(window, "stride"), pads=pads(window))

    def avg_pool(self, node, inputs):
        window = node["window"]
        return self.writer.add("AveragePool", inputs, kernel_shape=sides(window, "kernel"),
                               strides=sides(window, "stride"), pads=pads(window), count_include_pad=0)

    def pad(self, node, inputs):
        top, bottom, left, right = node["attributes"]["pads"]
        return self.writer.add("Pad", [inputs[0], self.writer.integers([0, 0, top, left, 0, 0, bottom, right])])

    def add(self, node, inputs):
        scale = node["attributes"]["scale"]
        second = inputs[1] if scale == 1 else self.writer.add("Mul", [inputs[1], self.writer.constant(scale)])
        return self.activated(self.writer.add("Add", [inputs[0], second]), node)

    def relu(self, node, inputs):
        return self.writer.add("Relu", inputs)

    def relu6(self, node, inputs):
        return self.activated(inputs[0], {"attributes": {"activation": "relu6"}})

    def softmax(self, node, inputs):
        return self.writer.add("Softmax", inputs, axis=-1)

    def concat(self, node, inputs):
        rank = len(self.shape(node["inputs"][0]))
        axis = node["attributes"]["axis"] % rank
        return self.writer.add("Concat", inputs, axis={1: 2, 2: 3, 3: 1}.get(axis, 0) if rank == 4 else axis)

    def reshape(self, node, inputs):
        x, shape = inputs[0], self.shape(node["outputs"][0])
        if len(self.shape(node["inputs"][0])) == 4 and self.shape(node["inputs"][0])[1:3] != [1, 1]:
            x = self.writer.add("Transpose", [x], perm=[0, 2, 3, 1])
        return self.writer.add("Reshape", [x, self.writer.integers(shape)])

    def spatial_mean(self, node, inputs):
        return self.writer.add("GlobalAveragePool", inputs)

    def l2_normalization(self, node, inputs):
        scale = self.exported.parameter(node, "scale").reshape(1, -1, 1, 1)
        length = self.writer.add("ReduceL2", inputs, axes=[1], keepdims=1)
        divisor = self.writer.add("Add", [length, self.writer.constant(node["attributes"]["epsilon"])])
        return self.writer.add("Mul", [self.writer.add("Div", [inputs[0], divisor]), self.writer.constant(scale)])

    def dense(self, node, inputs):
        x = self.writer.add("Gemm", [inputs[0], self.writer.constant(self.exported.parameter(node, "weights")),
                                     self.writer.constant(self.exported.parameter(node, "biases"))])
        return self.activated(x, node)

    def crop_and_resize(self, node, inputs):
        """One grid over one map: the map is not repeated for each box."""
        _, height, width, channels = self.shape(node["outputs"][0])
        grid = self.grid(inputs[1], [height, width])
        sampled = self.writer.add("GridSample", [inputs[0], grid], mode="bilinear", padding_mode="zeros",
                                  align_corners=1)
        boxes = self.shape(node["outputs"][0])[0]
        split = self.writer.add("Reshape", [sampled, self.writer.integers([channels, boxes, height, width])])
        return self.writer.add("Transpose", [split], perm=[1, 0, 2, 3])

    def position_sensitive_crop(self, node, inputs):
        """A batch of bins: each has channels of its own and a grid of its own."""
        bins, crop = node["attributes"]["bins"], node["attributes"]["crop"]
        count, samples = bins[0] * bins[1], [crop[0] // bins[0], crop[1] // bins[1]]
        _, height, width, depth = self.shape(node["inputs"][0])
        boxes, channels = self.shape(node["outputs"][0])[0], depth // count
        by_bin = self.writer.add("Reshape", [inputs[0], self.writer.integers([count, channels, height, width])])
        grid = self.grid(inputs[1], samples, bins)
        sampled = self.writer.add("GridSample", [by_bin, grid], mode="bilinear", padding_mode="zeros", align_corners=1)
        shape = [count, channels, boxes, samples[0] * samples[1]]
        split = self.writer.add("Reshape", [sampled, self.writer.integers(shape)])
        mean = self.writer.add("ReduceMean", [split], axes=[0, 3], keepdims=0)
        rows = self.writer.add("Transpose", [mean], perm=[1, 0])
        return self.writer.add("Reshape", [rows, self.writer.integers([boxes, channels, 1, 1])])

    def grid(self, boxes, samples, bins=(1, 1)):
        """Positions from -1 to 1: bins x (boxes * samples in y) x samples in x x 2."""
        axes = []
        for axis, (count, parts) in enumerate(zip(samples, bins)):
            first = self.writer.add("Slice", [boxes, *map(self.writer.integers, ([axis], [axis + 1], [1]))])
            last = self.writer.add("Slice", [boxes, *map(self.writer.integers, ([axis + 2], [axis + 3], [1]))])
            side = self.writer.add("Sub", [last, first])
            at = numpy.linspace(0, 1, count) if count > 1 else numpy.array([0.5])
            parts_at = (numpy.arange(parts)[:, None, None] + at[None, None, :]) / parts  # parts x 1 x count
            moved = self.writer.add("Mul", [side, self.writer.constant(parts_at)])  # parts x boxes x count
            axes.append(self.writer.add("Add", [self.writer.add("Mul", [self.writer.add("Add", [first, moved]),
                                                                         self.writer.constant(2.0)]),
                                                self.writer.constant(-1.0)]))
        return self._both_axes(axes, samples, bins)

    def _both_axes(self, axes, samples, bins):
        (height, width), (rows, columns) = samples, bins
        y = self.writer.add("Reshape", [axes[0], self.writer.integers([rows, 1, -1, height, 1, 1])])
        x = self.writer.add("Reshape", [axes[1], self.writer.integers([1, columns, -1, 1, width, 1])])
        zeros = [self.writer.add("Mul", [one, self.writer.constant(0.0)]) for one in (x, y)]
        both = [self.writer.add("Add", [x, zeros[1]]), self.writer.add("Add", [y, zeros[0]])]
        pairs = self.writer.add("Concat", both, axis=5)
        return self.writer.add("Reshape", [pairs, self.writer.integers([rows * columns, -1, width, 2])])
