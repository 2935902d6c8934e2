# SPDX-License-Identifier: Apache-2.0
"""A network as export_network wrote it: nodes in execution order, weights, and values computed for one picture."""
import json
import os

import numpy

# From here on a node serves detections, not the network.
BEFORE_NETWORK = ("normalize",)
ANCHORS = ("grid_anchors", "multiple_grid_anchors", "clip_boxes")
CROPS = ("crop_and_resize", "position_sensitive_crop")


class Exported:
    """Values are numbers; shapes are those of maps in the order N, H, W, C."""

    def __init__(self, folder):
        self.folder = folder
        with open(os.path.join(folder, "graph.json"), encoding="utf-8") as file:
            description = json.load(file)
        self.nodes = description["nodes"]
        self.shapes = description["shapes"]
        self.multiply_adds = description["multiply_adds"]
        self.input = description["inputs"]["resized_image"]
        self._recorded = description["recorded"]
        self._tensors = numpy.memmap(os.path.join(folder, "tensors.bin"), dtype="<f4", mode="r")

    def tensor(self, place):
        count = int(numpy.prod(place["shape"]))
        return numpy.array(self._tensors[place["offset"]:place["offset"] + count]).reshape(place["shape"])

    def parameter(self, node, *leaves):
        """The first of these leaves that the node has; None when it has none."""
        for leaf in leaves:
            if leaf in node["parameters"]:
                return self.tensor(node["parameters"][leaf])
        return None

    def recorded(self, value):
        return self.tensor(self._recorded[str(value)])

    def is_recorded(self, value):
        return str(value) in self._recorded

    def node(self, op):
        """The only node of this op; None when there is none."""
        found = [node for node in self.nodes if node["op"] == op]
        return found[0] if found else None

    def producer(self, value):
        return next((node for node in self.nodes if value in node["outputs"]), None)

    @property
    def two_stages(self):
        return self.node("proposals") is not None

    def heads(self):
        """Values of the network that post-processing reads: codes and logits, of the first stage and of the last."""
        decode, convert = self.node("decode_boxes"), self.node("convert_scores")
        heads = {"codes": decode["inputs"][0], "logits": convert["inputs"][0]}
        if self.two_stages:
            codes, logits, _ = self.node("proposals")["inputs"]
            heads = {"proposal_codes": codes, "proposal_logits": logits, **heads}
        return heads

    def crops(self):
        return [node for node in self.nodes if node["op"] in CROPS]

    def cone(self, outputs, stop):
        """Nodes that these outputs need, in execution order, but not those that values of `stop` need."""
        wanted, kept = set(outputs) - set(stop), []
        for node in reversed(self.nodes):
            if wanted & set(node["outputs"]):
                kept.append(node)
                wanted |= set(node["inputs"]) - set(stop)
        return kept[::-1]
