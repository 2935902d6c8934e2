#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Inputs that are no pictures, or unusual ones: each bad one is told and recorded, the others are looked at."""
import json
import os
import resource
import shutil
import subprocess
import unittest
import zlib

import pictures
from program import PICTURES, ProgramTest, picture


def one_gigabyte():
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))


class BadInputs(ProgramTest):
    def fails(self, name, message):
        """The input fails with this message, its record says so, and a good picture beside it is still looked at."""
        done = self.run_program("detect", name, picture(), "--save", "jsonl", "-o", "out", "--overwrite")
        self.assertEqual(3, done.returncode, done.stderr)
        self.assertIn(message, done.stderr)
        self.assertIn("1 of 2 inputs failed", done.stderr)
        records = [json.loads(line) for line in self.read("out/detections.jsonl").splitlines()]
        self.assertEqual(["error", "ok"], [r["status"] for r in records])
        self.assertIn(message, records[0]["error"]["message"])
        self.assertTrue(records[0]["error"]["code"].startswith("E_"))
        self.assertEqual("barcode", records[1]["detections"][0]["label"])
        failures = [json.loads(line) for line in self.read("out/failures.jsonl").splitlines()]
        self.assertEqual(records[:1], failures)
        return records[0]["error"]["code"]

    def test_a_missing_file(self):
        self.assertEqual("E_INPUT_UNREADABLE", self.fails("nothing.jpg", "the file cannot be opened: No such file or directory"))

    def test_a_folder_without_pictures(self):
        self.write("empty/readme.txt", "no picture")
        self.fails("empty", "there are no pictures in this folder")

    def test_a_text_named_jpg(self):
        self.write("text.jpg", "hello, I am no picture")
        self.assertEqual("E_NOT_A_PICTURE", self.fails("text.jpg", "this is no picture: it starts with 'hello"))

    def test_an_empty_file(self):
        self.write("zero.png", b"")
        self.fails("zero.png", "the file is empty (0 bytes)")

    def test_truncated_pictures_at_many_lengths(self):
        for name, kind in (("shelf.jpg", "JPEG"), ("board.png", "PNG")):
            with open(picture(name), "rb") as file:
                whole = file.read()
            for part in (0.1, 0.5, 0.9, 0.999):
                self.write("cut-" + name, whole[:int(len(whole) * part)])
                with self.subTest(name=name, part=part):
                    self.assertEqual("E_IMAGE_TRUNCATED", self.fails("cut-" + name, f"the {kind} is truncated: it ends after "))

    def test_headers_that_claim_too_much(self):
        for name, content in (("huge.png", pictures.png_that_claims(40000, 40000)), ("huge.jpg", pictures.jpeg_that_claims(40000, 40000))):
            self.write(name, content)
            self.assertEqual("E_IMAGE_TOO_LARGE", self.fails(name, "the picture is too large: 40000 x 40000 pixels, the limit is "))

    def test_a_damaged_png(self):
        content = bytearray(pictures.png(64, 64))
        content[60] ^= 0x55
        self.write("damaged.png", bytes(content))
        self.assertEqual("E_IMAGE_DAMAGED", self.fails("damaged.png", "the PNG is damaged"))

    def test_a_formula_picture_without_size(self):
        self.fails("picture:12xtwo", "a formula picture is written picture:HEIGHTxWIDTH")
        self.fails("picture:0x10", "a formula picture has sides from 1 to 16384")

    def test_a_list_that_is_missing_empty_or_a_folder(self):
        self.write("list.txt", "\n\n")
        os.mkdir(self.path("folder"))
        self.fails("@nothing.txt", "the list cannot be opened: No such file or directory")
        self.fails("@list.txt", "the list names no picture")
        self.fails("@folder", "the list cannot be read: it is a folder")

    def test_lists_are_read_as_they_are_used(self):
        process = self.start_program("detect", "-", "-o", "-", "--save", "jsonl", stdin=subprocess.PIPE)
        for _ in range(3):
            process.stdin.write(picture() + "\n")
            process.stdin.flush()
            self.assertEqual("ok", json.loads(process.stdout.readline())["status"])
        process.stdin.close()
        self.assertEqual(0, process.wait())

    def test_a_device_is_no_picture(self):
        self.assertEqual("E_NOT_A_PICTURE", self.fails("/dev/zero", "this is a device, no file"))

    def test_a_pipe_is_read_to_its_end(self):
        os.mkfifo(self.path("pipe"))
        process = self.start_program("detect", "pipe", "-o", "-", "--save", "jsonl")
        with open(picture(), "rb") as file, open(self.path("pipe"), "wb") as pipe:
            pipe.write(file.read())
        record = json.loads(process.communicate()[0])
        self.assertEqual(("ok", 1), (record["status"], len(record["detections"])))

    def test_a_link_to_nothing_with_letters_of_a_pattern(self):
        os.symlink("nothing", self.path("a*b.png"))
        self.fails("a*b.png", "the file cannot be opened: No such file or directory")

    def test_a_wide_png_asks_for_no_memory(self):
        self.write("wide.png", pictures.png_that_claims(1, 400_000_000))
        done = self.run_program("detect", "wide.png", "--threads", "1", preexec_fn=one_gigabyte)
        self.assertEqual(3, done.returncode, done.stderr)
        self.assertIn("the picture is too large: 400000000 x 1 pixels", done.stderr)

    def test_texts_that_unpack_to_much_are_passed_over(self):
        text = pictures.chunk(b"zTXt", b"word\0\0" + zlib.compress(bytes(60_000_000), 9))
        png = pictures.png(16, 24)
        self.write("texts.png", png[:33] + text * 30 + png[33:])
        self.assertEqual(0, self.run_program("detect", "texts.png", "--threads", "1", preexec_fn=one_gigabyte).returncode)

    def test_all_bad_is_3_too(self):
        done = self.run_program("detect", "a", "b")
        self.assertEqual((3, ""), (done.returncode, done.stdout))
        self.assertIn("2 of 2 inputs failed", done.stderr)


