#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What is found: known objects in well-known pictures, and the same boxes whatever the circumstances."""
import json
import os
import unittest

from program import FAST_TARGET, PICTURES, SOURCE, ProgramTest, config, picture

SHARED = os.environ.get("TRADEWIND_SHARED", os.path.join(SOURCE, "..", "shared"))
TFLITE = os.path.join(SHARED, "assets", "weights", "ssd_mobilenet_v1_coco_quant_tflite", "detect.tflite")
IMAGES = os.path.join(SHARED, "assets", "images")
IMPORTERS = os.environ.get("TRADEWIND_IMPORTERS", "1") == "1"

# The strongest detections of the same network in float32, as its reference implementation gives them.
KNOWN = {
    "dog.jpg": [("bicycle", .72), ("car", .68), ("cat", .64), ("truck", .63), ("dog", .62), ("person", .57)],
    "cat.bmp": [("cat", .72)],
    "eagle.jpg": [("bird", .87)],
    "giraffe.jpg": [("zebra", .74), ("giraffe", .73)],
    "grace_hopper.bmp": [("person", .71), ("tie", .66)],
    "000456.jpg": [("bus", .82)],
    "image1.jpg": [("dog", .72), ("dog", .70)],
    "kite.jpg": [("person", .72), ("kite", .71), ("kite", .65)],
    "person.jpg": [("person", .82), ("sheep", .77)],
    "horses.jpg": [("cow", .68), ("horse", .52)],
}


def needs(path, what):
    """Skips where the path is absent, with a line that says so."""
    present = os.path.exists(path) and IMPORTERS
    if not present:
        print(f"SKIPPED: {what} needs ../shared and the importers")
    return unittest.skipUnless(present, what)


class Found(ProgramTest):
    def records(self, *arguments):
        return [json.loads(line) for line in self.fine("detect", *arguments, "-o", "-", "--save", "jsonl").splitlines()]

    @needs(TFLITE, "the quantised COCO model")
    def test_a_quantised_model_sees_what_its_float_form_sees(self):
        self.fine("model", "convert", TFLITE, "-o", "coco.safetensors")
        names = sorted(KNOWN) if os.path.exists(os.path.join(os.environ.get("TRADEWIND_BUILD", ""), "runtime", "image", "codecs",
                                                             "tradewind-codecs.so")) else [n for n in sorted(KNOWN) if n.endswith("jpg")]
        for target in ("cpu", "reference") if FAST_TARGET else ("reference",):
            records = self.records(*(os.path.join(IMAGES, name) for name in names), "--model", "coco.safetensors", "--score", "0.4",
                                   "--target", target)
            for name, record in zip(names, records):
                found = [(d["label"], d["score"]) for d in record["detections"]]
                for label, score in KNOWN[name]:
                    with self.subTest(target=target, name=name, label=label, score=score):
                        near = [f for f in found if f[0] == label and abs(f[1] - score) <= 0.03]
                        self.assertTrue(near, found)
                        found.remove(min(near, key=lambda f: abs(f[1] - score)))

    def test_alone_or_in_a_list_with_one_thread_or_two(self):
        self.fine("model", "new", "--config", config("ssd_mobilenet_v1_300.ini"), "--weights", "seeded", "-o", "ssd.safetensors")
        names = sorted(os.listdir(PICTURES))
        paths = [os.path.join(PICTURES, name) for name in names]
        for model in ([], ["--model", "ssd.safetensors", "--score", "1e-8"]):
            listed = {r["file"]: r["detections"] for r in self.records(*paths, *model, "--threads", "1")}
            again = {r["file"]: r["detections"] for r in self.records(*reversed(paths), *model, "--threads", "2")}
            self.assertEqual(listed, again)
            for path in paths[:3]:
                self.assertEqual(listed[path], self.records(path, *model, "--threads", "2")[0]["detections"])
            self.assertTrue(any(listed.values()))

    def test_classes_are_chosen_before_the_total_is_cut(self):
        wall = picture("warehouse_wall.jpg")
        every = self.records(wall)[0]["detections"]
        codes = [d for d in every if d["label"] == "qr_code"]
        self.assertEqual("aruco_marker", every[0]["label"])
        self.assertGreater(len(codes), 2)
        self.assertEqual(codes, self.records(wall, "--classes", "qr_code")[0]["detections"])
        self.assertEqual(codes[:2], self.records(wall, "--classes", "qr_code", "--max-detections", "2")[0]["detections"])
        plain = self.records(wall, "--classes", "1", "--max-det", "2", "--target", "reference")[0]["detections"]
        self.assertEqual([round(d["score"], 4) for d in codes[:2]], [round(d["score"], 4) for d in plain])


if __name__ == "__main__":
    unittest.main()
