#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""JPEG decoded at a part of its size."""
import json
import unittest

from program import ProgramTest, picture

WALL = picture("warehouse_wall.jpg")  # 1280 x 960


def iou(a, b):
    w = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    h = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    return w * h / (a[2] * a[3] + b[2] * b[3] - w * h) if w > 0 and h > 0 else 0.0


class ReducedJpeg(ProgramTest):
    def found(self, *arguments):
        text = self.fine("detect", WALL, *arguments, "-o", "-", "--save", "jsonl")
        return json.loads(text.splitlines()[0])

    def test_boxes_refer_to_the_whole_picture(self):
        whole, reduced = self.found(), self.found("--reduced-jpeg")
        self.assertEqual((1280, 960), (reduced["width"], reduced["height"]))
        self.assertNotEqual(whole["detections"], reduced["detections"])
        sure = [d for d in whole["detections"] if d["score"] > 0.6]
        self.assertGreater(len(sure), 5)
        for d in sure:
            best = max((iou(d["bbox"], e["bbox"]) for e in reduced["detections"] if e["category_id"] == d["category_id"]), default=0)
            self.assertGreater(best, 0.7, d)

    def test_streams_change_nothing(self):
        self.assertEqual(self.found("--reduced-jpeg")["detections"], self.found("--reduced-jpeg", "--streams", "2")["detections"])

    def test_what_does_not_shrink(self):
        self.assertEqual(self.found("--set", "image.size=600")["detections"], self.found("--set", "image.size=600", "--reduced-jpeg")["detections"])

    def test_the_record_says_so(self):
        self.fine("detect", WALL, "--reduced-jpeg", "--save", "jsonl", "-o", "out")
        self.assertEqual("true", json.loads(self.read("out/run.json"))["run"]["run.reduced_jpeg"])

    def test_what_needs_all_pixels(self):
        self.refused(2, "run.reduced_jpeg leaves too few pixels to draw on: give --save without image", "detect", WALL, "--reduced-jpeg", "-o", "out")
        self.refused(2, "run.reduced_jpeg leaves too few pixels for crops", "detect", WALL, "--reduced-jpeg", "--crops", "2x2")


if __name__ == "__main__":
    unittest.main()
