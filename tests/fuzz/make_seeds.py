#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes seeds/: small files of each format, whose checksums are zero (builds for fuzzing do not look at them)."""
import os
import struct
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))
from checkpoints import message, number, varint  # noqa: E402

SEEDS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "seeds")


def shape(*sizes):
    return b"".join(message(2, number(1, size)) for size in sizes)


def slices(*extents):
    return b"".join(message(1, b"" if length is None else number(1, start) + number(2, length)) for start, length in extents)


def block(entries):
    return entries + struct.pack("<II", 0, 1) + b"\0" + b"\0\0\0\0"


def record(key, value):
    return varint(0) + varint(len(key)) + varint(len(value)) + key + value


def table(entries):
    text = block(b"".join(record(key, value) for key, value in entries))
    index = block(record(b"\xff", varint(0) + varint(len(text) - 5)))
    footer = varint(0) + varint(0) + varint(len(text)) + varint(len(index) - 5)
    return text + index + footer.ljust(40, b"\0") + struct.pack("<Q", 0xDB4775248B80FB57)


def slice_key(name, extents):
    """For numbers from -64 to 63 only."""
    return b"\0" + name + b"\0\1" + bytes([1, len(extents)]) + b"".join(bytes([v & 255 ^ 128]) for pair in extents for v in pair)


def entry(kind, sizes, offset, size, parts=()):
    return (number(1, kind) + message(2, shape(*sizes)) + number(4, offset) + number(5, size) + varint(6 << 3 | 5) + bytes(4)
            + b"".join(message(7, slices(*part)) for part in parts))


def checkpoint_v2():
    parts = [[(0, 2), (0, -1)], [(2, 1), (0, -1)]]
    described = [[(0, 2), (0, None)], [(2, 1), (0, None)]]
    return table([(b"", number(1, 1) + message(3, number(1, 1))), (slice_key(b"b", parts[0]), entry(1, (2, 2), 0, 16)),
                  (slice_key(b"b", parts[1]), entry(1, (1, 2), 16, 8)), (b"a/half", entry(19, (3,), 4, 6)),
                  (b"a/weights", entry(1, (2, 2), 0, 16)), (b"b", entry(1, (3, 2), 0, 0, described)), (b"global_step", entry(9, (), 8, 8))])


def checkpoint_v1():
    floats = number(1, 1) + message(5, struct.pack("<4f", 1, 2, 3, 4))
    described = (message(1, message(1, b"a/weights") + message(2, shape(2, 2)) + number(3, 1) + message(4, slices((0, None), (0, None))))
                 + message(1, message(1, b"b") + message(2, shape(3)) + number(3, 3) + message(4, slices((0, 2))) + message(4, slices((2, 1)))))

    def saved(name, extents, data):
        return message(2, message(1, name) + message(2, slices(*extents)) + message(3, data))

    return table([(b"", message(1, described)), (b"1", saved(b"a/weights", [(0, None), (0, None)], floats)),
                  (b"2", saved(b"b", [(0, 2)], number(7, 5) + number(7, 6))), (b"3", saved(b"b", [(2, 1)], message(7, varint(7))))])


def frozen_graph():
    def node(name, op, tensor=b""):
        value = message(5, message(1, b"value") + message(2, message(8, tensor))) if tensor else b""
        return message(1, message(1, name) + message(2, op) + value)

    floats = number(1, 1) + message(2, shape(2)) + message(4, struct.pack("<2f", 1, 2))
    filled = number(1, 1) + message(2, shape(8)) + message(5, struct.pack("<f", 1))
    halves = number(1, 19) + message(2, shape(2)) + message(13, varint(15360) + varint(16384))
    return (node(b"x", b"Placeholder") + node(b"a/weights", b"Const", floats) + node(b"a/biases", b"Const", filled)
            + node(b"a/gamma", b"Const", halves) + node(b"y", b"Conv2D"))


LABEL_MAP = b"""# labels
item { name: "/m/01" id: 1 display_name: 'a \\x41\\101\\n' }
item: < name: "b" "c", id: 13; keypoints { id: 1 label: "x" } >
"""

SINGLE = b"""model { ssd { num_classes: 90 image_resizer { fixed_shape_resizer { height: 300 width: 300 } }
feature_extractor { type: "ssd_mobilenet_v1" depth_multiplier: 1.0 min_depth: 16 conv_hyperparams { activation: RELU_6
batch_norm { decay: 0.9997 center: true scale: true epsilon: 0.001 } } } box_coder { faster_rcnn_box_coder { y_scale: 10.0 } }
matcher { argmax_matcher { matched_threshold: 0.5 } } box_predictor { convolutional_box_predictor { kernel_size: 1 } }
anchor_generator { ssd_anchor_generator { num_layers: 6 aspect_ratios: [1.0, 2.0, 0.5] } }
post_processing { batch_non_max_suppression { score_threshold: 1e-8 iou_threshold: .6 } score_converter: SIGMOID } } }
train_config: { batch_size: 24 }
"""

TWO_STAGES = b"""model { faster_rcnn { num_classes: 37 image_resizer { keep_aspect_ratio_resizer { min_dimension: 600 max_dimension: 1024 } }
feature_extractor { type: 'faster_rcnn_resnet101' first_stage_features_stride: 16 }
first_stage_anchor_generator { grid_anchor_generator { scales: 0.25 scales: 0.5 aspect_ratios: [0.5, 1.0] height_stride: 16 width_stride: 16 } }
first_stage_box_predictor_conv_hyperparams { op: CONV regularizer { l2_regularizer { weight: 0.0 } } }
first_stage_max_proposals: 300 second_stage_box_predictor { rfcn_box_predictor { crop_height: 18 crop_width: 18 num_spatial_bins_height: 3 } }
second_stage_post_processing { batch_non_max_suppression { max_total_detections: 300 } score_converter: SOFTMAX } } }
"""

ANNOTATIONS = b"""{"info": {"year": 2017}, "images": [{"id": 1, "width": 64, "height": 48, "file_name": "a.jpg"}, {"id": 2}],
"annotations": [{"id": 7, "image_id": 1, "category_id": 1, "bbox": [1, 2.5, 3e1, 4], "area": 77.25, "iscrowd": 0, "segmentation": [[1, 2]]},
{"id": 8, "image_id": 2, "category_id": 2, "bbox": [-9, 0, 0, 4], "segmentation": {"counts": "a\\u00e9", "size": [4, 4]}, "iscrowd": true}],
"categories": [{"id": 1, "name": "a", "supercategory": "c"}, {"id": 2, "name": "a"}], "licenses": null}
"""

RESULTS = b"""[{"image_id": 1, "category_id": 2, "bbox": [1, 2.5, 3e1, 4], "score": 0.5, "segmentation": {"size": [1]}},
{"score": 1, "bbox": [0, 0, 0, 0], "category_id": 1, "image_id": 2.0, "id": 5}]
"""


def write(reader, name, content):
    os.makedirs(os.path.join(SEEDS, reader), exist_ok=True)
    with open(os.path.join(SEEDS, reader, name), "wb") as file:
        file.write(content)


if __name__ == "__main__":
    write("checkpoint_v1", "small", checkpoint_v1())
    write("checkpoint_v2", "small", checkpoint_v2())
    write("coco_annotations", "small", ANNOTATIONS)
    write("coco_detections", "small", RESULTS)
    write("frozen_graph", "small", frozen_graph())
    write("label_map", "small", LABEL_MAP)
    write("pipeline_config", "single", SINGLE)
    write("pipeline_config", "two_stages", TWO_STAGES)
