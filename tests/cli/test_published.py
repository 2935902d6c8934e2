#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Folders of released models: what is in them is found, converted, checked, refused."""
import glob
import json
import os
import struct
import unittest

from checkpoints import checkpoint
from program import BUNDLE, ProgramTest, picture

IMPORTERS = os.environ.get("TRADEWIND_IMPORTERS", "1") == "1"
SHARED = os.environ.get("TRADEWIND_SHARED", "")
STRUCTURE = os.path.join(SHARED, "assets", "structure")

PIPELINE = """# as the model that comes along
model { ssd { num_classes: 4
  image_resizer { fixed_shape_resizer { height: 300 width: 300 } }
  feature_extractor { type: "ssd_mobilenet_v1" depth_multiplier: 0.25 min_depth: 16
    conv_hyperparams { activation: RELU_6 batch_norm { center: true scale: true epsilon: 0.001 } } }
  box_coder { faster_rcnn_box_coder { y_scale: 10.0 x_scale: 10.0 height_scale: 5.0 width_scale: 5.0 } }
  box_predictor { convolutional_box_predictor { kernel_size: 1 box_code_size: 4 } }
  anchor_generator { ssd_anchor_generator { num_layers: 6 min_scale: 0.2 max_scale: 0.95 aspect_ratios: [1.0, 2.0, 0.5, 3.0, 0.3333] } }
  post_processing { batch_non_max_suppression { score_threshold: 0.4 iou_threshold: 0.6 max_detections_per_class: 100 max_total_detections: 100 }
    score_converter: SIGMOID }
} }
train_config { batch_size: 24 }
"""
NAMES = {1: "qr_code", 2: "barcode", 3: "data_matrix", 4: "aruco_marker"}
LABEL_MAP = "\n".join(f"item {{ name: '/m/{i}' id: {i} display_name: '{name}' }}" for i, name in NAMES.items())


def own_tensors():
    with open(BUNDLE, "rb") as file:
        length = struct.unpack("<Q", file.read(8))[0]
        header, data = json.loads(file.read(length)), file.read()
    header.pop("__metadata__", None)
    return {name: (1, t["shape"], data[slice(*t["data_offsets"])]) for name, t in header.items()}


