#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Golden activations: recorded by model convert, compared by model verify."""
import json
import os
import re
import struct
import unittest

from program import BUNDLE, FAST_TARGET, ProgramTest, config, picture

# On every target; one that is not built is left out, which standard error says.
VERIFY = ["model", "verify"] + ([] if FAST_TARGET else ["--target", "reference"])

MASK = (1 << 64) - 1
PRIME, START = 0x100000001B3, 0xCBF29CE484222325


def checksum(data):
    """As runtime/weights/checksum.cpp computes it."""
    words = struct.unpack(f"<{(len(data) + 7) // 8}Q", data + b"\0" * (-len(data) % 8))
    lanes = [START + lane for lane in range(8)]
    for i, word in enumerate(words):
        lanes[i % 8] = ((lanes[i % 8] ^ word) * PRIME) & MASK
    whole = ((START ^ len(data)) * PRIME) & MASK
    for lane in lanes:
        whole = ((whole ^ lane) * PRIME) & MASK
    return f"{whole:016x}"


class Golden(ProgramTest):
    def recorded(self, name="g.safetensors", what="picture:300x300", source=BUNDLE, *more):
        self.assertIn("recorded " + os.path.basename(what), self.fine("model", "convert", source, "--record-golden", what, "-o", name, *more))
        return name

    def header(self, name):
        with open(self.path(name), "rb") as file:
            length = struct.unpack("<Q", file.read(8))[0]
            return json.loads(file.read(length)), bytearray(file.read())

    def rewrite(self, name, header, data):
        """With checksums that fit."""
        metadata = header["__metadata__"]
        metadata["data_checksum"], metadata["header_checksum"] = checksum(bytes(data)), "0" * 16
        text = lambda: json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
        metadata["header_checksum"] = checksum(text())
        self.write(name, struct.pack("<Q", len(text())) + text() + bytes(data))

    def test_all_targets_agree(self):
        for what in ("picture:300x300", "picture:97x211", picture("tin.png")):
            name = self.recorded(os.path.basename(what) + ".safetensors", what)
            lines = self.fine(*VERIFY, name).splitlines()
            self.assertEqual(["reference agrees: 70", "cpu agrees: 70"][:1 + FAST_TARGET], [line[:line.index("70") + 2] for line in lines])
            self.assertLess(os.path.getsize(self.path(name)), os.path.getsize(BUNDLE) + (30_000 if ":" in what else 1_000_000))
        self.assertEqual(1, self.fine("model", "verify", name, "--target", "reference").count("\n"))

    def test_networks_that_nobody_trained(self):
        for name in ("ssd_mobilenet_v1_300", "ssd_mobilenet_v1_256_0125", "mobilenet_v1_224"):
            self.fine("model", "new", "--config", config(name + ".ini"), "--weights", "seeded", "-o", name)
            self.recorded(name + ".safetensors", "picture:200x300", name)
            self.assertEqual(1 + FAST_TARGET, self.fine(*VERIFY, name + ".safetensors").count(" agrees: "))

    def test_the_first_value_that_differs_is_named(self):
        header, data = self.header(self.recorded())
        name = "FeatureExtractor/MobilenetV1/Conv2d_4_depthwise"
        at = header[name + "/depthwise_weights"]["data_offsets"][0]
        struct.pack_into("<f", data, at, struct.unpack_from("<f", data, at)[0] + 0.5)
        self.rewrite("changed.safetensors", header, data)
        done = self.run_program(*VERIFY, "changed.safetensors")
        self.assertEqual((4, ""), (done.returncode, done.stderr))
        for line in done.stdout.splitlines():
            self.assertRegex(line, r"^(reference|cpu) differs: " + name + r" \(depthwise_conv2d\): .* is .*, was .*; off by [0-9.e-]+, "
                                   r"allowed [0-9.e-]+; ([0-9]+) of ([0-9]+) values differ, [01] of 1 detection is not found, "
                                   r"[0-9]+ (is|are) found that (was|were) not recorded(; ([0-9]+) more values? (is|are) left out, .*)?$")
            differing, values, left_out = re.search(r"; (\d+) of (\d+) values differ(?:.*; (\d+) more values?)?", line).groups()
            self.assertEqual(70, int(values) + int(left_out or 0))
            self.assertLess(20, int(differing))
            self.assertLess(int(differing), int(values))
        self.assertEqual(1 + FAST_TARGET, done.stdout.count("\n"))

    def test_other_commands_do_not_mind(self):
        name = self.recorded()
        self.assertEqual(self.fine("detect", picture()), self.fine("detect", picture(), "--model", name))
        facts, with_golden = (json.loads(self.fine("model", "info", model, "--json")) for model in (BUNDLE, name))
        self.assertEqual(facts["parameters"], with_golden["parameters"])
        self.assertNotIn("golden", with_golden["provenance"])
        text = self.fine("model", "convert", name, "-o", "copy.safetensors")
        self.assertIn("matched 199; 4 of 4", text)  # no word of unused tensors
        self.assertIn("without the golden activations of the source (--record-golden records new ones)", text)
        self.assertIn("wrote", self.fine("model", "new", "--config", config("ssd_mobilenet_v1_300_025_codes.ini"), "--weights", name, "-o", "new.safetensors"))

    def test_exit_codes(self):
        self.refused(2, "has no golden activations to compare with; record them: tradewind model convert " + BUNDLE +
                     " --record-golden picture:300x300 -o OUT.safetensors", "model", "verify", BUNDLE)
        self.refused(2, "name the bundle", "model", "verify")
        self.refused(5, "none.safetensors", "model", "verify", "none.safetensors")
        name = self.recorded()
        self.refused(2, "there is no target 'cpuu'", "model", "verify", name, "--target", "reference", "--target", "cpuu")
        with open(self.path(name), "rb") as file:
            whole = file.read()
        for place in (100, len(whole) // 2, len(whole) - 3):
            self.write("flipped.safetensors", whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1:])
            self.refused(5, "flipped.safetensors", "model", "verify", "flipped.safetensors")
        header, data = self.header(name)
        golden = json.loads(header["__metadata__"]["golden"])
        golden["values"][4]["samples"] = 10 ** 15
        header["__metadata__"]["golden"] = json.dumps(golden, separators=(",", ":"))
        self.rewrite("odd.safetensors", header, data)
        self.refused(5, "odd.safetensors: the golden activations are damaged: there are too few numbers", "model", "verify", "odd.safetensors")

    def test_pictures_that_cannot_be_recorded(self):
        convert = ("model", "convert", BUNDLE, "-o", "x.safetensors")
        self.refused(2, "a bundle carries up to 1 MB of them", *convert, "--record-golden", picture("warehouse_wall.jpg"))
        self.refused(3, "nothing.png", *convert, "--record-golden", "nothing.png")
        self.refused(3, "a formula picture is written picture:HEIGHTxWIDTH", *convert, "--record-golden", "picture:x")
        self.refused(2, "--target says what computes golden activations: give --record-golden too", *convert, "--target", "reference")
        self.assertFalse(os.path.exists(self.path("x.safetensors")))


if __name__ == "__main__":
    unittest.main()
