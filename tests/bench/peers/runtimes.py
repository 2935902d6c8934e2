# SPDX-License-Identifier: Apache-2.0
"""Each peer as a class: heads() runs the network on fixed input and returns its outputs by name, boxes(picture) goes
from a picture (8-bit RGB) to boxes, scores and classes as its users do."""
import json
import os

import numpy

from exported import Exported


class OnnxPeer:
    """Models of one or two stages; the crops of the second are part of it."""

    def __init__(self, folder, way, precision, threads):
        self.exported = Exported(folder)
        path = os.path.join(folder, "{}" + (self.SUFFIX if precision == "int8" else "") + ".onnx")
        self.open(precision, threads)
        if way == "whole":
            self.whole = self.load(path.format("whole"))
            return
        self.first = self.load(path.format("heads"))
        pixels = self.exported.recorded(self.exported.input)
        self.pixels = numpy.ascontiguousarray(pixels.transpose(0, 3, 1, 2))
        if self.exported.two_stages:
            self.second = self.load(path.format("second"))
            self.regions = self.exported.recorded(self.exported.crops()[0]["inputs"][1])

    def heads(self):
        found = self.run(self.first, {"pixels": self.pixels})
        if self.exported.two_stages:
            maps = {name: found[name] for name in found if name.startswith("map_")}
            found.update(self.run(self.second, {**maps, "boxes": self.regions}))
        return found

    def boxes(self, picture):
        found = self.run(self.whole, {"picture": picture[None]})
        kept = found["scores"] > 0
        return found["boxes"][kept], found["scores"][kept], found["classes"][kept]