class UnusualInputs(ProgramTest):
    def test_forms_of_png_and_jpeg(self):
        for form in pictures.CHANNELS:
            for depth in (8, 16):
                self.write(f"{form}{depth}.png", pictures.png(40, 56, form, depth))
        self.write("cmyk.jpg", pictures.CMYK_JPEG)
        self.write("grey.jpg", pictures.GREY_JPEG)
        self.write("dot.png", pictures.png(1, 1))
        names = sorted(n for n in os.listdir(self.folder) if n.endswith(("png", "jpg")))
        self.assertEqual(11, len(names))
        lines = self.fine("detect", *names, "--save", "jsonl", "-o", "-").splitlines()
        records = [json.loads(line) for line in lines]
        self.assertEqual(names, [r["file"] for r in records])
        self.assertEqual([(16, 24), (1, 1)], [(r["height"], r["width"]) for r in records if r["file"] in ("cmyk.jpg", "dot.png")])

    def test_names_of_any_bytes(self):
        names = ["two words.png", "new\nline.png", "tab\there.png", "quote\"'.png", "-dash.png", "*[star.png", "caf\u00e9 \u05e9\u05dc\u05d5\u05dd.png",
                 os.fsdecode(b"invalid \xff\xfe.png"), "n" * 251 + ".png"]
        os.mkdir(self.path("in"))
        for name in names:
            shutil.copy(picture(), os.path.join(self.folder, "in", name))
        done = self.run_program("detect", "in", "--save", "jsonl,csv,coco,json,image", "-o", "out")
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        records = [json.loads(line) for line in self.read("out/detections.jsonl").splitlines()]
        self.assertEqual(len(names), len(records))
        self.assertEqual({1}, {len(r["detections"]) for r in records})
        self.assertEqual({"in/" + n for n in names if n.isprintable() or "\n" in n or "\t" in n} - {"in/" + names[7]},
                         {r["file"] for r in records if "file_bytes" not in r})
        invalid = [r for r in records if "file_bytes" in r]
        self.assertEqual(["in/invalid%20%FF%FE.png"], [r["file_bytes"] for r in invalid])
        self.assertEqual(len(names), sum(n.endswith(".png") for n in os.listdir(self.path("out"))))
        self.assertNotIn("\t", done.stdout)

    def test_a_name_that_looks_like_an_option(self):
        shutil.copy(picture(), self.path("--score.png"))
        self.assertIn("barcode", self.fine("detect", "--", "--score.png"))

    def test_folders_are_searched_sorted_and_below(self):
        for name in ("z.png", "a.png", "sub/deep/m.PNG"):
            self.write(name, b"")
            shutil.copy(picture(), self.path(name))
        self.write("notes.txt", "no picture")
        lines = self.fine("detect", ".", "--save", "jsonl", "-o", "-").splitlines()
        self.assertEqual(["./a.png", "./sub/deep/m.PNG", "./z.png"], [json.loads(line)["file"] for line in lines])

    def test_globs_lists_and_standard_input(self):
        for name in ("a1.png", "a2.png", "b.png"):
            shutil.copy(picture(), self.path(name))
        self.write("list.txt", "a1.png\r\n\nb.png\n")
        files = lambda text: [json.loads(line)["file"] for line in text.splitlines()]
        save = ("--save", "jsonl", "-o", "-")
        self.assertEqual(["a1.png", "a2.png"], files(self.fine("detect", "a?.png", *save)))
        self.assertEqual(["a1.png", "b.png"], files(self.fine("detect", "@list.txt", *save)))
        self.assertEqual(["b.png", "a1.png"], files(self.fine("detect", "-", *save, input="b.png\na1.png\n")))
        done = self.run_program("detect", "-", *save, input="")
        self.assertEqual(3, done.returncode)
        self.assertIn("-: the list names no picture", done.stderr)

    def test_the_pictures_that_come_along(self):
        out = self.fine("detect", PICTURES)
        self.assertIn("barcode", out)
        self.assertEqual(8, len({line.split()[0] for line in out.splitlines()[1:]}))


if __name__ == "__main__":
    unittest.main()
