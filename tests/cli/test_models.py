#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Models: made, converted, looked into; damaged and foreign ones are refused with exit code 5."""
import glob
import json
import math
import os
import shutil
import struct
import unittest

from program import BUNDLE, CONFIGS, ProgramTest, config, picture


def header(path):
    with open(path, "rb") as file:
        length = struct.unpack("<Q", file.read(8))[0]
        return json.loads(file.read(length)), file.read()


class Refusals(ProgramTest):
    def refused_model(self, message, name):
        for command in (["detect", picture(), "--model", name], ["model", "info", name]):
            self.refused(5, message, *command)

    def test_missing_empty_and_foreign_files(self):
        self.refused_model("none.safetensors", "none.safetensors")
        self.write("empty.safetensors", b"")
        self.refused_model("empty.safetensors", "empty.safetensors")
        self.write("text.safetensors", "this is no model at all, but a text that is long enough for a header\n" * 9)
        self.refused_model("text.safetensors", "text.safetensors")
        os.mkdir(self.path("folder"))
        self.refused_model("folder", "folder")
        self.refused_model(picture(), picture())

    def test_truncated_at_many_lengths(self):
        with open(BUNDLE, "rb") as file:
            whole = file.read()
        for length in (1, 7, 8, 9, 500, 20000, len(whole) // 2, len(whole) - 1):
            self.write("cut.safetensors", whole[:length])
            with self.subTest(length=length):
                self.refused(5, "cut.safetensors", "detect", picture(), "--model", "cut.safetensors")

    def test_a_bit_flipped_anywhere(self):
        with open(BUNDLE, "rb") as file:
            whole = file.read()
        places = [0, 3, 8, 20, 1000, 9000] + [len(whole) * i // 11 for i in range(1, 11)] + [len(whole) - 1]
        for place in places:
            damaged = bytearray(whole)
            damaged[place] ^= 0x10
            self.write("flipped.safetensors", bytes(damaged))
            with self.subTest(place=place):
                self.refused(5, "flipped.safetensors", "detect", picture(), "--model", "flipped.safetensors")

    def write_model(self, name, metadata):
        """A container that is no bundle of ours: no checksums, one tensor, and this metadata."""
        text = json.dumps({"__metadata__": metadata, "x": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
        return self.write(name, struct.pack("<Q", len(text)) + text + b"\0\0\0\0")

    def test_configs_in_models_that_say_nothing_sensible(self):
        for config_text, message in (("[model\n", "the config in m.safetensors:1: a section is written [name]"),
                                     ("[model]\nextractor = mobilenet_v1\nflavour = 3\n", "there is no setting 'model.flavour'"),
                                     ("[model]\nextractor = mobilenet_v1\nclasses = -1\n", "model.classes is '-1', but may be 1 to 100000")):
            self.write_model("m.safetensors", {"config": config_text})
            self.refused_model(message, "m.safetensors")
        self.write_model("m.safetensors", {})
        self.refused_model("no config that says of which network: name one with --config FILE.ini --weights m.safetensors", "m.safetensors")

    def test_labels_of_any_length_are_drawn(self):
        self.fine("model", "convert", BUNDLE, "--labels", self.write("labels.txt", "x" * 6_000_000 + "\nbarcode\nd\na\n"), "-o", "m.safetensors")
        self.fine("detect", picture("ticket.png"), "--model", "m.safetensors", "-o", "out", "--save", "image", "-q")

    def test_label_files_that_are_missing(self):
        self.refused(2, "there is no label file names.txt", "detect", picture(), "--set", "model.labels=names.txt")
        self.refused(2, "there is no label file names.txt", "model", "info", BUNDLE, "--set", "model.labels=names.txt")

    def test_weights_of_another_network(self):
        for name in ("ssd_mobilenet_v1_300.ini", "ssd_mobilenet_v1_256_0125_pets.ini"):
            arguments = ("--config", config(name), "--weights", BUNDLE)
            self.refused(5, "the weights do not fit this network: expected ", "detect", picture(), *arguments)
        self.refused(5, "BoxPredictor_0/ClassPredictor/weights: the network needs 1x1x128x18, the file has 1x1x128x15", "detect", picture(), "--set",
                     "model.classes=5")

    def test_an_empty_config_names_no_network(self):
        self.write("empty.ini", "")
        self.refused(2, "no feature extractor is named", "detect", picture(), "--config", "empty.ini", "--weights", BUNDLE)

    def test_a_target_that_is_absent(self):
        if os.path.exists("/dev/nvidiactl") or os.path.exists("/dev/dxg"):
            self.skipTest("this machine has NVIDIA's driver")
        self.refused(6, "--target cpu", "detect", picture(), "--target", "cuda")


class Making(ProgramTest):
    def test_new_and_info(self):
        self.fine("model", "new", "--config", config("ssd_mobilenet_v1_256_0125_pets.ini"), "--weights", "seeded", "-o", "pets.safetensors")
        self.refused(1, "exists already", "model", "new", "--config", config("ssd_mobilenet_v1_256_0125_pets.ini"), "--weights", "seeded", "-o",
                     "pets.safetensors")
        facts = json.loads(self.fine("model", "info", "pets.safetensors", "--json"))
        self.assertEqual((256, 256), (facts["height"], facts["width"]))
        self.assertEqual({"1": "person", "2": "cat", "3": "dog"}, facts["labels"])
        self.assertEqual("0.125", facts["options"]["extractor.depth_multiplier"])
        tensors, _ = header(self.path("pets.safetensors"))
        values = sum(math.prod(t["shape"]) for name, t in tensors.items() if name != "__metadata__")
        self.assertEqual(values, facts["parameters"])
        self.assertIn("person", self.fine("detect", picture(), "--model", "pets.safetensors", "--score", "0", "--classes", "person"))
        facts.pop("peak_memory", None)  # a part of it is what the system says of the process
        for same in (["pets.safetensors"], ["--model", "pets.safetensors"]):
            again = json.loads(self.fine("model", "info", "--json", *same))
            again.pop("peak_memory", None)
            self.assertEqual(facts, again)
        self.assertIn("conv2d", self.fine("model", "info", "pets.safetensors", "--dump"))

    def test_a_bundle_carries_its_preprocessing(self):
        options = json.loads(self.fine("model", "info", BUNDLE, "--json"))["options"]
        self.assertEqual(("rgb", "0.007843138,0.007843138,0.007843138", "1,1,1"),
                         tuple(options["image." + key] for key in ("channel_order", "scale", "mean")))

    def test_a_shipped_config_by_its_name(self):
        for name in ("ssd_mobilenet_v1_300", "ssd_mobilenet_v1_300.ini"):
            self.assertIn("ssd mobilenet_v1 300x300", self.fine("model", "info", "--config", name))
        self.refused(2, "the config cannot be read", "model", "info", "--config", "ssd_mobilenet_v1_3000")

    def test_the_size_that_depends_on_the_picture(self):
        self.assertIn("  keep_aspect, for a picture of 480x640: 600x800\n", self.fine("model", "info", "--config", "faster_rcnn_inception_v2_600"))

    def test_a_config_that_is_named_as_a_model(self):
        for command in (["detect", "x.png", "--model"], ["model", "info"]):
            self.refused(2, "that is a config, which has no weights: use --config ssd_mobilenet_v1_300", *command, "ssd_mobilenet_v1_300")
        self.write("my.ini", "[model]\n")
        self.refused(2, "that is a config, which has no weights: use --config my.ini", "model", "info", "my.ini")

    def test_weights_that_are_no_file(self):
        weights = ("model", "info", "--config", "ssd_mobilenet_v1_300", "--weights")
        for name in ("sedeed", "seded:Net"):
            self.refused(5, name + ": there is no such file (did you mean seeded?)", *weights, name)
        self.refused(5, "none.pb: the model file cannot be opened: No such file", *weights, "none.pb")
        os.mkdir(self.path("folder"))
        for command in (weights, ("model", "info", "--model")):
            self.refused(5, "folder: this is a folder: make a bundle of what is in it with 'tradewind model convert folder -o OUT.safetensors'",
                         *command, "folder")

    def test_a_config_that_does_not_fit_and_one_that_would(self):
        self.refused(5, "ssd_mobilenet_v1_300_025_codes.ini)", "model", "convert", BUNDLE, "--config", "ssd_mobilenet_v1_300", "-o", "x.safetensors")

    def test_an_empty_scope_adds_no_slash(self):
        names = self.fine("model", "trace", "--extractor", "mobilenet_v1", "--set", "extractor.scope=", "--weights", "seeded", "--list")
        self.assertIn("\nConv2d_0  ", names)
        self.assertNotIn("\n/", names)

    def test_convert_keeps_config_labels_and_results(self):
        self.fine("model", "convert", BUNDLE, "-o", "copy.safetensors", "--licence", "none", "--set", "meta.score_threshold=0.6")
        facts = json.loads(self.fine("model", "info", "copy.safetensors", "--json"))
        self.assertEqual("none", facts["provenance"]["licence"])
        self.assertEqual("0.6", facts["options"]["meta.score_threshold"])
        self.assertEqual(self.fine("detect", picture(), "--score", "0.6"), self.fine("detect", picture(), "--model", "copy.safetensors"))
        self.refused(1, "exists already", "model", "convert", BUNDLE, "-o", "copy.safetensors")
        self.refused(5, "known format", "model", "convert", picture(), "-o", "x.safetensors")
        self.refused(5, "none.pb", "model", "convert", "none.pb", "-o", "x.safetensors")
        self.refused(2, "say which file is written: -o OUT.safetensors", "model", "convert", BUNDLE)

    def test_convert_finds_the_config_that_fits(self):
        tensors, data = header(BUNDLE)
        tensors.pop("__metadata__")
        text = json.dumps(tensors).encode()
        text += b" " * (-len(text) % 8)
        self.write("bare.safetensors", struct.pack("<Q", len(text)) + text + data)
        self.assertIn("ssd_mobilenet_v1_300_025_codes.ini, which fits", self.fine("model", "convert", "bare.safetensors", "-o", "found.safetensors"))
        self.assertEqual(self.fine("detect", picture()), self.fine("detect", picture(), "--model", "found.safetensors"))
        name = sorted(tensors)[0]
        tensors[name + "_renamed"] = tensors.pop(name)
        text = json.dumps(tensors).encode()
        self.write("odd.safetensors", struct.pack("<Q", len(text)) + text + data)
        done = self.run_program("model", "convert", "odd.safetensors", "-o", "x.safetensors")
        self.assertRegex(done.stderr, r"none of the \d+ shipped configs fits these weights; give --config \(the nearest is \S*"
                                      r"ssd_mobilenet_v1_300_025_codes\.ini: 198 tensors match; missing 1, of another shape 0, unused 1\)\n$")
        text = json.dumps({"x": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
        self.write("odd.safetensors", struct.pack("<Q", len(text)) + text + b"\0\0\0\0")
        done = self.run_program("model", "convert", "odd.safetensors", "-o", "x.safetensors")
        self.assertRegex(done.stderr, r"none of the \d+ shipped configs fits these weights; give --config\n$")

    def test_convert_with_labels(self):
        self.write("labels.txt", "1\tone\n2\ttwo\n")
        self.fine("model", "convert", BUNDLE, "--labels", "labels.txt", "-o", "named.safetensors")
        self.assertEqual({"1": "one", "2": "two"}, json.loads(self.fine("model", "info", "named.safetensors", "--json"))["labels"])
        self.refused(2, "none.txt: the label file cannot be read", "model", "convert", BUNDLE, "--labels", "none.txt", "-o", "x.safetensors")

    def test_trace(self):
        names = dict(line.split("  ") for line in self.fine("model", "trace", "--list").splitlines())
        self.assertEqual("1917x4", names["anchors"])
        self.assertEqual("300x300x3", names["preprocessed"])
        self.fine("model", "trace", "picture:300x300", "-o", "values.safetensors", "--value", "anchors", "--value", "feature_map_*", "--target", "reference")
        tensors, data = header(self.path("values.safetensors"))
        tensors.pop("__metadata__", None)
        self.assertEqual(["anchors"] + [f"feature_map_{i}" for i in range(6)], sorted(tensors))
        self.assertEqual([1917, 4], tensors["anchors"]["shape"])
        self.assertEqual(max(t["data_offsets"][1] for t in tensors.values()), len(data))
        self.refused(2, "no value of the network is called 'anchor' (did you mean anchors", "model", "trace", "picture:64x64", "-o", "x", "--value", "anchor",
                     "--target", "reference")
        self.refused(3, "nothing.png", "model", "trace", "nothing.png", "-o", "x", "--target", "reference")


class Surroundings(ProgramTest):
    def test_lists(self):
        listed = self.fine("model", "list")
        for name in sorted(os.listdir(CONFIGS)):
            if name.endswith(".ini"):
                self.assertIn(name.removesuffix(".ini"), listed)
        plugins = {p["name"]: p for p in json.loads(self.fine("plugin", "list", "--json"))}
        self.assertEqual([], [n for n, p in plugins.items() if p["refusal"]])
        sources = os.path.dirname(os.path.abspath(CONFIGS))
        built = [os.path.basename(path) for path in glob.glob(f"{sources}/plugins/*") + glob.glob(f"{sources}/meta_archs/*")
                 if glob.glob(f"{path}/meson.build")]
        self.assertIn("mobilenet_v1", built)
        self.assertEqual(sorted(built), sorted(plugins))
        self.assertIn("depth_multiplier = 1.0", self.fine("plugin", "info", "mobilenet_v1"))
        self.assertIn("score_threshold", self.fine("plugin", "info", "org.tradewind.ssd"))
        for name, stage in (("ssd", "not needed of the feature extractor"), ("faster_rcnn", "needed of the feature extractor"),
                            ("rfcn", "not needed of the feature extractor"), ("inception_v2", "has one")):
            self.assertIn(f"\nsecond stage  {stage}\n", self.fine("plugin", "info", name))

    def test_doctor(self):
        text = self.fine("doctor")
        for part in ("targets\n", "reference", "cuda", "plugin folders", "mobilenet_v1", "configs and models"):
            self.assertIn(part, text)

    def test_a_plugin_folder_that_others_may_write_is_refused(self):
        shutil.copytree(os.path.dirname(json.loads(self.fine("plugin", "list", "--json"))[0]["library"]), self.path("mine"))
        os.chmod(self.path("mine"), 0o777)
        refusals = [p["refusal"] for p in json.loads(self.fine("plugin", "list", "--json", "--plugin-dir", "mine")) if "mine" in p["library"]]
        self.assertEqual(1, len(refusals))
        self.assertIn("not loaded", refusals[0])

    def test_a_refused_plugin_is_not_called_absent(self):
        os.makedirs(self.path("mine/broken"))
        with open(self.path("mine/broken/broken.plugin"), "w") as manifest:
            manifest.write("[plugin]\nlibrary = /elsewhere/x.so\n")
        self.refused(5, "library must be a file name beside the manifest", "plugin", "info", "broken", "--plugin-dir", "mine")

    def test_no_plugin_comes_from_the_current_folder(self):
        shutil.copytree(os.path.dirname(json.loads(self.fine("plugin", "list", "--json"))[0]["library"]), self.path("plugins"))
        self.assertNotIn(self.folder, self.fine("plugin", "list", "--json"))


if __name__ == "__main__":
    unittest.main()