class OpenVino(OnnxPeer):
    SUFFIX = "_int8"

    def open(self, precision, threads):
        import openvino
        self.core = openvino.Core()
        self.settings = {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY"}
        if "PEERS_OPENVINO_CACHE" in os.environ:
            self.settings["CACHE_DIR"] = os.environ["PEERS_OPENVINO_CACHE"]
        if precision != "int8":  # what is not 8-bit then is as OpenVINO chooses
            self.settings["INFERENCE_PRECISION_HINT"] = precision
        if precision == "f32":
            self.settings["EXECUTION_MODE_HINT"] = "ACCURACY"

    def load(self, path):
        return self.core.compile_model(path, "CPU", self.settings).create_infer_request()

    def run(self, request, inputs):
        found = request.infer(inputs, share_inputs=True, share_outputs=True)
        return {name: found[output] for output in request.model_outputs for name in output.get_names()}


class OnnxRuntime(OnnxPeer):
    SUFFIX = "_int8_sums"

    def open(self, precision, threads):
        import onnxruntime
        self.library, self.options = onnxruntime, onnxruntime.SessionOptions()
        self.options.intra_op_num_threads, self.options.inter_op_num_threads = threads, 1
        self.options.log_severity_level = 3

    def load(self, path):
        return self.library.InferenceSession(path, self.options, providers=["CPUExecutionProvider"])

    def run(self, session, inputs):
        return dict(zip([output.name for output in session.get_outputs()], session.run(None, inputs)))


class OpenCv:
    """Of two stages the crops are given, and not part of its time."""

    def __init__(self, folder, way, precision, threads):
        import cv2
        from host_detection import HostDetection
        self.cv2, self.exported = cv2, Exported(folder)
        cv2.setNumThreads(threads)
        self.net = cv2.dnn.readNetFromONNX(os.path.join(folder, "heads.onnx"))
        self.names = self.net.getUnconnectedOutLayersNames()
        pixels = self.exported.recorded(self.exported.input)
        self.pixels = numpy.ascontiguousarray(pixels.transpose(0, 3, 1, 2))
        self.detection = None if self.exported.two_stages else HostDetection(self.exported)
        self.regions, crop = None, self.exported.node("crop_and_resize")
        if crop:
            self.regions = cv2.dnn.readNetFromONNX(os.path.join(folder, "regions.onnx"))
            self.crops = numpy.ascontiguousarray(self.exported.recorded(crop["outputs"][0]).transpose(0, 3, 1, 2))

    def heads(self, pixels=None):
        self.net.setInput(self.pixels if pixels is None else pixels)
        found = dict(zip(self.names, self.net.forward(self.names)))
        if self.regions:
            self.regions.setInput(self.crops)
            names = self.regions.getUnconnectedOutLayersNames()
            found.update(zip(names, self.regions.forward(names)))
        return found

    def boxes(self, picture):
        _, _, height, width = self.pixels.shape
        found = self.heads(self.cv2.dnn.blobFromImage(picture, size=(width, height)))
        return self.detection(found["codes"], found["logits"])


class Ncnn:
    """Of two stages the crops are given, and not part of its time; regions run one by one, as it has no batches."""

    def __init__(self, folder, way, precision, threads):
        import ncnn
        from host_detection import HostDetection
        self.ncnn, self.exported, self.folder = ncnn, Exported(folder), folder
        with open(os.path.join(folder, "ncnn.json"), encoding="utf-8") as file:
            parts = json.load(file)["int8" if precision == "int8" else "f32"]
        self.nets = [self.load(part, precision, threads) for part in parts]
        self.normalisation = self.exported.node("normalize")["attributes"]
        self.pixels = self.normalised(self.exported.recorded(self.exported.input)[0])
        crop = self.exported.node("crop_and_resize")
        self.crops = [] if crop is None else [numpy.ascontiguousarray(one.transpose(2, 0, 1)) for one in
                                              self.exported.recorded(crop["outputs"][0])]
        self.detection = None if self.exported.two_stages else HostDetection(self.exported)

    def load(self, part, precision, threads):
        net = self.ncnn.Net()
        net.opt.num_threads = threads
        for name in ("use_fp16_storage", "use_fp16_packed", "use_fp16_arithmetic"):
            setattr(net.opt, name, False)
        net.opt.use_bf16_storage = net.opt.use_bf16_packed = precision == "bf16"
        net.opt.use_int8_inference = precision == "int8"
        path = os.path.join(self.folder, part["files"])
        if net.load_param(path + ".param") or net.load_model(path + ".bin"):
            raise RuntimeError("ncnn cannot read " + path)
        return net, part

    def normalised(self, pixels):
        if self.normalisation["channel_order"] == "bgr":
            pixels = pixels[..., ::-1]
        values = pixels * numpy.float32(self.normalisation["scale"]) - numpy.float32(self.normalisation["mean"])
        return numpy.ascontiguousarray(values.transpose(2, 0, 1))

    def run(self, index, mat):
        net, part = self.nets[index]
        extractor = net.create_extractor()
        extractor.input(part["input"], mat)
        return {name: numpy.array(extractor.extract(blob)[1]) for name, blob in zip(part["names"], part["outputs"])}

    def heads(self):
        found = self.run(0, self.ncnn.Mat(self.pixels))
        if len(self.nets) > 1:
            rows = [self.run(1, self.ncnn.Mat(crop)) for crop in self.crops]
            found.update({name: numpy.stack([row[name] for row in rows]) for name in rows[0]})
        return found

    def boxes(self, picture):
        """Its resize of 8-bit pixels; scale and mean by its own function."""
        height, width = self.pixels.shape[1:]
        order = self.ncnn.Mat.PixelType
        bgr = self.normalisation["channel_order"] == "bgr"
        mat = self.ncnn.Mat.from_pixels_resize(picture, order.PIXEL_RGB2BGR if bgr else order.PIXEL_RGB,
                                               picture.shape[1], picture.shape[0], width, height)
        scale, mean = self.normalisation["scale"], self.normalisation["mean"]
        mat.substract_mean_normalize([m / s for m, s in zip(mean, scale)], scale)
        found = self.run(0, mat)
        return self.detection(found["codes"], found["logits"])


class TfLite:
    """The interpreter on its own file, which ends in boxes."""

    def __init__(self, folder, way, precision, threads):
        import cv2
        from ai_edge_litert.interpreter import Interpreter
        self.cv2 = cv2
        self.interpreter = Interpreter(os.path.join(folder, "network.tflite"), num_threads=threads)
        self.interpreter.allocate_tensors()
        self.input = self.interpreter.get_input_details()[0]
        self.outputs = [one["index"] for one in self.interpreter.get_output_details()]

    def boxes(self, picture):
        _, height, width, _ = self.input["shape"]
        self.interpreter.set_tensor(self.input["index"], self.cv2.resize(picture, (int(width), int(height)))[None])
        self.interpreter.invoke()
        boxes, classes, scores, _ = (self.interpreter.get_tensor(index)[0] for index in self.outputs)
        return boxes, scores, classes


RUNTIMES = {"openvino": OpenVino, "onnxruntime": OnnxRuntime, "opencv": OpenCv, "ncnn": Ncnn, "tflite": TfLite}
