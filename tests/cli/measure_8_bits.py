#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What 8 bits cost a real detector on real pictures: COCO's average precision in int8 against float32, at most half a point.

Minutes; started by a person: meson test --benchmark --suite accuracy. Needs the real weights and pictures of ../shared.
"""
import json
import os
import unittest

from program import ProgramTest

SHARED = os.environ.get("TRADEWIND_SHARED", "../shared")
TFLITE = os.path.join(SHARED, "assets/weights/ssd_mobilenet_v1_coco_quant_tflite/detect.tflite")
COCO = os.path.join(SHARED, "assets/datasets/coco_val2017_dev")
WHERE = ["--images", os.path.join(COCO, "val2017"), "--annotations", os.path.join(COCO, "instances_val2017_dev.json")]
MOST_LOST = 0.005


PRESENT = os.path.exists(TFLITE) and os.path.exists(COCO)
if not PRESENT:
    print("SKIPPED: accuracy in 8 bits needs ../shared")


@unittest.skipUnless(PRESENT, "needs ../shared")
class EightBits(ProgramTest):
    def ap(self, model, precision):
        found = self.fine("eval", "--json", "--target", "cpu", "--model", model, "--precision", precision, "--max-detections", "100", *WHERE)
        value = json.loads(found)["coco"]["AP"]
        print(f"{model} {precision}: AP {value:.4f}", flush=True)
        return value

    def test_scales_of_the_file_and_calibrated_ones(self):
        self.fine("model", "convert", TFLITE, "-o", "own.safetensors")
        plain = self.ap("own.safetensors", "f32")
        self.assertAlmostEqual(0.2098, plain, 3)
        self.assertGreater(self.ap("own.safetensors", "int8"), plain - MOST_LOST)
        for method in ("entropy", "minmax", "percentile"):
            name = method + ".safetensors"
            print(self.fine("model", "quantise", "--model", "own.safetensors", *WHERE, "--method", method, "-o", name), flush=True)
            self.assertGreater(self.ap(name, "int8"), plain - MOST_LOST)


if __name__ == "__main__":
    unittest.main(verbosity=2)
