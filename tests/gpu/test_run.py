#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The run for machines with a GPU, here: with the host standing in for the device, and on the CPU."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE, BUILD = os.environ["TRADEWIND_SOURCE"], os.environ["TRADEWIND_BUILD"]
FAST_TARGET = os.path.exists(os.path.join(BUILD, "runtime", "targets", "onednn", "tradewind-target-onednn.so"))
SMALL = [{"config": "ssd_mobilenet_v1_256_0125", "picture": "60x80", "set": "image.size=64"},
         {"config": "rfcn_mobilenet_v1_300", "picture": "60x80", "set": "image.min_side=64;meta.proposals=8;model.classes=4"}]


class Run(unittest.TestCase):
    """In a package of links to the build."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="tradewind-gpu-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        for part in ("bin", "lib/tradewind/plugins-0", "lib/tradewind/modules-0", "samples"):
            os.makedirs(os.path.join(self.folder, part))
        self.link("tests/gpu/gpu_checks_on_host", "bin/gpu_checks")
        self.link("tests/gpu/test_gpu_ops", "bin/test_gpu_ops")
        self.link("tradewind", "bin/tradewind")
        for kind in ("plugins", "meta_archs"):
            for name in os.listdir(os.path.join(BUILD, kind)):
                if os.path.exists(os.path.join(BUILD, kind, name, name + ".plugin")):
                    self.link(f"{kind}/{name}", f"lib/tradewind/plugins-0/{name}")
        if FAST_TARGET:
            self.link("runtime/targets/onednn/tradewind-target-onednn.so", "lib/tradewind/modules-0/tradewind-target-onednn.so")
        os.symlink(os.path.join(SOURCE, "configs"), os.path.join(self.folder, "configs"))
        shutil.copy(os.path.join(SOURCE, "tests", "gpu", "run.py"), self.folder)
        shutil.copytree(os.path.join(SOURCE, "tests", "gpu", "parts"), os.path.join(self.folder, "parts"))
        with open(os.path.join(self.folder, "package.json"), "w", encoding="utf-8") as file:
            json.dump({"commit": "0123abc", "samples": SMALL}, file)

    def link(self, built, name):
        os.symlink(os.path.join(BUILD, built), os.path.join(self.folder, name))

    def record(self, config="", more=""):
        environment = dict(os.environ, TRADEWIND_PLUGIN_PATH=os.path.join(self.folder, "lib/tradewind/plugins-0"))
        for sample in SMALL:
            words = [f"config={self.folder}/configs/{sample['config']}.ini", f"set={sample['set']}{more}", f"picture={sample['picture']}",
                     "target=reference", f"sample={self.folder}/samples/{sample['config']}.safetensors"]
            if config in sample["config"]:
                subprocess.run([os.path.join(self.folder, "bin/gpu_checks"), "record", *words], env=environment, check=True, stdout=subprocess.DEVNULL)

    def run_it(self, *arguments, environment=None):
        done = subprocess.run([sys.executable, os.path.join(self.folder, "run.py"), "--dry-run", "--output", os.path.join(self.folder, "results"), *arguments],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)
        return done.returncode, done.stdout

    def result(self, name):
        with open(os.path.join(self.folder, "results", name), encoding="utf-8") as file:
            return json.load(file) if name.endswith(".json") else file.read()

    def test_the_stand_in_agrees_with_samples(self):
        self.record()
        code, output = self.run_it("--target", "stand-in", "--parts", "detectors,determinism")
        self.assertEqual(0, code, output)
        self.assertEqual("9 passed, 0 failed, 0 not run", output.splitlines()[-1], output)  # 2 x 3, and one detector x 3
        found = self.result("detectors.json")
        self.assertEqual({"f32", "f16", "bf16"}, {d["precision"] for d in found["detectors"]})
        self.assertTrue(all(d["values"] > 40 and d["detections"] for d in found["detectors"]), found)
        self.assertEqual("0123abc", found["machine"]["commit"])
        self.assertTrue(all(d["same_bits_over_runs"] and d["same_bits_beside_others"] for d in self.result("determinism.json")["determinism"]))

    def test_what_differs_fails_and_is_named(self):
        self.record("rfcn")
        self.record("ssd", ";extractor.depth_multiplier=0.25")
        code, output = self.run_it("--target", "stand-in", "--parts", "detectors", "--only", "ssd")
        self.assertEqual(4, code, output)
        self.assertIn("3 failed", output.splitlines()[-1])
        self.assertIn("failed: detector ssd_mobilenet_v1_256_0125 f32: its shape is", self.result("summary.txt"))

    def test_a_part_that_breaks_costs_no_other(self):
        os.remove(os.path.join(self.folder, "bin/test_gpu_ops"))
        self.record()
        code, output = self.run_it("--target", "stand-in", "--parts", "ops,determinism", "--only", "ssd")
        self.assertEqual(4, code, output)
        self.assertIn("failed   ops: FileNotFoundError", output)
        self.assertEqual("3 passed, 1 failed, 0 not run", output.splitlines()[-1])

    def test_speed_is_told_of_every_precision(self):
        self.record("ssd")
        code, output = self.run_it("--target", "stand-in", "--parts", "benchmark", "--only", "ssd")
        self.assertEqual((0, "9 passed, 0 failed, 0 not run"), (code, output.splitlines()[-1]), output)  # 4 peaks, 2 batches, 3 precisions
        result = self.result("benchmark.json")
        self.assertTrue(all(0 < entry["share_of_peak"] < 1000 and entry["network_ms"] > 0 for entry in result["latency"]), result)
        self.assertTrue(all(entry["pictures_per_second"] > 0 for entry in result["throughput"]))
        for precision in ("f32", "f16", "bf16"):
            self.assertIn(f"| ssd_mobilenet_v1_256_0125 | {precision} |", self.result("benchmark.md"))

    def sanitizer(self, says):
        """One that runs the program, ops on the plain target, and says this. It writes down what it was asked for."""
        os.makedirs(os.path.join(self.folder, "sanitizer"))
        path = os.path.join(self.folder, "sanitizer", "compute-sanitizer")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f'''#!/bin/sh
[ "$1" = --help ] && echo --kernel-regex && exit
echo "$@" >> {self.folder}/asked
while [ "${{1#/}}" = "$1" ]; do shift; done
TRADEWIND_GPU_TARGET=reference "$@" || exit
echo "{says}"
''')
        os.chmod(path, 0o755)
        return dict(os.environ, PATH=os.path.dirname(path) + ":" + os.environ["PATH"])

    def test_the_sanitizer_sees_ops_and_a_recorded_detector(self):
        code, output = self.run_it("--target", "stand-in", "--parts", "sanitizer", environment=self.sanitizer("ERROR SUMMARY: 0 errors"))
        self.assertEqual((0, "5 passed, 0 failed, 0 not run"), (code, output.splitlines()[-1]), output)
        self.assertIn("same_bits_over_runs", self.result("sanitizer.txt"))
        with open(os.path.join(self.folder, "asked"), encoding="utf-8") as file:
            asked = file.read().splitlines()
        self.assertEqual(4, sum("kns=tradewind" in line for line in asked), asked)
        self.assertNotIn("kns=tradewind", asked[-1])

    def test_what_the_sanitizer_finds_fails(self):
        code, output = self.run_it("--target", "stand-in", "--parts", "sanitizer", environment=self.sanitizer("ERROR SUMMARY: 2 errors"))
        self.assertEqual((4, "0 passed, 5 failed, 0 not run"), (code, output.splitlines()[-1]), output)

    def test_what_is_stopped_by_the_end_has_not_failed(self):
        os.remove(os.path.join(self.folder, "bin/gpu_checks"))
        with open(os.path.join(self.folder, "bin/gpu_checks"), "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\nexec sleep 60\n")
        os.chmod(file.name, 0o755)
        code, output = self.run_it("--target", "stand-in", "--parts", "benchmark", "--only", "ssd", "--limit", "8")
        self.assertEqual((0, "0 passed, 0 failed, 9 not run"), (code, output.splitlines()[-1]), output)

    def test_no_time_left(self):
        self.record()
        code, output = self.run_it("--target", "stand-in", "--limit", "1")
        self.assertEqual(0, code, output)
        self.assertEqual("0 passed, 0 failed, 7 not run", output.splitlines()[-1])

    @unittest.skipUnless(FAST_TARGET, "there is no CPU target")
    def test_on_the_cpu(self):
        self.record()
        code, output = self.run_it("--only", "ssd")
        self.assertEqual(0, code, output)
        for line in ("passed   ops:", "passed   detector ssd_mobilenet_v1_256_0125 f32", "not run  detector ssd_mobilenet_v1_256_0125 f16",
                     "passed   peak f32", "passed   latency ssd_mobilenet_v1_256_0125 f32", "passed   timeline"):
            self.assertIn(line, output)
        self.assertIn("| ssd_mobilenet_v1_256_0125 | f32 |", self.result("benchmark.md"))
        self.assertTrue(self.result("timeline.json")["traceEvents"])
        self.assertLessEqual(len(os.listdir(os.path.join(self.folder, "results"))), 8)


if __name__ == "__main__":
    unittest.main()
