#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Studies as users run them: grids of small detectors, killed, stopped, gone on with, and refused.

TRADEWIND_TEST_KILLS: how often the study is killed (6).
"""
import glob
import json
import os
import random
import resource
import signal
import time
import unittest

from program import BUILD, BUNDLE, CONFIGS, PICTURES, ProgramTest

KILLS = int(os.environ.get("TRADEWIND_TEST_KILLS", "6"))
SMALL = """[study]
images = picture:60x80
iterations = 1
rounds = 1
warmup = 0
"""
TINY = SMALL + """
[grid single shot]
config = ssd_mobilenet_v1_256_0125
size = 32, 48, 64
threads = 1, 2

[grid two stages]
config = rfcn_mobilenet_v1_300
extractor.depth_multiplier = 0.25
extractor.min_depth = 8
size = 40
proposals = 2, 4

[grid impossible]
config = ssd_mobilenet_v1_256_0125
size = 32
precision = int8
"""
CELLS = 9


def results(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    assert text.endswith("\n") or not text, "a torn line"
    return [json.loads(line) for line in text.splitlines()]


def essence(result):
    """What does not depend on when it was measured."""
    return result["key"], result["status"], result["error"], result["configuration"], result["network"]["multiply_adds"]


class Study(ProgramTest):
    def study(self, text, *arguments, name="tiny.ini", **options):
        return self.run_program("study", self.write(name, text), *arguments, **options)

    def lines(self, folder="out"):
        return results(self.path(f"{folder}/results.jsonl"))

    def refuses(self, message, text, *arguments, code=2):
        self.refused(code, message, "study", self.write("bad.ini", text), *arguments)

    def children(self):
        """Processes that run with the environment of this test."""
        mark = f"HOME={self.folder}/home".encode()
        found = []
        for path in glob.glob("/proc/[0-9]*/environ"):
            try:
                with open(path, "rb") as file:
                    if mark in file.read().split(b"\0"):
                        found.append(int(path.split("/")[2]))
            except OSError:
                pass
        return found

    def assert_no_child_stays(self):
        until = time.monotonic() + 20
        while self.children() and time.monotonic() < until:
            time.sleep(0.02)
        self.assertEqual([], self.children())

    def test_a_study_from_nothing(self):
        done = self.study(TINY, "-o", "out")
        self.assertEqual(0, done.returncode, done.stderr)
        lines = self.lines()
        self.assertEqual(CELLS, len(lines))
        self.assertEqual(["ok"] * (CELLS - 1) + ["impossible"], [line["status"] for line in lines])
        self.assertEqual([32, 32, 48, 48, 64, 64, 40, 40, 32], [line["configuration"]["size"] for line in lines])
        self.assertEqual([2, 4], [line["configuration"]["proposals"] for line in lines[6:8]])
        self.assertEqual("68", lines[6]["configuration"]["settings"]["image.max_side"])  # 40 * 1024 / 600
        for line in lines[:-1]:
            self.assertGreater(line["time_ms"]["total"]["median"], 0)
            self.assertGreater(line["memory"]["peak_bytes"], 1 << 20)
            self.assertGreater(line["network"]["multiply_adds"], 0)
            self.assertIsNone(line["accuracy"])
            self.assertIn("weights by formula", line["accuracy_note"])
        self.assertIn("no ranges, which int8 needs", lines[-1]["error"])
        self.assertEqual(CELLS, len({line["key"] for line in lines}))
        self.assertIn("8 measured, 1 impossible, 0 failed\n", done.stdout)
        self.assertIn("precision=int8: weights by formula have no ranges", done.stdout)
        self.assertEqual(CELLS, done.stderr.count("left)\n"))
        self.assertIn("(0 left)\n", done.stderr)
        before = self.read("out/results.jsonl")
        again = self.study(TINY, "-o", "out")
        self.assertEqual((0, "", done.stdout), (again.returncode, again.stderr, again.stdout))
        self.assertEqual(before, self.read("out/results.jsonl"))
        listed = self.fine("study", self.path("tiny.ini"), "-o", "out", "--list")
        self.assertEqual(CELLS + 1, listed.count("\n"))
        self.assertNotIn("no result", listed)

    def test_list_measures_nothing(self):
        listed = self.study(TINY, "--list", "--check")
        self.assertEqual(4, listed.returncode)  # one is impossible
        self.assertEqual(CELLS, listed.stdout.count("no result"))
        self.assertEqual(["home", "tiny.ini"], sorted(os.listdir(self.folder)))

    def test_limit(self):
        self.assertIn("7 left: the same command goes on", self.study(TINY, "--limit", "2", "-q").stdout)
        self.assertEqual(2, len(self.lines("study-tiny")))
        self.assertEqual(0, self.study(TINY, "-q").returncode)
        self.assertEqual(CELLS, len(self.lines("study-tiny")))

    def test_killed_again_and_again_it_ends_like_one_that_was_not(self):
        text = self.write("tiny.ini", TINY)
        start = time.monotonic()
        self.fine("study", text, "-o", "undisturbed", "-q")
        whole = time.monotonic() - start
        wanted = [essence(line) for line in self.lines("undisturbed")]
        kills, killed, round_ = 0, 0, 0
        while kills < KILLS:
            round_ += 1
            folder = f"killed-{round_}"
            while kills < KILLS and not self.complete(folder):
                kills += 1
                killed += self.kill_once(text, folder, whole)
                self.assert_begun_well(folder, wanted)
            self.fine("study", text, "-o", folder, "-q")
            self.assertEqual(wanted, [essence(line) for line in self.lines(folder)])
            self.assertEqual(["results.jsonl", "study.json", "study.lock"], sorted(os.listdir(self.path(folder))))
        self.assertGreaterEqual(killed, KILLS // 2)
        print(f"killed {killed} of {kills} times in {round_} studies of {len(wanted)} cells, each {whole:.1f} s undisturbed", flush=True)

    def complete(self, folder):
        return self.written(folder).count("\n") == CELLS

    def written(self, folder):
        return self.read(f"{folder}/results.jsonl") if os.path.exists(self.path(f"{folder}/results.jsonl")) else ""

    def kill_once(self, text, folder, whole):
        """At a random moment, or as soon as the file grows; whether the study was there to be killed."""
        path = self.path(f"{folder}/results.jsonl")
        size = os.path.getsize(path) if os.path.exists(path) else 0
        process = self.start_program("study", text, "-o", folder, "-q")
        if random.random() < 0.5:
            time.sleep(random.uniform(0, whole / 2))
        else:
            until = time.monotonic() + whole
            while process.poll() is None and time.monotonic() < until:
                if os.path.exists(path) and os.path.getsize(path) > size:
                    break
        process.send_signal(signal.SIGKILL)
        process.communicate()
        self.assert_no_child_stays()
        return process.returncode == -signal.SIGKILL

    def assert_begun_well(self, folder, wanted):
        """All but a torn end are the first lines of the undisturbed file."""
        text = self.written(folder)
        whole = [json.loads(line) for line in text[:text.rfind("\n") + 1].splitlines()]
        self.assertEqual(wanted[:len(whole)], [essence(line) for line in whole])

    def test_a_signal_ends_it_and_keeps_what_is_finished(self):
        text = self.write("tiny.ini", TINY)
        for number, code, group in ((signal.SIGINT, 130, False), (signal.SIGINT, 130, True), (signal.SIGTERM, 143, False)):
            folder = f"out-{code}-{group}"
            process = self.start_program("study", text, "-o", folder, start_new_session=True)
            self.assertIn("(8 left)", process.stderr.readline())
            if group:  # as a terminal does
                os.killpg(process.pid, number)
            else:
                process.send_signal(number)
            process.communicate()
            self.assertEqual(code, process.returncode)
            self.assert_no_child_stays()
            kept = self.read(f"{folder}/results.jsonl")
            self.assertGreaterEqual(len(self.lines(folder)), 1)
            self.assertLess(len(self.lines(folder)), CELLS)
            self.fine("study", text, "-o", folder, "-q")
            self.assertTrue(self.read(f"{folder}/results.jsonl").startswith(kept))
            self.assertEqual(CELLS, len(self.lines(folder)))

    def test_a_file_that_cannot_grow_keeps_whole_lines(self):
        text = self.write("tiny.ini", TINY)
        self.study(TINY, "-o", "out", "--limit", "3", "-q")
        size = os.path.getsize(self.path("out/results.jsonl"))
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size + 500, size + 500))
        self.refused(1, "out/results.jsonl: the results cannot be written: File too large", "study", text, "-o", "out", "-q", preexec_fn=limit)
        self.assertEqual(size, os.path.getsize(self.path("out/results.jsonl")))
        self.fine("study", text, "-o", "out", "-q")
        self.assertEqual(CELLS, len(self.lines()))

    def test_two_studies_do_not_write_one_file(self):
        text = self.write("tiny.ini", TINY)
        first = self.start_program("study", text, "-o", "out")
        first.stderr.readline()
        self.refused(1, "out: another study writes its results here: wait for it, or name another folder with -o", "study", text, "-o", "out")
        first.communicate()
        self.assertEqual(0, first.returncode)
        self.assertEqual(CELLS, len(self.lines()))

    def test_what_fails_is_a_line_and_is_tried_again_when_asked(self):
        short = SMALL + "timeout = 0.1\n[grid a]\nconfig = rfcn_inception_resnet_v2_300\n[grid b]\nconfig = ssd_mobilenet_v1_256_0125\nsize = 32\nbatch = 2\n"
        done = self.study(short, "-o", "out")
        self.assertEqual(3, done.returncode)
        self.assertEqual([("failed", "it took longer than the study allows"), ("impossible", self.lines()[1]["error"])],
                         [(line["status"], line["error"]) for line in self.lines()])
        self.assertIn("0 measured, 1 impossible, 1 failed; --retry-failed measures again", done.stdout)
        self.assertEqual(3, self.study(short, "-o", "out").returncode)
        longer = short.replace("timeout = 0.1", "timeout = 100")
        self.assertEqual(3, self.study(longer, "-o", "out").returncode)  # not by itself
        self.assertEqual(0, self.study(longer, "-o", "out", "--retry-failed").returncode)
        self.assertEqual(["ok", "impossible"], [line["status"] for line in self.lines()])

    def test_a_cell_that_lacks_memory_ends_nothing_else(self):
        limit = lambda: resource.setrlimit(resource.RLIMIT_AS, (1_500_000_000, 1_500_000_000))
        done = self.study(SMALL + "[grid a]\nconfig = ssd_mobilenet_v1_300\nsize = 64, 8000, 32\n", "-o", "out", preexec_fn=limit)
        self.assertEqual(3, done.returncode, done.stderr)
        self.assertEqual(["ok", "failed", "ok"], [line["status"] for line in self.lines()])
        self.assertIn("exit code 6: tradewind: there is not enough memory", self.lines()[1]["error"])

    def test_trained_weights_and_annotations_give_accuracy(self):
        annotations = os.path.join(CONFIGS, "bundles", "annotations.json")
        text = (f"[study]\nimages = {PICTURES}\nannotations = {annotations}\niterations = 2\nrounds = 1\nwarmup = 0\n"
                f"[weights]\nssd_mobilenet_v1_300_025_codes = {BUNDLE}\n"
                "[grid a]\nconfig = ssd_mobilenet_v1_300_025_codes, ssd_mobilenet_v1_256_0125\nsize = 300, 200\n")
        done = self.study(text, "-o", "out")
        self.assertEqual(0, done.returncode, done.stderr)
        direct = json.loads(self.fine("eval", "--images", PICTURES, "--annotations", annotations, "--json"))
        lines = self.lines()
        self.assertEqual(["ok"] * 4, [line["status"] for line in lines])
        self.assertEqual(direct["coco"], lines[0]["accuracy"]["numbers"])
        self.assertEqual(direct["ap_by_iou"], lines[0]["accuracy"]["ap_by_iou"])
        self.assertEqual((8, 40), (lines[0]["accuracy"]["pictures"], lines[0]["accuracy"]["annotations"]))
        self.assertIn("annotations.json", lines[0]["accuracy_note"])
        self.assertNotEqual(direct["coco"], lines[1]["accuracy"]["numbers"])
        for line in lines[2:]:
            self.assertIsNone(line["accuracy"])
        self.assertIn(f"{direct['coco']['AP']:.4f}", done.stdout)
        self.assertIn("no accuracy of 2 (weights by formula: accuracy would mean nothing)", done.stdout)

    def test_what_the_child_refuses_is_impossible(self):
        self.write("damaged.safetensors", "no weights")
        done = self.study(SMALL + "[weights]\nssd_mobilenet_v1_256_0125 = damaged.safetensors\n"
                          "[grid a]\nconfig = ssd_mobilenet_v1_256_0125, ssd_mobilenet_v1_300\nsize = 32\n", "-o", "out")
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertEqual(["impossible", "ok"], [line["status"] for line in self.lines()])
        self.assertIn("damaged.safetensors", self.lines()[0]["error"])

    def test_what_this_version_has_not_is_impossible(self):
        done = self.study(SMALL + "[grid a]\nconfig = ssd_mobilenet_v1_256_0125\nsize = 32\ntarget = cuda, reference\n"
                          "[grid b]\nmeta = rfcn, ssd\nextractor = mobilenet_v1\nsize = 32\nproposals = 3\n", "-o", "out")
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertEqual(["impossible", "ok", "ok", "impossible"], [line["status"] for line in self.lines()])
        self.assertIn("--target cpu", self.lines()[0]["error"])
        self.assertIn("ssd has no setting 'meta.proposals'", self.lines()[3]["error"])

    def test_another_grid_keeps_what_it_has(self):
        cells = SMALL + "[grid a]\nconfig = ssd_mobilenet_v1_256_0125\nsize = "
        self.study(cells + "48, 32\n", "-o", "out")
        before = {line["key"]: line for line in self.lines()}
        done = self.study(cells + "40, 32\n", "-o", "out")
        self.assertIn("1 further results are of an earlier grid", done.stdout)
        self.assertEqual([40, 32, 48], [line["configuration"]["size"] for line in self.lines()])
        for line in self.lines()[1:]:
            self.assertEqual(before[line["key"]], line)
        self.assertIn("report.html: 2 results,", self.fine("study", "report", "out", "-o", "report.html"))
        self.assertIn("all.html: 3 results,", self.fine("study", "report", "out/results.jsonl", "-o", "all.html"))

    def test_settings_of_the_user_count(self):
        cells = SMALL + "[grid a]\nconfig = ssd_mobilenet_v1_256_0125\nsize = 32\n"
        self.study(cells, "-o", "out")
        self.write("tradewind.ini", "[meta]\nmax_total = 3\n")
        self.study(cells, "-o", "out")
        self.assertEqual(["3", "100"], [line["configuration"]["settings"]["meta.max_total"] for line in self.lines()])

    def test_shipped_studies_describe_every_cell(self):
        names = sorted(os.path.basename(path)[:-4] for path in glob.glob(os.path.join(CONFIGS, "studies", "*.ini")))
        self.assertIn("small", names)
        for name in names:
            self.assertTrue(os.path.exists(os.path.join(BUILD, "configs", "studies", name + ".ini")), name)
            listed = self.fine("study", name, "--list", "--check")
            self.assertGreater(listed.count("no result"), 1, name)

    def test_bad_studies(self):
        grid = "[grid a]\nconfig = ssd_mobilenet_v1_300\n"
        self.refuses("bad.ini:2: there is no setting 'study.round' (did you mean study.rounds", "[study]\nround = 3\n" + grid)
        self.refuses("bad.ini:3: there is no axis 'sice' (did you mean size?)", grid + "sice = 3\n")
        self.refuses("bad.ini: the grid 'b' is empty", grid + "[grid b]\n")
        self.refuses("bad.ini: the study has no grid", "")
        self.refuses("did you mean ssd_mobilenet_v1_300", "[grid a]\nconfig = ssd_mobilenet_v1_3000\n")
        self.refuses("bad.ini:3: grid.threads is '-1', but may be 0 to 1024", grid + "threads = -1\n")
        self.refuses("bad.ini:2: there are no pictures at", "[study]\nimages = nowhere\n" + grid)
        self.refuses("bad.ini:2: there is no weight file", "[weights]\nssd_mobilenet_v1_300 = nowhere\n" + grid)
        self.refuses("bad.ini:3: no detector of this grid has a setting 'meta.croop'", grid + "meta.croop = 3\n")
        self.refused(2, "there is no such study (did you mean small?)", "study", "smal")
        self.refused(2, "name a study", "study")
        self.refused(2, "--limit is '-1'", "study", "small", "--limit", "-1")
        self.refused(2, "--check goes with --list", "study", "small", "--check")
        self.assertEqual(["bad.ini", "home"], sorted(os.listdir(self.folder)))

    def test_bad_results(self):
        text = self.write("tiny.ini", TINY)
        os.mkdir(self.path("out"))
        for content in ("my notes\n", "my notes", '{"schema":"tradewind-result-9","key":"a"}\n'):
            self.write("out/results.jsonl", content)
            self.refused(2, "out/results.jsonl:1: this is no result", "study", text, "-o", "out")
            self.assertEqual(content, self.read("out/results.jsonl"))
        self.write("file", "")
        self.refused(1, "file: the folder cannot be made", "study", text, "-o", "file")
        self.refused(1, "the folder cannot be", "study", text, "-o", "/proc/none")


if __name__ == "__main__":
    unittest.main()
