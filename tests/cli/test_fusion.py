#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Several models on a picture, and a picture in parts."""
import json
import unittest

from program import BUNDLE, PICTURES, ProgramTest, config, picture

WALL = picture("warehouse_wall.jpg")


def iou(a, b):
    w = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    h = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    return w * h / (a[2] * a[3] + b[2] * b[3] - w * h) if w > 0 and h > 0 else 0.0


class Fusion(ProgramTest):
    def found(self, *arguments):
        text = self.fine("detect", *arguments, "-o", "-", "--save", "jsonl")
        return [d for line in text.splitlines() for d in json.loads(line)["detections"]]

    def other_model(self):
        """Another network with the same classes, which nobody trained: low scores everywhere."""
        self.fine("model", "new", "--config", config("ssd_mobilenet_v1_256_0125.ini"), "--set", "model.classes=4", "--set",
                  "model.labels=qr_code,barcode,data_matrix,aruco_marker", "--weights", "seeded", "-o", "other.safetensors")
        return "other.safetensors"

    def test_the_same_model_twice_gives_its_own_result(self):
        alone = self.found(WALL)
        self.assertGreater(len(alone), 15)
        for method in ("nms", "wbf"):
            self.assertEqual(alone, self.found(WALL, "--model", BUNDLE, "--model", BUNDLE, "--fuse", method), method)
        self.assertEqual(alone, self.found(WALL, "--model", BUNDLE, "--model", BUNDLE))
        self.assertEqual(alone, self.found(WALL, "--model", BUNDLE, "--model", BUNDLE, "--fuse", "soft-nms"))

    def test_models_that_differ(self):
        other = self.other_model()
        both = ("--model", BUNDLE, "--model", other, "--score", "0.01")
        a = self.found(WALL, "--model", BUNDLE, "--score", "0.01")
        b = self.found(WALL, "--model", other, "--score", "0.01")
        self.assertTrue(a and b)
        fused = self.found(WALL, *both, "--fuse", "nms", "--fuse-iou", "0.6")
        # Every box is one of theirs, with its score; none overlaps a better one of its class too much.
        theirs = [json.dumps(d) for d in a + b]
        self.assertTrue(all(json.dumps(d) in theirs for d in fused))
        for i, d in enumerate(fused):
            self.assertFalse([e for e in fused[:i] if e["category_id"] == d["category_id"] and iou(d["bbox"], e["bbox"]) > 0.6 + 1e-5])
        self.assertEqual(sorted((d["score"] for d in fused), reverse=True), [d["score"] for d in fused])
        # A model that weighs nothing changes little: its scores are divided.
        weighted = self.found(WALL, *both, "--fuse", "wbf", "--fuse-weights", "1000,0.001")
        self.assertAlmostEqual(a[0]["score"], weighted[0]["score"], 4)

    def test_settings_go_to_every_model(self):
        self.fine("model", "new", "--meta", "rfcn", "--extractor", "mobilenet_v1", "--set", "model.classes=4", "--weights", "seeded", "-o", "r.safetensors")
        models = ("--model", BUNDLE, "--model", "r.safetensors")
        self.refused(2, "r.safetensors: --set: rfcn has no setting 'meta.predictor_kernel'", "detect", WALL, *models, "--set", "meta.predictor_kernel=1")

    def test_threads_change_nothing(self):
        other = self.other_model()
        for extra in (("--fuse", "nms"), ("--fuse", "soft-nms"), ("--fuse", "wbf"), ("--fuse", "nms", "--box-voting", "--crops", "2x2+full")):
            arguments = (WALL, "--model", BUNDLE, "--model", other, *extra)
            one = self.found(*arguments, "--threads", "1")
            self.assertTrue(one)
            self.assertEqual(one, self.found(*arguments, "--threads", "2"))

    def test_thresholds_totals_and_classes_count_after_fusion(self):
        for extra in (("--crops", "2x2+full", "--fuse", "wbf"), ("--model", BUNDLE, "--model", BUNDLE, "--fuse", "soft-nms"), ("--crops", "tile:500")):
            everything = self.found(WALL, *extra, "--score", "0.2")
            self.assertTrue([d for d in everything if d["score"] < 0.4])
            self.assertTrue(all(d["score"] > 0.2 for d in everything))
            self.assertEqual(everything[:3], self.found(WALL, *extra, "--score", "0.2", "--max-detections", "3"))
            wanted = self.found(WALL, *extra, "--score", "0.2", "--classes", "barcode")
            self.assertTrue(wanted)
            self.assertEqual([d for d in everything if d["label"] == "barcode"], wanted)
            default = self.found(WALL, *extra)
            self.assertEqual([d for d in default if d["score"] > 0.6], self.found(WALL, *extra, "--score", "0.6"))

    def test_parts_show_what_the_whole_hides(self):
        whole = [(d["label"], d["bbox"]) for d in self.found(WALL, "--score", "0.5")]
        parts = [(d["label"], d["bbox"]) for d in self.found(WALL, "--crops", "2x2+full", "--score", "0.5")]
        kept = [w for w in whole if any(p[0] == w[0] and iou(p[1], w[1]) > 0.5 for p in parts)]
        self.assertGreaterEqual(len(kept), len(whole) - 1)
        self.assertGreater(len(parts), len(whole) + 3)

    def test_a_tile_as_large_as_the_picture_is_the_picture(self):
        self.assertEqual(self.found(WALL), self.found(WALL, "--crops", "1x1"))
        self.assertEqual(self.found(WALL), self.found(WALL, "--crops", "tile:2000+full"))

    def test_outputs_name_the_models(self):
        other = self.other_model()
        self.fine("detect", PICTURES, "--model", BUNDLE, "--model", other, "-o", "out", "--save", "jsonl,coco,csv,image", "--crops", "2x1")
        run = json.loads(self.read("out/run.json"))
        self.assertEqual(["ssd mobilenet_v1 300x300", "ssd mobilenet_v1 256x256"], [m["name"] for m in run["models"]])
        self.assertEqual([BUNDLE, other], [m["file"] for m in run["models"]])
        self.assertEqual("0.125", run["models"][1]["settings"]["extractor.depth_multiplier"])
        self.assertEqual(("nms", "2x1"), (run["run"]["run.fuse"], run["run"]["run.crops"]))
        self.assertEqual(2, len(run["plugins"]))
        times = json.loads(self.read("out/detections.jsonl").splitlines()[0])["time_ms"]
        self.assertGreater(times["network"], 0)
        self.assertGreater(times["total"], times["network"])

    def test_settings_in_files_hold_where_they_make_sense(self):
        alone = self.found(WALL)
        self.write("tradewind.ini", "[run]\nfuse = wbf\nfuse_iou = 0.3\nfuse_weights = 1, 2, 3\n")
        self.assertEqual(alone, self.found(WALL))
        averaged = self.found(WALL, "--crops", "2x2+full")
        self.assertNotEqual(averaged, self.found(WALL, "--crops", "2x2+full", "--fuse", "nms"))
        self.write("tradewind.ini", "[run]\nbox_voting = yes\nfuse = wbf\n")
        self.assertTrue(self.found(WALL, "--crops", "2x2+full"))
        self.write("tradewind.ini", "[run]\ncrops = 2x2+full\n")
        self.assertEqual(self.found(WALL, "--crops", "2x2+full"), self.found(WALL))

    def test_what_makes_no_sense_is_said_at_once(self):
        usage = lambda message, *arguments: self.refused(2, message, "detect", WALL, *arguments)
        twice = ("--model", BUNDLE, "--model", BUNDLE)
        for option in (["--fuse", "nms"], ["--fuse-iou", "0.5"], ["--box-voting"], ["--crop-overlap", "0.3"]):
            usage(option[0] + " is for what several models or crops find: give --model more than once, or --crops 2x2+full", *option)
        usage("run.fuse is 'wfb', but may be nms, soft-nms or wbf", *twice, "--fuse", "wfb")
        usage("--fuse-weights has 3 numbers for 2 models", *twice, "--fuse-weights", "1,2,3")
        usage("--fuse-weights: run.fuse_weights is '0,1', but may be 0.001 to 1000", *twice, "--fuse-weights", "0,1")
        usage("--fuse-iou is '2', but must be a number from 0 to 1", *twice, "--fuse-iou", "2")
        usage("--fuse-iou is for nms and wbf", *twice, "--fuse", "soft-nms", "--fuse-iou", "0.5")
        usage("--fuse-sigma is for --fuse soft-nms", *twice, "--fuse-sigma", "0.5")
        usage("--box-voting is for nms and soft-nms", *twice, "--fuse", "wbf", "--box-voting")
        usage("--crop-overlap needs crops", *twice, "--crop-overlap", "0.5")
        usage("--crops: '4' is no way to crop: give ROWSxCOLUMNS", "--crops", "4")
        usage("run.crop_overlap is '1', but may be 0 to 0.9", "--crops", "2x2", "--crop-overlap", "1")
        self.refused(5, "none.safetensors", "detect", WALL, "--model", BUNDLE, "--model", "none.safetensors")

    def test_models_must_call_their_classes_the_same(self):
        self.write("labels.txt", "qr_code\nzebra\ndata_matrix\naruco_marker\n")
        self.fine("model", "convert", BUNDLE, "--labels", "labels.txt", "-o", "zebra.safetensors")
        self.refused(2, "class 2 is 'barcode' in ssd mobilenet_v1 300x300 (" + BUNDLE + ") and 'zebra' in ssd mobilenet_v1 300x300 (zebra.safetensors)",
                     "detect", WALL, "--model", BUNDLE, "--model", "zebra.safetensors")

    def test_every_model_is_printed(self):
        text = self.fine("detect", "--print-config", "--model", BUNDLE, "--model", self.other_model(), "--score", "0.2", "--max-det", "500")
        self.assertEqual(2, text.count("[model]\n"))
        # Lower thresholds reach the models, so that there is something to fuse; so do larger totals.
        self.assertIn("score_threshold = 0.2\n", text)
        self.assertEqual(2, text.count("max_total = 500\n"))


if __name__ == "__main__":
    unittest.main()