@unittest.skipUnless(IMPORTERS, "this build has no importers")
class Folders(ProgramTest):
    @classmethod
    def setUpClass(cls):
        some = own_tensors()
        extra = {"global_step": (9, [], struct.pack("<q", 7)),
                 "BoxPredictor_0/ClassPredictor/biases/Momentum": some["BoxPredictor_0/ClassPredictor/biases"],
                 "BoxPredictor_0/ClassPredictor/biases/ExponentialMovingAverage": some["BoxPredictor_0/ClassPredictor/biases"],
                 "elsewhere/weights": (1, [1], struct.pack("<f", 1))}
        cls.index, cls.data = checkpoint(dict(some, **extra))

    def write_folder(self, pipeline=PIPELINE, labels=LABEL_MAP, data=True):
        self.write("model/model.ckpt.index", self.index)
        if data:
            self.write("model/model.ckpt.data-00000-of-00001", self.data)
        if pipeline:
            self.write("model/pipeline.config", pipeline)
        if labels:
            self.write("model/my_label_map.pbtxt", labels)

    def convert(self, *more):
        return self.fine("model", "convert", "model", "-o", "m.safetensors", "--set", "image.scale=0.007843138", "--set", "image.mean=1", *more)

    def test_a_checkpoint_with_its_pipeline_and_labels_detects_as_the_model_it_was_made_of(self):
        self.write_folder()
        text = self.convert()
        self.assertIn("used model/pipeline.config; passed over: train_config\n", text)
        self.assertIn("4 of 4 classes have names", text)
        self.assertEqual(self.fine("detect", picture("ticket.png"), "-o", "-", "--save", "csv"),
                         self.fine("detect", picture("ticket.png"), "--model", "m.safetensors", "-o", "-", "--save", "csv"))
        provenance = json.loads(self.fine("model", "info", "m.safetensors", "--json"))["provenance"]
        self.assertEqual(("model.ckpt.index", "TensorFlow checkpoint"), (provenance["source"], provenance["source_format"]))

    def test_without_a_pipeline_the_shipped_config_that_fits_is_used(self):
        index, data = checkpoint(own_tensors())
        self.write("model/model.ckpt.index", index)
        self.write("model/model.ckpt.data-00000-of-00001", data)
        self.assertIn("ssd_mobilenet_v1_300_025_codes.ini, which fits", self.fine("model", "convert", "model", "-o", "m.safetensors"))
        self.assertIn("expected 199 tensors, matched 199", self.fine("model", "convert", "model/model.ckpt", "-o", "n.safetensors"))

    def test_check_tells_why_tensors_are_unused_and_needs_no_data(self):
        self.write_folder(data=False)
        text = self.fine("model", "convert", "model", "--check")
        self.assertIn("expected 199 tensors, all are there; 4 unused\n", text)
        for line in ("a slot of the optimiser (1)\n  BoxPredictor_0/ClassPredictor/biases/Momentum\n",
                     "a moving average of another tensor (1)\n  BoxPredictor_0/ClassPredictor/biases/ExponentialMovingAverage\n",
                     "counts the steps of training (1)\n  global_step\n", "not part of this network (1)\n  elsewhere/weights\n"):
            self.assertIn(line, text)
        self.refused(5, "the checkpoint lacks its data file model/model.ckpt.data-00000-of-00001", "model", "convert", "model", "-o", "x.safetensors")
        self.refused(5, "BoxPredictor_0/ClassPredictor/weights: the network needs 1x1x128x18, the file has 1x1x128x15", "model", "convert", "model",
                     "--check", "--set", "model.classes=5")
        self.refused(2, "--check writes nothing", "model", "convert", "model", "--check", "-o", "x.safetensors")
        self.assertFalse(os.path.exists(self.path("x.safetensors")))

    def test_check_in_brief(self):
        some = own_tensors()
        slots = {name + "/Momentum": some[name] for name in sorted(some)[:13]}
        index, _ = checkpoint(dict(some, **slots))
        self.write("model/model.ckpt.index", index)
        whole = self.fine("model", "convert", "model", "--check")
        self.assertEqual(13, whole.count("/Momentum\n"))
        brief = self.fine("model", "convert", "model", "--check", "--brief")
        self.assertIn("a slot of the optimiser (13)\n", brief)
        self.assertEqual(10, brief.count("/Momentum\n"))
        self.assertTrue(brief.endswith("  and 3 more\n"), brief)
        self.refused(2, "--brief shortens what --check prints", "model", "convert", "model", "-o", "x.safetensors", "--brief")

    def test_values_that_are_not_finite(self):
        some = own_tensors()
        kind, shape, data = some["BoxPredictor_0/ClassPredictor/biases"]
        spoilt = struct.pack("<ff", float("nan"), float("-inf")) + data[8:]
        index, data = checkpoint(dict(some, **{"BoxPredictor_0/ClassPredictor/biases": (kind, shape, spoilt)}))
        self.write("model/model.ckpt.index", index)
        self.write("model/model.ckpt.data-00000-of-00001", data)
        message = "BoxPredictor_0/ClassPredictor/biases holds 2 of 15 values that are not finite"
        self.refused(5, message, "model", "convert", "model", "-o", "x.safetensors")
        self.refused(5, message, "model", "new", "--config", "ssd_mobilenet_v1_300_025_codes", "--weights", "model/model.ckpt", "-o", "x.safetensors")
        self.assertFalse(os.path.exists(self.path("x.safetensors")))

    def test_check_by_name_of_the_components(self):
        self.write_folder(pipeline="", data=False)
        sets = [word for key in ("extractor", "meta") for word in ("--set", key + ".depth_multiplier=0.25", "--set", key + ".min_depth=16")]
        self.assertIn("all are there", self.fine("model", "convert", "model", "--check", "--meta", "ssd", "--extractor", "mobilenet_v1", "--set",
                                                 "model.classes=4", *sets))

    def test_a_pipeline_is_a_config_of_any_command(self):
        self.write_folder()
        self.assertIn("ssd mobilenet_v1 300x300", self.fine("model", "info", "--config", "model/pipeline.config"))
        self.assertIn("  fixed, resized to 300x300\n", self.fine("model", "info", "--config", "model/pipeline.config"))
        self.fine("detect", picture(), "--config", "model/pipeline.config", "--weights", "model/model.ckpt.index", "-q", "-o", "out")

    def test_pipelines_that_are_refused(self):
        for change, message in ((("num_classes: 4", "num_clases: 4"), "pipeline.config:2: 'model.ssd.num_clases' is not known (did you mean num_classes?)"),
                                (("ssd_mobilenet_v1", "ssd_mobilenet_v9"), "pipeline.config:4: there is no feature extractor of type 'ssd_mobilenet_v9'"),
                                (("kernel_size: 1", "use_depthwise: true"), "pipeline.config:7: 'model.ssd.box_predictor.convolutional_box_predictor."
                                                                            "use_depthwise' is true: predictors are plain convolutions"),
                                (("num_layers: 6", "num_layers: 5"), "pipeline.config:8: the pipeline has anchors for 5 maps"),
                                (("{ ssd {", "{ ssd {{"), "pipeline.config:2: a field's name is expected here, not '{'")):
            self.write_folder(pipeline=PIPELINE.replace(*change))
            with self.subTest(message=message):
                self.refused(5, message, "model", "convert", "model", "-o", "x.safetensors")

    def test_label_maps_that_are_refused(self):
        for labels, message in (("item { name: 'a' id: 1 }\nitem { name: 'b' id: 1 }", "my_label_map.pbtxt:2: the id 1 repeats"),
                                ("item { name: 'a' }", "my_label_map.pbtxt:1: an item has no id"),
                                ("item { name: 'a' id: 0 }", "my_label_map.pbtxt:1: the id of an item is a whole number from 1"),
                                ("item { name: 'a' id: 9 }", "there is a label for class 9")):
            self.write_folder(labels=labels)
            with self.subTest(message=message):
                self.refused(2, message, "model", "convert", "model", "-o", "x.safetensors")

    def test_which_label_map_is_used(self):
        self.write_folder()
        self.assertIn("\nused model/my_label_map.pbtxt\n", self.convert())
        other = "item { id: 4 name: 'last' }"
        self.write_folder(labels="")
        os.rename(self.path("model/my_label_map.pbtxt"), self.path("model/names.pbtxt"))
        self.write("model/graph.pbtxt", "node { name: 'x' }")
        text = self.convert("--overwrite")
        self.assertIn("\nused model/names.pbtxt\n", text)
        self.assertIn("4 of 4 classes have names", text)
        self.write("model/other.pbtxt", other)
        text = self.convert("--overwrite")
        self.assertIn("\nused no label map: there are 2 (names.pbtxt, other.pbtxt): name one with --labels\n", text)
        self.assertIn("0 of 4 classes have names", text)
        self.assertNotIn("label map", self.convert("--overwrite", "--labels", "model/other.pbtxt"))
        self.write("model/z_label_map.pbtxt", other)
        self.assertIn("used model/z_label_map.pbtxt\n", self.fine("model", "convert", "model", "--check"))
        for name in ("names", "other", "z_label_map"):
            os.remove(self.path(f"model/{name}.pbtxt"))
        self.assertIn("\nused no label map: graph.pbtxt does not begin with an item { ... }", self.convert("--overwrite"))

    def test_check_looks_at_labels(self):
        self.write_folder(labels="", data=False)
        self.write("names.txt", "a\nb\nc\nd\ne\n")
        self.refused(2, "names.txt: there is a label for class 5 ('e'), but the model has 4 classes", "model", "convert", "model", "--check",
                     "--labels", "names.txt")

    def test_label_maps_with_holes(self):
        self.write_folder(labels="item { id: 4 name: 'last' }\nitem { id: 2 name: 'second' }")
        self.assertIn("2 of 4 classes have names", self.convert())

    def test_folders_that_hold_nothing_or_too_much(self):
        os.mkdir(self.path("model"))
        self.refused(5, "model: there are no weights in this folder", "model", "convert", "model", "-o", "x.safetensors")
        self.write("model/a.index", self.index)
        self.write("model/b.index", self.index)
        self.refused(5, "there are 2 checkpoints in this folder (a.index, b.index): name one of them", "model", "convert", "model", "--check")

    def test_files_that_go_with_weights(self):
        self.write_folder()
        self.write("model/model.ckpt.meta", "graph")
        self.refused(5, "this is the graph of a checkpoint, which has no weights: name its index, model/model.ckpt.index", "model", "convert",
                     "model/model.ckpt.meta", "-o", "x.safetensors")
        self.write("foreign.pb", b"\n\xff\x01foreign")
        self.refused(5, "foreign.pb: the file is no TensorFlow graph of weights (GraphDef), or it is damaged or cut short\n", "model", "convert",
                     "foreign.pb", "-o", "x.safetensors")

    def test_damaged_checkpoints(self):
        self.write_folder()
        self.write("model/model.ckpt.index", self.index[:-1])
        self.refused(5, "the table of entries is truncated", "model", "convert", "model", "-o", "x.safetensors")
        self.write("model/model.ckpt.index", self.index)
        self.write("model/model.ckpt.data-00000-of-00001", self.data[:-1])
        self.refused(5, "lie outside of the data file, which is truncated", "model", "convert", "model", "-o", "x.safetensors")
        self.write("model/model.ckpt.data-00000-of-00001", self.data[:100] + b"\xff" + self.data[101:])
        self.refused(5, "its checksum is wrong", "model", "convert", "model", "-o", "x.safetensors")


