#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""8 bits as users meet them: model quantise, ranges in bundles, --precision on the CPU."""
import json
import os
import re
import struct
import subprocess
import unittest

from program import BUNDLE, FAST_TARGET, PICTURES, PROGRAM, ProgramTest, config, picture

ANNOTATIONS = os.path.join(os.path.dirname(PICTURES), "annotations.json")
SMALL = ["--config", config("ssd_mobilenet_v1_256_0125.ini"), "--weights", "seeded"]


def precisions():
    """Those that the CPU target takes here, as doctor says."""
    text = subprocess.run([PROGRAM, "doctor"], capture_output=True, text=True, check=True).stdout
    line = re.search(r"^  cpu .*; takes (.*)$", text, re.M)
    return line.group(1).split(", ") if line else []


PRECISIONS = precisions()


def needs(precision):
    have = precision in PRECISIONS
    if not have:
        print(f"SKIPPED: a test of {precision} needs a processor with a target that takes it")
    return unittest.skipUnless(have, f"the CPU target does not take {precision} here")


def quantisation(path):
    with open(path, "rb") as file:
        length = struct.unpack("<Q", file.read(8))[0]
        return json.loads(json.loads(file.read(length))["__metadata__"]["quantisation"])


class Refusals(ProgramTest):
    def refused_quantise(self, message, *arguments, code=2):
        self.refused(code, message, "model", "quantise", "--model", BUNDLE, *arguments)

    def test_what_is_missing_or_wrong_is_said_before_any_work(self):
        os.mkdir(self.path("few"))
        out = ["-o", "q.safetensors"]
        self.refused_quantise("give their folder with --images DIR", *out)
        self.refused_quantise("--images names no folder", *out, "--images", "none")
        self.refused_quantise("there are 0 pictures, but calibration takes at least four", *out, "--images", "few")
        self.refused_quantise("did you mean entropy?", *out, "--images", PICTURES, "--method", "entrpy")
        self.refused_quantise("--max-drop", *out, "--images", PICTURES, "--max-drop", "-1")
        self.refused_quantise("--pictures", *out, "--images", PICTURES, "--pictures", "0")
        self.refused_quantise("-o", "--images", PICTURES)
        self.refused_quantise("does not exist", "-o", "none/q.safetensors", "--images", PICTURES, code=1)
        self.write("q.safetensors", "kept")
        self.refused_quantise("--overwrite", *out, "--images", PICTURES, code=1)
        self.assertEqual("kept", self.read("q.safetensors"))

    @unittest.skipUnless(FAST_TARGET, "the CPU target was not built")
    def test_precisions_that_only_others_take(self):
        done = self.run_program("detect", picture(), "--target", "cpu", "--precision", "f16")
        self.assertEqual(2, done.returncode)
        self.assertIn("tradewind: --precision: ", done.stderr)
        self.assertIn("the target cpu takes " + ", ".join(PRECISIONS), done.stderr)
        self.assertEqual("bf16" in PRECISIONS, "(did you mean bf16?)" in done.stderr)

    @needs("int8")
    def test_models_without_ranges(self):
        for command in (["detect", picture()], ["bench", picture()], ["eval", "--images", PICTURES, "--annotations", ANNOTATIONS]):
            self.refused(2, "'tradewind model quantise --model FILE --images DIR -o OUT.safetensors'", *command, "--target", "cpu",
                         "--precision", "int8", "--model", BUNDLE)

    @unittest.skipIf("int8" in PRECISIONS or not FAST_TARGET, "the CPU target takes int8 here")
    def test_machines_without_int8(self):
        self.refused_quantise("what is lost cannot be measured here", "--images", PICTURES, "-o", "q.safetensors", code=6)


@needs("int8")
class Quantise(ProgramTest):
    def quantised(self, *more, name="q.safetensors"):
        return self.fine("model", "quantise", "--model", BUNDLE, "--images", PICTURES, "-o", name, "--max-drop", "100", *more)

    def test_annotated(self):
        text = self.quantised("--annotations", ANNOTATIONS)
        found = re.search(r"AP (\S+) in f32, (\S+) in int8; (\S+) points lost", text)
        self.assertTrue(found, text)
        facts = quantisation(self.path("q.safetensors"))
        self.assertEqual({"method": "entropy", "measure": "AP", "f32": found.group(1), "int8": found.group(2)},
                         {key: facts["made"][key] for key in ("method", "measure", "f32", "int8")})
        self.assertGreater(len(facts["ranges"]), 20)
        self.assertIn(f"{len(facts['ranges'])} ranges (entropy, pictures: ", self.fine("model", "info", "q.safetensors"))
        self.assertEqual(facts, json.loads(self.fine("model", "info", "q.safetensors", "--json"))["quantisation"])

    def test_without_annotations(self):
        self.assertRegex(self.quantised("--method", "minmax", "--pictures", "3"), r"calibrated with 3 pictures \(minmax\), .*\n.* of what f32 finds")

    def test_float32_stays(self):
        self.quantised()
        plain, prepared = (self.fine("detect", picture(), "--target", "cpu", "--model", model, "--save", "jsonl", "-o", "-")
                           for model in (BUNDLE, "q.safetensors"))
        boxes = lambda text: json.loads(text)["detections"]
        self.assertEqual(boxes(plain), boxes(prepared))

    def test_golden_activations_stay(self):
        self.fine("model", "convert", BUNDLE, "--record-golden", "picture:300x300", "-o", "golden.safetensors")
        self.fine("model", "quantise", "--model", "golden.safetensors", "--images", PICTURES, "-o", "q.safetensors", "--max-drop", "100")
        self.assertIn("cpu agrees", self.fine("model", "verify", "q.safetensors", "--target", "cpu"))

    def test_auto_says_what_it_came_to(self):
        self.quantised()
        done = self.run_program("detect", picture(), "--target", "cpu", "--model", "q.safetensors", "--precision", "auto", "--save", "json", "-o", "out")
        self.assertEqual((0, "tradewind: computing in int8, which --precision auto chose\n"), (done.returncode, done.stderr))
        self.assertEqual("int8", json.loads(self.read("out/run.json"))["computed"]["precision"])

    def test_too_much_is_lost(self):
        done = self.run_program("model", "quantise", *SMALL, "--images", PICTURES, "--annotations", ANNOTATIONS, "-o", "q.safetensors", "--max-drop", "0")
        if done.returncode != 0:  # by chance nothing may be lost
            self.assertEqual(4, done.returncode, done.stderr)
            self.assertFalse(os.path.exists(self.path("q.safetensors")))

    def test_converting_keeps_ranges(self):
        self.quantised()
        self.fine("model", "convert", "q.safetensors", "-o", "again.safetensors")
        self.assertEqual(quantisation(self.path("q.safetensors"))["ranges"], quantisation(self.path("again.safetensors"))["ranges"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
