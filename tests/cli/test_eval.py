#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""tradewind eval: numbers that hold, whatever way they are asked for, and one sentence for what cannot be scored."""
import json
import os
import signal
import time
import unittest

from program import BUNDLE, CONFIGS, PICTURES, SOURCE, ProgramTest
from test_found import TFLITE, needs

SHARED = os.environ.get("TRADEWIND_SHARED", os.path.join(SOURCE, "..", "shared"))
ANNOTATIONS = os.path.join(CONFIGS, "bundles", "annotations.json")
COCO = os.path.join(SHARED, "assets", "datasets", "coco_val2017_dev")
GOLDENS = os.path.join(SHARED, "goldens", "evaluation", "coco")
BLOOD = os.path.join(SHARED, "assets", "datasets", "bccd", "BCCD")
NAMES = ["AP", "AP50", "AP75", "APs", "APm", "APl", "AR1", "AR10", "AR100", "ARs", "ARm", "ARl"]

try:
    from pycocotools.coco import COCO as PeerAnnotations
    from pycocotools.cocoeval import COCOeval as PeerEvaluation
except ImportError:
    PeerAnnotations = None


def box(image, category, x, y, width, height, **more):
    return dict({"image_id": image, "category_id": category, "bbox": [x, y, width, height]}, **more)


SMALL = {
    "images": [{"id": 1, "file_name": "tin.png", "width": 640, "height": 480}, {"id": 2, "file_name": "desk.png", "width": 960, "height": 720}],
    "categories": [{"id": 1, "name": "qr_code"}, {"id": 2, "name": "barcode"}],
    "annotations": [box(1, 2, 200, 240, 228, 160, id=1, area=36480, iscrowd=0), box(2, 1, 150, 136, 216, 217, id=2, area=46872, iscrowd=0)],
}


