# SPDX-License-Identifier: Apache-2.0
"""What is compared: networks in the order of importance, and the peers and ways of each precision."""
from dataclasses import dataclass, field

PRECISIONS = ("f32", "bf16", "int8")


@dataclass
class Network:
    name: str
    config: str  # configs/<config>.ini
    settings: dict = field(default_factory=dict)
    small: bool = False  # also measured with one thread
    bundle: str = ""     # weights that come along, in the tree; empty: made by formula
    tflite: bool = False  # the weights are a TFLite file, which the user gives
    goals: dict = field(default_factory=dict)  # precision: the largest part of the best peer's time


PROPOSALS = {"meta.proposals": "100"}
NETWORKS = [
    Network("ssd_mobilenet_v1_300", "ssd_mobilenet_v1_300", small=True, goals={"f32": 1.0, "bf16": 1.0, "int8": 0.85}),
    Network("embedded", "ssd_mobilenet_v1_300_025_codes", small=True, bundle="configs/bundles/codes.safetensors",
            goals={"f32": 0.7}),
    Network("ssd_inception_v2_300", "ssd_inception_v2_300", small=True, goals={"f32": 0.8, "bf16": 0.95, "int8": 0.8}),
    Network("ssd_vgg16_300", "ssd_vgg16_300", goals={"f32": 0.8, "int8": 0.8}),
    Network("ssd_resnet101_300", "ssd_resnet101_300", goals={"f32": 0.85, "int8": 0.8}),
    Network("ssd_inception_v3_300", "ssd_inception_v3_300", goals={"f32": 0.85, "int8": 0.8}),
    Network("ssd_inception_resnet_v2_300", "ssd_inception_resnet_v2_300", goals={"f32": 0.85, "int8": 0.8}),
    Network("rfcn_resnet101_600", "rfcn_resnet101_600", PROPOSALS, goals={"f32": 0.8, "bf16": 0.95, "int8": 0.8}),
    Network("faster_rcnn_resnet101_600", "faster_rcnn_resnet101_600", PROPOSALS,
            goals={"f32": 0.8, "bf16": 0.95, "int8": 0.8}),
    Network("detect_tflite", "ssd_mobilenet_v1_300_075_quantised", small=True, tflite=True, goals={"int8": 1.0}),
]

WAYS = ("heads", "whole")


def peers_of(network, precision):
    """Pairs of peer and way. What a peer cannot do is said in README.md."""
    if network.tflite and precision == "int8":
        return [("tflite", "whole")]
    names = {"f32": ("openvino", "onnxruntime", "ncnn", "opencv"), "bf16": ("openvino", "ncnn"),
             "int8": ("openvino", "onnxruntime", "ncnn")}[precision]
    two_stages = not network.config.startswith("ssd")
    return [(name, way) for name in names for way in WAYS
            if not (two_stages and way == "whole" and name in ("ncnn", "opencv"))]


def cases(only=""):
    """(network, precision, threads): two threads of all networks first, then one thread of small ones. `only`: parts
    of NETWORK/PRECISION/THREADS, of which one must match, with commas between; an empty part is any."""
    everything = [(network, precision, 2) for network in NETWORKS for precision in PRECISIONS]
    everything += [(network, precision, 1) for network in NETWORKS if network.small for precision in PRECISIONS]
    everything = [case for case in everything if not (case[0].tflite and case[1] == "bf16")]

    def matches(case, pattern):
        words = (case[0].name, case[1], str(case[2]))
        return all(not part or part == word for part, word in zip(pattern.split("/"), words))

    return [case for case in everything if not only or any(matches(case, one) for one in only.split(","))]
