#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Peak memory: what model info predicts against what the system measures of a process that detects. The detectors named
in TRADEWIND_TEST_CONFIGS (base names, or "all") are tried instead of some small ones."""
import glob
import json
import os
import re
import subprocess
import unittest

from program import CONFIGS, FAST_TARGET, PICTURES, PROGRAM, ProgramTest, config

SMALL = ["ssd_mobilenet_v1_300", "ssd_mobilenet_v1_300_075", "faster_rcnn_mobilenet_v1_300", "rfcn_mobilenet_v1_300",
         "ssd_inception_v2_300"]
TOLERANCE = 0.05


def names():
    given = os.environ.get("TRADEWIND_TEST_CONFIGS", "").split()
    if given != ["all"]:
        return given or SMALL
    return [os.path.basename(file)[:-4] for file in sorted(glob.glob(os.path.join(CONFIGS, "*.ini"))) if detects(file)]


def detects(path):
    with open(path, encoding="utf-8") as file:
        return "meta =" in file.read()


@unittest.skipUnless(FAST_TARGET, "only the fast target tells its memory")
class Memory(ProgramTest):
    def measured(self, *arguments):
        """Bytes that the process had resident at most."""
        process = subprocess.Popen([PROGRAM, *arguments], cwd=self.folder, env=self.environment,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        error = process.stderr.read().decode()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        process.stderr.close()
        self.assertEqual(process.returncode, 0, error)
        return usage.ru_maxrss * 1024

    def test_prediction(self):
        for name in names():
            with self.subTest(config=name):
                bundle = self.path(name + ".safetensors")
                self.fine("model", "new", "--config", config(name + ".ini"), "--weights", "seeded", "-o", bundle)
                predicted = json.loads(self.fine("model", "info", bundle, "--json"))["peak_memory"]["total"]
                measured = self.measured("detect", "picture:480x640", "--model", bundle, "-o", "-", "--save", "jsonl")
                print(f"{name}: predicted {predicted / 1e6:.1f} MB, measured {measured / 1e6:.1f} MB, "
                      f"{100 * (predicted / measured - 1):+.1f} %", flush=True)
                self.assertLessEqual(abs(predicted - measured), TOLERANCE * measured)
                # Once more, with the packed weights that the first run left.
                predicted = json.loads(self.fine("model", "info", bundle, "--json"))["peak_memory"]["total"]
                measured = self.measured("detect", "picture:480x640", "--model", bundle, "-o", "-", "--save", "jsonl")
                print(f"{name}, packed before: predicted {predicted / 1e6:.1f} MB, measured {measured / 1e6:.1f} MB, "
                      f"{100 * (predicted / measured - 1):+.1f} %", flush=True)
                self.assertLessEqual(abs(predicted - measured), TOLERANCE * measured)
                os.remove(bundle)

    def test_evaluation(self):
        """Of a picture that was looked at, only a line of numbers for each detection stays."""
        peaks = []
        for count in (50, 450):
            self.write("many.json", json.dumps({
                "images": [{"id": i, "file_name": "tin.png", "width": 640, "height": 480} for i in range(1, count + 1)],
                "categories": [{"id": 1, "name": "qr_code"}, {"id": 2, "name": "barcode"}],
                "annotations": [{"id": i, "image_id": i, "category_id": 2, "bbox": [200, 240, 228, 160], "area": 36480} for i in range(1, count + 1)]}))
            peaks.append(self.measured("eval", "--images", PICTURES, "--annotations", "many.json", "--threads", "1"))
        each = (peaks[1] - peaks[0]) / 400
        print(f"eval: {peaks[0] / 1e6:.1f} MB for 50 pictures, {peaks[1] / 1e6:.1f} MB for 450: {each / 1e3:.1f} kB a picture of 921 kB", flush=True)
        self.assertLess(each, 20e3)

    def test_streams(self):
        """However many pictures there are, only some are in memory at once."""
        peaks = [self.measured("detect", *["picture:1500x2000"] * count, "--streams", "2", "--batch", "8", "--threads", "1", "--save", "jsonl", "-o", "-")
                 for count in (30, 120)]
        print(f"detect in two streams: {peaks[0] / 1e6:.1f} MB for 30 pictures of 9 MB, {peaks[1] / 1e6:.1f} MB for 120", flush=True)
        self.assertLess(peaks[1] - peaks[0], 45e6)

    def test_streams_are_predicted(self):
        """Weights are there once, whatever the number of streams."""
        name = "ssd_inception_v2_300"
        self.fine("model", "new", "--config", config(name + ".ini"), "--weights", "seeded", "-o", "m.safetensors")
        for streams in (1, 4):
            predicted = json.loads(self.fine("model", "info", "m.safetensors", "--streams", str(streams), "--threads", "1", "--json"))["peak_memory"]
            self.assertEqual(streams, predicted["streams"])
            measured = self.measured("detect", *["picture:480x640"] * 4 * streams, "--model", "m.safetensors", "--streams", str(streams), "--threads", "1", "-o", "-", "--save", "jsonl")
            print(f"{name}, {streams} streams: predicted {predicted['total'] / 1e6:.1f} MB, measured {measured / 1e6:.1f} MB, "
                  f"{100 * (predicted['total'] / measured - 1):+.1f} %", flush=True)
            self.assertLess(abs(predicted["total"] / measured - 1), 2 * TOLERANCE)

    def test_pictures_of_many_sizes_share_the_room_for_values(self):
        """Before they did, each size more took a quarter of what one takes."""
        self.fine("model", "new", "--config", config("ssd_mobilenet_v1_300.ini"), "--weights", "seeded", "-o", "m.safetensors")
        sizes = ("--model", "m.safetensors", "--set", "image.resize=keep_aspect", "--set", "image.min_side=300", "--set", "image.max_side=600")
        pictures = [f"picture:300x{300 + 30 * i}" for i in range(8)]
        alone = self.measured("detect", pictures[-1], *sizes, "-o", "-", "--save", "jsonl")
        together = self.measured("detect", *reversed(pictures), *sizes, "-o", "-", "--save", "jsonl")
        print(f"detect: {alone / 1e6:.1f} MB for one size of picture, {together / 1e6:.1f} MB for 8", flush=True)
        self.assertLess(together - alone, alone)

    def test_a_limit(self):
        name = "ssd_inception_v2_300"
        self.fine("model", "new", "--config", config(name + ".ini"), "--weights", "seeded", "-o", "m.safetensors")
        arguments = ("detect", *["picture:480x640"] * 8, "--model", "m.safetensors", "-o", "-", "--save", "jsonl", "--threads", "1")
        self.refused(6, "give --max-memory", *arguments, "--max-memory", "20M")
        self.refused(6, "with 3 streams takes", *arguments, "--streams", "3", "--max-memory", "20M")
        least = self.least_limit(arguments)
        measured = self.measured(*arguments, "--max-memory", f"{least}M")
        print(f"{name}: --max-memory {least}M, measured {measured / 2**20:.1f} MiB", flush=True)
        self.assertLessEqual(measured, least * 2**20)
        least = self.least_limit(arguments)  # less where weights were kept packed
        self.refused(6, "give --max-memory", *arguments, "--max-memory", f"{least - 10}M")

    def test_a_limit_holds_for_pictures_that_are_larger_and_drawn_on(self):
        for number, how in enumerate((("--hint", "latency"), ("--hint", "throughput"))):
            arguments = ("detect", PICTURES, *how, "-o", f"out{number}")
            least = self.least_limit(arguments)
            measured = self.measured(*arguments, "--max-memory", f"{least}M")
            print(f"pictures drawn on, {how[1]}: --max-memory {least}M, measured {measured / 2**20:.1f} MiB", flush=True)
            self.assertLessEqual(measured, least * 2**20)

    def least_limit(self, arguments):
        error = self.run_program(*arguments, "--max-memory", "20M").stderr
        return int(re.search(r"give --max-memory ([0-9]+)M or a smaller network", error).group(1))

    def test_a_limit_leaves_fewer_streams(self):
        processors = len(os.sched_getaffinity(0))
        if processors < 2:
            self.skipTest("there is one processor")
        name = "ssd_inception_v2_300"
        self.fine("model", "new", "--config", config(name + ".ini"), "--weights", "seeded", "-o", "m.safetensors")
        need = [json.loads(self.fine("model", "info", "m.safetensors", "--streams", str(streams), "--threads", "1", "--json"))["peak_memory"]["total"] for streams in (1, 2)]
        limit = (need[0] + 3 * (need[1] - need[0]) // 4) // 2**20
        done = self.run_program("detect", *["picture:480x640"] * 4, "--model", "m.safetensors", "-o", "-", "--save", "jsonl", "--hint", "throughput", "--max-memory", f"{limit}M")
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertEqual(f"tradewind: to stay within --max-memory: 1 stream instead of {processors}\n", done.stderr)

    def test_a_picture_that_does_not_fit_is_said_of_that_picture(self):
        sizes = ("--set", "image.resize=keep_aspect", "--set", "image.min_side=300", "--set", "image.max_side=3000")
        done = self.run_program("detect", "picture:300x300", "picture:300x3000", "picture:300x310", *sizes, "-o", "-", "--save", "jsonl", "--max-memory", "45M")
        records = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(["ok", "error", "ok"], [record["status"] for record in records], done.stderr)
        self.assertIn("the network resized to 300x3000 needs a process of", done.stderr)
        self.assertIn("and may have 48 MB", done.stderr)

    def test_without_weights(self):
        """The network alone tells as much as its bundle."""
        name = "ssd_mobilenet_v1_300"
        self.fine("model", "new", "--config", config(name + ".ini"), "--weights", "seeded", "-o", "m.safetensors")
        whole = json.loads(self.fine("model", "info", "m.safetensors", "--json"))["peak_memory"]
        bare = json.loads(self.fine("model", "info", "--config", config(name + ".ini"), "--json"))["peak_memory"]
        for part in ("total", "weights", "packing", "activations"):
            self.assertAlmostEqual(whole[part], bare[part], delta=0.02 * whole[part], msg=part)
        self.assertIn("peak memory", self.fine("model", "info", "m.safetensors"))


if __name__ == "__main__":
    unittest.main()
