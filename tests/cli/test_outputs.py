#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What is written where; outputs that cannot be written; readers and users who leave."""
import csv
import hashlib
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import time
import unittest

import pictures
from program import PICTURES, ProgramTest, picture

ALL = "image,jsonl,json,coco,csv"


def small_files():
    """Writing beyond 2000 bytes fails, as on a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))


def without_output():
    os.close(1)


class Outputs(ProgramTest):
    def left_over(self, folder="out"):
        return sorted(os.listdir(self.path(folder))) if os.path.isdir(self.path(folder)) else []

    def test_all_formats_say_the_same(self):
        self.fine("detect", PICTURES, "-o", "out", "--save", ALL)
        self.assertEqual(sorted(["detections.coco.json", "detections.csv", "detections.json", "detections.jsonl", "run.json"] + os.listdir(PICTURES)),
                         self.left_over())
        lines = [json.loads(line) for line in self.read("out/detections.jsonl").splitlines()]
        whole = json.loads(self.read("out/detections.json"))["records"]
        timeless = lambda records: [{k: v for k, v in r.items() if k != "time_ms"} for r in records]
        self.assertEqual(timeless(lines), timeless(whole))
        flat = [(r["image_id"], d["category_id"], d["bbox"], d["score"]) for r in lines for d in r["detections"]]
        self.assertGreater(len(flat), 30)
        coco = json.loads(self.read("out/detections.coco.json"))
        self.assertEqual(flat, [(d["image_id"], d["category_id"], d["bbox"], d["score"]) for d in coco])
        rows = [r for r in csv.DictReader(self.read("out/detections.csv").splitlines()) if r["score"]]
        self.assertEqual([s for *_, s in flat], [float(r["score"]) for r in rows])
        self.assertEqual({"ok"}, {r["status"] for r in rows})

    def test_a_record_has_every_field(self):
        record = json.loads(self.fine("detect", picture(), "-o", "-", "--save", "jsonl"))
        with open(picture(), "rb") as file:
            self.assertEqual(hashlib.sha256(file.read()).hexdigest(), record["sha256"])
        self.assertEqual(["decode", "preprocess", "upload", "network", "postprocess", "total"], list(record["time_ms"]))
        self.assertLessEqual(sum(record["time_ms"].values()), 2 * record["time_ms"]["total"] + 0.01)
        self.assertEqual([None, None, "oriented", 1, "ok", 640, 480],
                         [record[k] for k in ("frame", "pts_s", "coordinate_frame", "exif_orientation", "status", "width", "height")])

    def test_boxes_are_those_of_the_upright_picture(self):
        with open(picture("shelf.jpg"), "rb") as file:
            self.write("turned.jpg", pictures.with_orientation(file.read(), 6))
        upright, turned = [json.loads(line) for line in self.fine("detect", picture("shelf.jpg"), "turned.jpg", "-o", "-", "--save", "jsonl").splitlines()]
        self.assertEqual((1, 6), (upright["exif_orientation"], turned["exif_orientation"]))
        self.assertEqual((upright["width"], upright["height"]), (turned["height"], turned["width"]))
        self.fine("detect", "turned.jpg", "-o", "out", "--save", "image", "-q")
        again = json.loads(self.fine("detect", "out/turned.jpg", "-o", "-", "--save", "jsonl"))
        self.assertEqual((turned["width"], turned["height"], 1), (again["width"], again["height"], again["exif_orientation"]))

    def test_the_run_is_recorded(self):
        self.run_program("detect", picture(), "nothing.png", "-o", "out", "--threads", "1")
        run = json.loads(self.read("out/run.json"))
        self.assertEqual((2, 1, 1), (run["inputs"], run["failed"], run["detections"]))
        self.assertEqual("1", run["run"]["run.threads"])
        self.assertEqual("ssd", run["settings"]["model.meta"])
        self.assertEqual(["org.tradewind.mobilenet_v1", "org.tradewind.ssd"], [p["id"] for p in run["plugins"]])
        self.assertRegex(run["model"]["weights_checksum"], "^[0-9a-f]{16}$")
        self.assertRegex(run["commit"], "^([0-9a-f]{7,}(-dirty)?|unknown)$")
        self.assertTrue(all(re.fullmatch("[0-9a-f]{64}", plugin["sha256"]) for plugin in run["plugins"]))
        for cost in ("seconds", "cpu_seconds", "peak_memory_bytes"):
            self.assertGreater(run[cost], 0)

    def test_defaults(self):
        self.fine("detect", picture())
        self.assertEqual(["home"], os.listdir(self.folder))
        self.fine("detect", picture(), "-o", "out")
        self.assertEqual(["detections.jsonl", "run.json", "tin.png"], self.left_over())
        self.fine("detect", picture(), "--save", "csv")
        self.assertEqual(["detections.csv", "run.json"], self.left_over("tradewind-out"))

    def test_nothing_is_replaced_unless_asked(self):
        self.fine("detect", picture(), "-o", "out")
        before = self.read("out/detections.jsonl")
        self.refused(1, "the file exists already; give --overwrite to replace it", "detect", picture(), "-o", "out", "--score", "0.99")
        self.assertEqual(before, self.read("out/detections.jsonl"))
        self.fine("detect", picture(), "-o", "out", "--score", "0.99", "--overwrite")
        self.assertNotEqual(before, self.read("out/detections.jsonl"))

    def test_the_pictures_themselves_are_never_replaced(self):
        shutil.copy(picture(), self.path("mine.png"))
        with open(self.path("mine.png"), "rb") as file:
            before = file.read()
        for name, folder in (("mine.png", "."), ("./mine.png", self.folder), (self.path("mine.png"), "home/..")):
            self.refused(2, "could replace them; give another folder", "detect", name, "-o", folder, "--overwrite")
        with open(self.path("mine.png"), "rb") as file:
            self.assertEqual(before, file.read())

    def test_pictures_of_the_same_name_get_numbers(self):
        for folder in ("a", "b"):
            os.mkdir(self.path(folder))
            shutil.copy(picture(), self.path(folder + "/x.png"))
        self.fine("detect", "a", "b", "-o", "out", "--save", "image")
        self.assertEqual(["run.json", "x-2.png", "x.png"], self.left_over())

    def test_names_as_long_as_file_systems_allow(self):
        for folder in ("a", "b"):
            os.mkdir(self.path(folder))
            for name in ("n" * 251 + ".png", "m" * 255):
                shutil.copy(picture(), self.path(folder + "/" + name))
        paths = sorted(f"{folder}/{name}" for folder in ("a", "b") for name in os.listdir(self.path(folder)))
        self.fine("detect", *paths, "-o", "out", "--save", "image")
        left = self.left_over()
        self.assertEqual(5, len(left))
        self.assertEqual([251 * "m" + ".png", 249 * "m" + "-2.png"], [n for n in left if n[0] == "m"][::-1])

    def test_results_are_saved_when_the_tables_reader_leaves(self):
        process = self.start_program("detect", *[picture()] * 40, "-o", "out", "--save", "jsonl")
        process.stdout.close()
        self.assertEqual(0, process.wait(), process.stderr.read())
        self.assertEqual(40, len(self.read("out/detections.jsonl").splitlines()))

    def test_failures_of_an_earlier_run_go(self):
        self.assertEqual(3, self.run_program("detect", "nothing.png", picture(), "-o", "out").returncode)
        self.assertIn("failures.jsonl", self.left_over())
        self.fine("detect", picture(), "-o", "out", "--overwrite")
        self.assertNotIn("failures.jsonl", self.left_over())

    def test_quiet(self):
        self.assertEqual("", self.fine("detect", picture(), "-o", "out", "-q"))
        self.assertIn("barcode", self.fine("detect", picture(), "-q"))

    def test_folders_that_cannot_be_made(self):
        self.write("file", "x")
        self.refused(1, "file: the output folder cannot be made", "detect", picture(), "-o", "file")
        self.refused(1, "the output folder cannot be made", "detect", picture(), "-o", "file/below")
        self.refused(1, "/proc/tradewind-out: the output folder cannot be made", "detect", picture(), "-o", "/proc/tradewind-out")

    @unittest.skipIf(os.geteuid() == 0, "folders are not read-only to root")
    def test_a_read_only_folder(self):
        os.mkdir(self.path("out"))
        os.chmod(self.path("out"), 0o500)
        self.refused(1, "the file cannot be written: Permission denied", "detect", picture(), "-o", "out")

    def test_a_full_disk_leaves_nothing_half_written(self):
        for formats in ("jsonl", "json", "coco", "csv", "image"):
            done = self.run_program("detect", PICTURES, "-o", "out", "--save", formats, "-q", preexec_fn=small_files)
            self.assertEqual(1, done.returncode, formats + done.stderr)
            self.assertIn("the file cannot be written: File too large", done.stderr)
            for name in self.left_over():  # what there is, is whole
                text = self.read("out/" + name)
                if name == "run.json":
                    self.assertEqual("failed", json.loads(text)["end"])
                elif name.endswith(".jsonl"):
                    self.assertTrue(all(json.loads(line)["status"] == "ok" for line in text.splitlines()))
                elif name.endswith(".json"):
                    json.loads(text)
                else:
                    self.assertEqual(("detections.csv", "\n"), (name, text[-1:]))
            shutil.rmtree(self.path("out"))

    def test_a_full_standard_output(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            for arguments in (["detect", picture()], ["detect", picture(), "-o", "-", "--save", "jsonl"], ["help"], ["doctor"], ["detect", "--help"]):
                done = self.run_program(*arguments, stdout=full)
                self.assertEqual((1, "tradewind: standard output cannot be written\n"), (done.returncode, done.stderr), arguments)


class Leaving(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("many.txt", (picture("desk.png") + "\n") * 3000)

    def test_a_reader_that_leaves_ends_the_run_quietly(self):
        for arguments in (["detect", "@many.txt"], ["detect", "@many.txt", "-o", "-", "--save", "jsonl"]):
            process = self.start_program(*arguments)
            self.assertTrue(process.stdout.readline())
            process.stdout.close()
            self.assertEqual((0, ""), (process.wait(60), process.stderr.read()))
            process.stderr.close()

    def test_a_closed_standard_output_hurts_no_file(self):
        done = self.run_program("detect", picture(), "-o", "out", "--save", "jsonl", stdout=None, preexec_fn=without_output)
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        with open(self.path("out/detections.jsonl"), encoding="utf-8") as file:
            self.assertEqual(1, len([json.loads(line) for line in file]))

    def begun(self):
        """Whether the first record stands in the file that is being written."""
        folder = self.path("out")
        parts = [name for name in os.listdir(folder) if name.startswith("detections.jsonl.part")] if os.path.isdir(folder) else []
        return any(os.path.getsize(os.path.join(folder, name)) for name in parts)

    def stopped(self, number, *arguments, **options):
        """Exit code after the signal, sent once the output was begun."""
        process = self.start_program(*arguments, **options)
        until = time.monotonic() + 60
        while not self.begun() and time.monotonic() < until:
            time.sleep(0.02)
        process.send_signal(number)
        _, errors = process.communicate(timeout=60)
        self.assertEqual("", errors)
        return process.returncode

    def test_a_signal_keeps_what_was_finished(self):
        for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)):
            self.assertEqual(code, self.stopped(number, "detect", "@many.txt", "-o", "out", "--save", "jsonl,json,coco,csv", "-q"))
            run = json.loads(self.read("out/run.json"))
            self.assertEqual("interrupted", run["end"])
            self.assertGreater(run["inputs"], 0)
            records = [json.loads(line) for line in self.read("out/detections.jsonl").splitlines()]
            self.assertEqual([run["inputs"]] * 2, [len(records), len(json.loads(self.read("out/detections.json"))["records"])])
            found = sum(len(record["detections"]) for record in records)
            self.assertEqual([found] * 2, [len(json.loads(self.read("out/detections.coco.json"))),
                                           len(list(csv.DictReader(self.read("out/detections.csv").splitlines())))])
            self.assertEqual(5, len(os.listdir(self.path("out"))))
            shutil.rmtree(self.path("out"))

    def test_a_signal_closes_the_document_on_standard_output(self):
        process = self.start_program("detect", "@many.txt", "-o", "-", "--save", "json")
        for _ in range(10):
            process.stdout.readline()
        process.send_signal(signal.SIGINT)
        self.assertTrue(process.communicate()[0].endswith("\n]}\n"))
        self.assertEqual(130, process.returncode)

    def test_a_signal_ends_long_work(self):
        process = self.start_program("detect", "picture:300x300", "--set", "image.size=4000", "--target", "reference")
        time.sleep(2)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=15)
        self.assertEqual(130, process.returncode)

    def test_a_signal_ends_a_wait_for_standard_input(self):
        process = self.start_program("detect", "-", stdin=subprocess.PIPE)
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        self.assertEqual(130, process.wait(30))
        for pipe in (process.stdin, process.stdout, process.stderr):
            pipe.close()


if __name__ == "__main__":
    unittest.main()