class Eval(ProgramTest):
    def numbers(self, *arguments):
        return json.loads(self.fine("eval", "--json", *arguments))

    def small(self, detections, **changes):
        self.write("annotations.json", json.dumps(dict(SMALL, **changes)))
        self.write("found.json", json.dumps(detections))
        return ["--annotations", "annotations.json", "--detections", "found.json"]

    def test_by_hand(self):
        """One object found exactly, the other one missed, and a box of nothing."""
        found = [box(1, 2, 200, 240, 228, 160, score=.9), box(2, 2, 0, 0, 50, 50, score=.5)]
        numbers = self.numbers(*self.small(found), "--metrics", "coco,voc07,voc10")
        for got, expected in [(numbers["coco"]["AP"], .5), (min(numbers["ap_by_iou"]), .5), (max(numbers["ap_by_iou"]), .5), (numbers["coco"]["APl"], .5)]:
            self.assertAlmostEqual(expected, got, places=12)
        self.assertEqual([0, 1], [round(one["AP"], 12) for one in numbers["categories"]])
        self.assertEqual((-1, -1), (numbers["coco"]["APs"], numbers["coco"]["APm"]))
        self.assertEqual((.5, .5), (numbers["voc"]["AP2007"], numbers["voc"]["AP2010"]))
        self.assertEqual((1, 1), (numbers["errors"]["background"]["count"], numbers["errors"]["missed"]["count"]))
        self.assertEqual((2, 2, 2), (numbers["pictures"], numbers["annotations"], numbers["detections"]))

    def test_the_model_that_comes_along(self):
        """The same numbers from pictures and from the results that are written of them; they are those of this model."""
        arguments = ["--images", PICTURES, "--annotations", ANNOTATIONS]
        first = self.numbers(*arguments, "-o", "out")
        written = self.path("out/detections.coco.json")
        again = self.numbers("--annotations", ANNOTATIONS, "--detections", written)
        self.assertEqual(first, again)
        self.assertEqual(first, json.loads(self.read("out/evaluation.json")))
        self.assertEqual((8, 40), (first["pictures"], first["annotations"]))
        self.assertEqual([], first["notes"])
        self.assertGreater(first["coco"]["AP50"], .6)
        self.assertEqual(first["coco"], self.numbers(*arguments, "--threads", "1")["coco"])
        self.assertIn("metric,category,iou,recall,precision,score\r\ncoco,", self.read("out/curves.csv"))

    def test_scores_below_the_threshold_of_the_model_count(self):
        arguments = ["--images", PICTURES, "--annotations", ANNOTATIONS]
        everything, some = self.numbers(*arguments), self.numbers(*arguments, "--score", "0.5")
        self.assertGreater(everything["detections"], 4 * some["detections"])
        self.assertGreater(everything["coco"]["AP"], some["coco"]["AP"])
        self.environment["TRADEWIND_SCORE"] = "0.5"
        self.assertEqual(everything, self.numbers(*arguments))

    def test_as_the_peer_computes(self):
        if PeerAnnotations is None:
            print("SKIPPED: the comparison needs pycocotools")
            self.skipTest("pycocotools")
        self.fine("eval", "--images", PICTURES, "--annotations", ANNOTATIONS, "-o", "out")
        truth = PeerAnnotations(ANNOTATIONS)
        peer = PeerEvaluation(truth, truth.loadRes(self.path("out/detections.coco.json")), "bbox")
        peer.evaluate(), peer.accumulate(), peer.summarize()
        ours = json.loads(self.read("out/evaluation.json"))["coco"]
        self.assertEqual(list(peer.stats), [ours[name] for name in NAMES])

    def test_least_average_precision(self):
        found = self.small([box(1, 2, 200, 240, 228, 160, score=.9)])
        self.fine("eval", *found, "--min-ap", "0.5")
        done = self.run_program("eval", *found, "--min-ap", "0.51")
        self.assertEqual(4, done.returncode)
        self.assertEqual("tradewind: the average precision is 0.5000, below --min-ap 0.51\n", done.stderr)
        self.assertIn("COCO", done.stdout)
        shifted = self.small([box(1, 2, 210, 240, 228, 160, score=.9), box(2, 1, 160, 136, 216, 217, score=.9)])  # right at IoU .5 alone
        self.fine("eval", *shifted, "--metrics", "voc10,coco", "--min-ap", "1")
        self.assertEqual(4, self.run_program("eval", *shifted, "--metrics", "coco,voc10", "--min-ap", "1").returncode)

    def test_missing_pictures(self):
        changed = SMALL["images"] + [{"id": 3, "file_name": "lost.png", "width": 10, "height": 10}]
        self.small([], images=changed)
        done = self.run_program("eval", "--images", PICTURES, "--annotations", "annotations.json", "--json")
        self.assertEqual(3, done.returncode)
        self.assertIn("lost.png: the annotated picture is not there", done.stderr)
        numbers = json.loads(done.stdout)
        self.assertEqual(2, numbers["pictures"])
        self.assertIn("1 of 3 pictures failed, and are left out of every number", numbers["notes"])
        self.assertTrue(any("6 pictures" in note and "not annotated" in note for note in numbers["notes"]), numbers["notes"])

    def test_objects_are_those_of_pictures_that_count(self):
        changed = SMALL["images"] + [{"id": 3, "file_name": "lost.png", "width": 10, "height": 10}]
        boxes = SMALL["annotations"] + [box(3, 1, 0, 0, 5, 5, id=3), box(1, 1, 0, 0, 50, 50, id=4, iscrowd=1)]
        self.small([], images=changed, annotations=boxes)
        done = self.run_program("eval", "--images", PICTURES, "--annotations", "annotations.json")
        self.assertEqual(3, done.returncode)
        self.assertTrue(done.stdout.startswith("2 pictures, 2 objects and 1 crowds or difficult ones"), done.stdout)
        gate = self.run_program("eval", *self.small([], annotations=[]), "--min-ap", "0.1")
        self.assertEqual(4, gate.returncode)
        self.assertIn("there is no average precision to hold against --min-ap", gate.stderr)

    def test_subset(self):
        found = self.small([box(1, 2, 200, 240, 228, 160, score=.9), box(2, 2, 0, 0, 50, 50, score=.5)])
        for name in ("tin.png", "folder/tin", "1", "tin  -1\n\n"):
            self.write("list.txt", name + "\n")
            numbers = self.numbers(*found, "--subset", "list.txt")
            self.assertEqual((1, 1, 1), (numbers["pictures"], numbers["annotations"], numbers["detections"]), name)
            self.assertAlmostEqual(1, numbers["coco"]["AP"], places=9)
        looked = self.numbers("--images", PICTURES, "--annotations", "annotations.json", "--subset", "list.txt")
        self.assertEqual(1, looked["pictures"])
        self.write("list.txt", "tin\nnothing\n")
        self.refused(2, "list.txt:2: 'nothing' is no annotated picture", "eval", *found, "--subset", "list.txt")
        self.write("list.txt", "\n")
        self.refused(2, "the list names no picture", "eval", *found, "--subset", "list.txt")
        self.refused(2, "the list of pictures cannot be read", "eval", *found, "--subset", "none.txt")

    def test_labels_of_another_training(self):
        self.small([])
        done = self.numbers("--images", PICTURES, "--annotations", "annotations.json", "--set", "model.labels=qr_code,barcode")
        self.assertTrue(any("no name, and left out" in note for note in done["notes"]), done["notes"])

    def test_stopped(self):
        many = [{"id": i, "file_name": "tin.png", "width": 640, "height": 480} for i in range(1, 100_000)]
        self.small([], images=many, annotations=[])
        process = self.start_program("eval", "--images", PICTURES, "--annotations", "annotations.json", "-o", "out")
        time.sleep(1.5)
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=60)
        self.assertEqual((130, ""), (process.returncode, out))
        self.assertIn("of 99999 pictures: there are no numbers, and the files written are of these pictures alone", error)
        self.assertEqual("interrupted", json.loads(self.read("out/run.json"))["end"])
        self.assertFalse(os.path.exists(self.path("out/evaluation.json")))

    def test_classes_are_matched_by_name(self):
        names = [{"id": 7, "name": "Barcode"}, {"id": 9, "name": "QR code"}, {"id": 11, "name": "zebra"}]
        boxes = [dict(one, category_id={1: 9, 2: 7}[one["category_id"]]) for one in SMALL["annotations"]]
        self.small([], categories=names, annotations=boxes)
        numbers = self.numbers("--images", PICTURES, "--annotations", "annotations.json", "--threads", "1")
        self.assertGreater(numbers["coco"]["AP50"], .9)
        self.assertTrue(any("zebra" in note for note in numbers["notes"]), numbers["notes"])
        self.assertTrue(any("data_matrix, aruco_marker" in note for note in numbers["notes"]), numbers["notes"])
        self.small([], categories=[{"id": 1, "name": "zebra"}, {"id": 2, "name": "car"}])
        self.refused(2, "no class of the model (qr_code, barcode, data_matrix, aruco_marker) is a category of the annotations (zebra, car)",
                     "eval", "--images", PICTURES, "--annotations", "annotations.json")

    def test_more_detections(self):
        found = self.small([box(1, 2, 200, 240, 228, 160, score=.9)])
        numbers = self.numbers(*found, "--max-dets", "1,5,300")["coco"]
        self.assertEqual(.5, numbers["AR300"])
        self.refused(2, "--max-dets is '5,1', but must be ascending numbers", "eval", *found, "--max-dets", "5,1")
        self.small([])
        done = json.loads(self.fine("eval", "--json", "--images", PICTURES, "--annotations", "annotations.json", "--max-dets", "1,200"))
        self.assertTrue(any("give --max-detections to have more" in note for note in done["notes"]), done["notes"])

    def test_bad_annotations(self):
        def refuse(message, **changes):
            self.refused(2, message, "eval", *self.small([], **changes))

        good = SMALL["annotations"][0]
        refuse("two images have the id 1", images=SMALL["images"] + SMALL["images"][:1])
        refuse("have the id 1", annotations=[good, good])
        refuse("image", annotations=[dict(good, image_id=5)])
        refuse("categor", annotations=[dict(good, category_id=5)])
        refuse("NaN", annotations=[dict(good, bbox=[float("nan"), 1, 2, 3])])
        refuse("negative", annotations=[dict(good, bbox=[1, 1, -2, 3])])
        outside = self.numbers(*self.small([], annotations=[dict(good, bbox=[600, 400, 200, 200])]))
        self.assertTrue(any("out of the picture" in note for note in outside["notes"]), outside["notes"])
        for content in ("", "{}", "[]", "{\"images\":", "\0\0"):
            self.write("annotations.json", content)
            self.refused(2, "annotations.json", "eval", "--annotations", "annotations.json", "--detections", "found.json")
        self.refused(2, "annotations.json", "eval", "--annotations", "no/annotations.json", "--detections", "found.json")

    def test_bad_results(self):
        def refuse(message, detections):
            self.refused(2, message, "eval", *self.small(detections))

        refuse("77", [box(77, 1, 0, 0, 1, 1, score=.5)])
        refuse("categor", [box(1, 77, 0, 0, 1, 1, score=.5)])
        refuse("score", [box(1, 1, 0, 0, 1, 1, score=float("inf"))])
        refuse("list", {"detections": []})
        refuse("bbox", [{"image_id": 1, "category_id": 1, "score": .5}])

    def test_usage(self):
        found = self.small([])
        self.refused(2, "the annotations are missing", "eval", "--detections", "found.json")
        self.refused(2, "give their folder with --images", "eval", "--annotations", "annotations.json")
        self.refused(2, "--images names no folder", "eval", "--annotations", "annotations.json", "--images", "nowhere")
        self.refused(2, "it goes without --model", "eval", *found, "--model", BUNDLE)
        self.refused(2, "--metrics knows no 'cocoo' (did you mean coco?)", "eval", *found, "--metrics", "cocoo")
        self.refused(2, "--format is 'xml'", "eval", *found, "--format", "xml")
        self.refused(2, "--min-ap is '2'", "eval", *found, "--min-ap", "2")

    def test_difficult_objects_are_neither_wanted_nor_wrong(self):
        objects = "".join(f"<object><name>barcode</name>{difficult}<bndbox><xmin>{x}</xmin><ymin>10</ymin><xmax>{x + 50}</xmax><ymax>60</ymax></bndbox></object>"
                          for x, difficult in [(10, ""), (200, "<difficult>1</difficult>")])
        self.write("set/1.xml", f"<annotation><filename>tin.png</filename><size><width>640</width><height>480</height></size>{objects}</annotation>")
        self.write("found.json", json.dumps([box(1, 1, 200, 10, 50, 50, score=.9), box(1, 1, 10, 10, 50, 50, score=.8)]))
        numbers = self.numbers("--annotations", "set", "--detections", "found.json", "--metrics", "coco,voc07")
        self.assertAlmostEqual(1, numbers["coco"]["AP"], places=9)
        self.assertAlmostEqual(1, numbers["voc"]["AP2007"], places=9)

    def test_voc(self):
        self.write("set/Annotations/tin.xml", """<annotation><filename>tin.png</filename><size><width>640</width><height>480</height></size>
            <object><name>barcode</name><bndbox><xmin>200</xmin><ymin>240</ymin><xmax>428</xmax><ymax>400</ymax></bndbox></object></annotation>""")
        numbers = self.numbers("--images", PICTURES, "--annotations", "set", "--metrics", "voc10,coco")
        self.assertEqual(1, numbers["voc"]["AP2010"])
        self.assertGreater(numbers["coco"]["AP"], .5)
        self.refused(2, "give their folder with --images", "eval", "--annotations", "set")
        os.symlink(PICTURES, self.path("set/JPEGImages"))
        found = self.numbers("--annotations", "set", "--metrics", "voc10,coco")
        self.assertEqual((numbers["voc"], numbers["coco"]), (found["voc"], found["coco"]))


