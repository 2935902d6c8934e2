# SPDX-License-Identifier: Apache-2.0
"""8-bit ONNX models: QuantizeLinear and DequantizeLinear around what runtimes compute with integers. Ranges are the
least and largest numbers seen over a few pictures; weights are symmetric, a scale for each output channel."""
import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper


def body_values(model):
    """Names of maps by a key that is the same in every model of the network."""
    exported, names = model.exported, {}
    for node in exported.nodes:
        value = node["outputs"][0]
        if len(exported.shapes[value]) == 4 and not node["post_processing"] and value in model.names \
                and node["op"] != "reshape":
            names[f"{value}"] = model.names[value]
    names.update({f"{value}/sum": name for value, name in model.layers.before_sum.items()})
    return names


def seen_ranges(model, inputs):
    """Least and largest by key, over runs with these inputs; outputs of the last run as well."""
    import onnxruntime
    names = body_values(model)
    proto = onnx.ModelProto()
    proto.CopyFrom(model.writer.model("ranges"))
    ends = {}
    for key, name in names.items():
        for op in ("ReduceMin", "ReduceMax"):
            output = f"{name}/{op}"
            proto.graph.node.append(helper.make_node(op, [name], [output], keepdims=0))
            proto.graph.output.append(helper.make_tensor_value_info(output, TensorProto.FLOAT, []))
            ends.setdefault(key, []).append(output)
    session = onnxruntime.InferenceSession(proto.SerializeToString(), providers=["CPUExecutionProvider"])
    outputs = [output.name for output in session.get_outputs()]
    ranges, found = {}, {}
    for given in inputs:
        found = dict(zip(outputs, session.run(None, given)))
        for key, (low, high) in ends.items():
            old = ranges.get(key, (0.0, 0.0))  # zero can always be written
            ranges[key] = (min(old[0], float(found[low])), max(old[1], float(found[high])))
    return ranges, found


class Quantiser:
    """`signed`: maps with negative numbers are symmetric int8, as OpenVINO's tools have it; else uint8 with a zero
    point, as ONNX Runtime's. `before_sums`: convolutions that end in a sum have a result of their own in 8 bits."""

    def __init__(self, ranges, signed, before_sums):
        self.ranges, self.signed, self.before_sums = ranges, signed, before_sums

    def __call__(self, model):
        self.writer, self.scales, self.replaced = model.writer, {}, {}
        names = body_values(model)
        by_name = {name: self.ranges[key] for key, name in names.items()
                   if key in self.ranges and (self.before_sums or "/" not in key)}
        nodes, self.writer.nodes = self.writer.nodes, []
        for declared in list(self.writer.inputs):
            if declared.name in by_name:
                self.quantise(declared.name, by_name[declared.name])
        for node in nodes:
            output = node.output[0]
            if node.op_type in ("Relu", "Clip") and output in by_name:
                # 8 bits from zero to the largest number seen end where the activation does.
                self.quantise(output, by_name[output], self.replaced.get(node.input[0], node.input[0]))
                continue
            self.rewrite(node)
            if output in by_name:
                self.quantise(output, by_name[output])

    def rewrite(self, node):
        inputs = [self.replaced.get(name, name) for name in node.input]
        if node.op_type == "Conv" and node.input[0] in self.scales:
            inputs[1:] = self.weights(node.input[1], node.input[2], self.scales[node.input[0]])
        del node.input[:]
        node.input.extend(inputs)
        self.writer.nodes.append(node)

    def quantise(self, name, ends, source=None):
        low, high = ends
        if self.signed and low < 0:
            scale, zero = max(-low, high) / 127, numpy.int8(0)
        else:
            scale = max(high - low, 1e-9) / 255
            zero = numpy.uint8(min(max(round(-low / scale), 0), 255))
        where = [self.writer.constant(numpy.float32(scale)), self.writer.constant(zero, zero.dtype)]
        small = self.writer.add("QuantizeLinear", [source or name, *where])
        self.replaced[name] = self.writer.add("DequantizeLinear", [small, *where])
        self.scales[name] = numpy.float32(scale)

    def weights(self, weights, bias, input_scale):
        values = self.initialiser(weights)
        largest = numpy.abs(values.reshape(len(values), -1)).max(axis=1)
        scales = numpy.maximum(largest / 127, 1e-12).astype(numpy.float32)
        small = numpy.rint(values / scales.reshape(-1, 1, 1, 1)).clip(-127, 127).astype(numpy.int8)
        sums = scales * input_scale
        whole = numpy.rint(self.initialiser(bias) / sums).clip(-2**31, 2**31 - 1).astype(numpy.int32)
        return [self.dequantised(small, scales), self.dequantised(whole, sums)]

    def initialiser(self, name):
        return numpy_helper.to_array(next(one for one in self.writer.initialisers if one.name == name))

    def dequantised(self, values, scales):
        zeros = numpy.zeros(len(scales), values.dtype)
        return self.writer.add("DequantizeLinear", [self.writer.constant(values, values.dtype),
                                                    self.writer.constant(scales), self.writer.constant(zeros, zeros.dtype)],
                               axis=0)