class Released(ProgramTest):
    def setUp(self):
        super().setUp()
        if not IMPORTERS or not os.path.isdir(STRUCTURE):
            print("SKIPPED: folders of released models need ../shared")
            self.skipTest("no ../shared")

    def check(self, folder, expected, reasons):
        text = self.fine("model", "convert", os.path.join(STRUCTURE, folder), "--check")
        self.assertIn(f"expected {expected} tensors, all are there; {sum(reasons.values())} unused\n", text)
        for reason, count in reasons.items():
            self.assertIn(f"\n{reason} ({count})\n", text)
        return text

    def test_every_released_folder_binds_with_nothing_missing(self):
        slots, averages, steps = "a slot of the optimiser", "a moving average of another tensor", "counts the steps of training"
        behind = "part of the feature extractor behind the last map that the detector uses"
        self.check("ssd_mobilenet_v1_coco_2018_01_28", 199, {steps: 1})
        self.assertIn("2017_06.ini, which fits", self.check("ssd_mobilenet_v1_coco_11_06_2017", 199, {slots: 258, averages: 129, steps: 1}))
        self.check("faster_rcnn_inception_v2_finetuned_9cls", 356, {steps: 1})
        self.assertIn("rfcn_resnet101_600.ini, which fits", self.check("rfcn_resnet101_coco_11_06_2017", 532, {slots: 324, steps: 1, behind: 50}))
        self.assertIn("_600_s8.ini, which fits", self.check("faster_rcnn_inception_resnet_v2_atrous_coco_11_06_2017", 906, {slots: 498, steps: 1}))

    def test_the_config_that_is_suggested_is_the_one_that_would_be_used(self):
        for folder, name in (("rfcn_resnet101_coco_11_06_2017", "rfcn_resnet101_600"),
                             ("faster_rcnn_inception_resnet_v2_atrous_coco_11_06_2017", "faster_rcnn_inception_resnet_v2_600_s8")):
            self.refused(5, f"/{name}.ini): expected 199 tensors, matched 0", "model", "convert", os.path.join(STRUCTURE, folder), "--check",
                         "--config", "ssd_mobilenet_v1_300")

    def test_every_sample_pipeline_is_described_or_refused_in_one_sentence(self):
        described = 0
        for path in sorted(glob.glob(os.path.join(STRUCTURE, "od_api_sample_configs", "object_detection", "samples", "configs", "*.config"))):
            done = self.run_program("model", "info", "--config", path)
            with self.subTest(path=os.path.basename(path)):
                self.assertIn(done.returncode, (0, 5), done.stderr)
                self.assertEqual(0 if done.returncode == 0 else 1, done.stderr.count("\n"))
                described += done.returncode == 0
        self.assertEqual(34, described)


if __name__ == "__main__":
    unittest.main()