class Goldens(ProgramTest):
    @needs(GOLDENS, "the published evaluator's numbers")
    def test_every_set(self):
        for name in sorted(os.listdir(GOLDENS)):
            folder = os.path.join(GOLDENS, name)
            if not os.path.isdir(folder) or name == "large_80":  # which names pictures outside of the set, a refusal
                continue
            with open(os.path.join(folder, "expected.json"), encoding="utf-8") as file:
                expected = {key: float.fromhex(value) for key, value in json.load(file)["stats_hex"].items()}
            truth = os.path.join(folder, "ground_truth.json")
            truth = truth if os.path.exists(truth) else os.path.join(COCO, "instances_val2017_dev.json")
            ours = json.loads(self.fine("eval", "--json", "--annotations", truth, "--detections",
                                        os.path.join(folder, "detections.json")))["coco"]
            self.assertEqual(expected, ours, name)

    @needs(TFLITE, "real weights over real pictures")
    def test_real_detector(self):
        """Dequantised, the network is the float one whose average precision is known."""
        self.fine("model", "convert", TFLITE, "-o", "coco.safetensors")
        annotations = os.path.join(COCO, "instances_val2017_dev.json")
        ours = json.loads(self.fine("eval", "--json", "--model", "coco.safetensors", "--images", os.path.join(COCO, "val2017"), "--annotations",
                                    annotations, "-o", "out", "--max-detections", "100"))
        for name, value in [("AP", .20979), ("AP50", .35917), ("AP75", .20800)]:
            self.assertAlmostEqual(value, ours["coco"][name], delta=.002)
        again = json.loads(self.fine("eval", "--json", "--annotations", annotations, "--detections", "out/detections.coco.json"))
        self.assertEqual(ours["coco"], again["coco"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
