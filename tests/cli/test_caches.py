#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What is kept from run to run, the same boxes with and without it, and what a start loads."""
import glob
import json
import os
import re
import stat
import subprocess
import unittest

from program import FAST_TARGET, PROGRAM, ProgramTest, config, picture


@unittest.skipUnless(FAST_TARGET, "only the fast target keeps anything")
class Caches(ProgramTest):
    def detected(self, *arguments, **options):
        """The lines of results without times, and what chose the algorithms."""
        self.fine("detect", picture("shelf.jpg"), "-o", "out", "--overwrite", "--save", "jsonl", "-q", *arguments, **options)
        return self.untimed(self.read("out/detections.jsonl")), json.loads(self.read("out/run.json"))["computed"]["algorithms"]

    def untimed(self, line):
        result = json.loads(line)
        self.assertEqual("ok", result["status"])
        del result["time_ms"]
        return result

    def bundle(self):
        self.fine("model", "new", "--config", config("ssd_mobilenet_v1_300.ini"), "--weights", "seeded", "-o", "m.safetensors")
        return self.path("m.safetensors")

    def kept(self, pattern="*"):
        return sorted(path for path in glob.glob(self.path("home/.cache/tradewind/" + pattern)) if os.path.isfile(path))

    def test_results_name_what_chose_their_algorithms(self):
        _, off = self.detected("--tune", "off")
        by_rule, fast = self.detected()
        self.assertEqual(["direct"], off)
        self.assertRegex(fast[0], r"^table [a-z0-9_]+ v[0-9]+$")
        again, same = self.detected("--threads", "1")
        self.assertEqual((by_rule, fast), (again, same))
        bench = json.loads(self.fine("bench", picture("shelf.jpg"), "--json", "--iterations", "2", "--warmup", "1"))
        self.assertEqual(fast[0], bench["versions"]["algorithms"])

    def test_what_was_measured_is_kept(self):
        first, chosen = self.detected("--tune", "full")
        self.assertRegex(chosen[0], "^measured [0-9a-f]{8}$")
        files = self.kept("*.jsonl")
        self.assertEqual(["cpu-choices.jsonl"], [os.path.basename(path) for path in files])
        with open(files[0], encoding="utf-8") as file:
            lines = [json.loads(line) for line in file]
        self.assertEqual({"format": "tradewind cpu choices", "version": 1}, lines[0])
        self.assertIn(lines[1]["choice"], lines[1]["milliseconds"])
        before = os.stat(files[0])
        self.assertEqual((first, chosen), self.detected("--tune", "full"))
        after = os.stat(files[0])
        self.assertEqual((before.st_ino, before.st_mtime_ns), (after.st_ino, after.st_mtime_ns))
        profile = self.fine("bench", picture("shelf.jpg"), "--profile", "--tune", "full", "--iterations", "2", "--warmup", "1")
        self.assertIn("chosen by " + chosen[0], profile)
        self.assertRegex(profile, r"(direct|blocked|winograd) f32 \(20\d\d-\d\d-\d\d: direct f32 [0-9.e-]+ ms, ")

    def test_what_was_measured_decides(self):
        """Whatever the file says is done, so that a run can be repeated."""
        first, chosen = self.detected("--tune", "full")
        file = self.kept("cpu-choices.jsonl")[0]
        with open(file, encoding="utf-8") as opened:
            head, *lines = opened.read().splitlines()
        turned = [json.loads(line) for line in lines]
        for line in turned:
            line["choice"] = max(line["milliseconds"], key=line["milliseconds"].get)
        with open(file, "w", encoding="utf-8") as opened:
            opened.write("\n".join([head, *map(json.dumps, turned)]) + "\n")
        other, slowest = self.detected("--tune", "full")
        self.assertNotEqual(chosen, slowest)
        self.assertEqual((other, slowest), self.detected("--tune", "full"))
        self.assertEqual(len(first["detections"]), len(other["detections"]))

    def test_the_second_start_packs_nothing(self):
        bundle = self.bundle()
        cold, _ = self.detected("--model", bundle)
        files = self.kept("packed/*.packed")
        self.assertEqual(1, len(files))
        before = os.stat(files[0])
        info = json.loads(self.fine("model", "info", bundle, "--json"))["peak_memory"]
        self.assertLess(info["packing"], 1.1 * info["weights"])  # nothing is read beside what is kept
        warm, _ = self.detected("--model", bundle)
        self.assertEqual((before.st_ino, before.st_size), (os.stat(files[0]).st_ino, os.stat(files[0]).st_size))
        nowhere, _ = self.detected("--model", bundle, environment={"HOME": "", "XDG_CACHE_HOME": ""})
        self.assertEqual(files, self.kept("packed/*.packed"))
        with open(files[0], "r+b") as file:
            for at in range(before.st_size // 20, before.st_size, before.st_size // 20):
                file.seek(at)
                byte = file.read(1)
                file.seek(at)
                file.write(bytes([byte[0] ^ 4]))
        damaged, _ = self.detected("--model", bundle)
        os.truncate(files[0], before.st_size // 3)
        cut, _ = self.detected("--model", bundle)
        self.assertEqual([cold] * 4, [warm, nowhere, damaged, cut])

    def test_a_folder_that_cannot_be_written_changes_nothing(self):
        expected, _ = self.detected("--tune", "full")
        self.write("no-folder", "a file")
        for cache in (self.path("no-folder"), "/dev/null", "/proc/nowhere"):
            found, _ = self.detected("--tune", "full", environment={"XDG_CACHE_HOME": cache})
            self.assertEqual(len(expected["detections"]), len(found["detections"]))
        self.assertTrue(stat.S_ISREG(os.stat(self.path("no-folder")).st_mode))

    def test_programs_that_start_at_once_find_the_same(self):
        bundle = self.bundle()
        commands = [[PROGRAM, "detect", picture("shelf.jpg"), "--model", bundle, "-o", "-", "--save", "jsonl"] for _ in range(3)]
        running = [subprocess.Popen(command, cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, text=True) for command in commands]
        found = [self.untimed(process.communicate()[0]) for process in running]
        self.assertEqual([0, 0, 0], [process.returncode for process in running])
        self.assertEqual([self.untimed(self.fine(*commands[0][1:]))] * 3, found)
        self.assertEqual([], self.kept("packed/*.part-*"))

    def test_jpeg_files_are_read_without_the_codecs_module(self):
        """Loading it takes longer than a first picture may."""
        def loaded(name):
            done = self.run_program("detect", name, "-o", "-", "--save", "jsonl", environment={"LD_DEBUG": "files"})
            self.assertEqual(0, done.returncode)
            return set(re.findall(r"calling init: \S*/([^/\s]+)", done.stderr))
        libraries = loaded(picture("shelf.jpg"))
        self.assertIn("tradewind-target-onednn.so", libraries)
        self.assertFalse([name for name in libraries if "opencv" in name or "codecs" in name])


if __name__ == "__main__":
    unittest.main()
