#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Wrong words on the command line: exit code 2, one line, the nearest names, at once."""
import re
import time
import unittest

from program import BUNDLE, ProgramTest, config, picture

COMMANDS = ["detect", "model list", "model info", "model convert", "model new", "model trace", "model verify", "study", "study report", "plugin list", "plugin info", "doctor", "version",
            "help"]


class Usage(ProgramTest):
    def usage(self, message, *arguments):
        self.refused(2, message, *arguments)

    def test_unknown_options_with_near_misses(self):
        self.usage("there is no option '--scroe' (did you mean --score?)", "detect", "x.png", "--scroe", "0.5")
        self.usage("there is no option '--overwite' (did you mean --overwrite?)", "detect", "x.png", "--overwite")
        self.usage("there is no option '--zzzzzzzz'; --help lists all", "detect", "x.png", "--zzzzzzzz")
        self.usage("there is no option '--foo'; --help lists all", "detect", "x.png", "--foo")
        self.usage("there is no option '--scor'", "detect", "x.png", "--scor", "0.5")
        for command in COMMANDS:
            if command != "help":
                self.usage("there is no option '--zzzzzzzz'", *command.split(), "--zzzzzzzz")

    def test_unknown_commands_with_near_misses(self):
        self.usage("there is no command 'detct' (did you mean detect?)", "detct", "x.png")
        self.usage("'model' has no command 'covert' (did you mean convert?)", "model", "covert")
        self.usage("there is no command 'modle'", "help", "modle")

    def test_values_out_of_range(self):
        for option in ("--score", "--conf", "--iou"):
            for value in ("1.01", "-0.1", "nan", "x", "1e99"):
                self.usage(f"is '{value}', but must be a number from 0 to 1", "detect", "x.png", option, value)
        for value in ("0", "10001", "1.5"):
            self.usage("--max-detections is", "detect", "x.png", "--max-det", value)
        for value in ("-1", "1025", "many"):
            self.usage(f"--threads: run.threads is '{value}'", "detect", "x.png", "--threads", value)
        self.usage("--target: run.target is 'cpuu', but may be auto, cpu, reference, cuda, cuda:N, cuda:0,1 or cuda:all", "detect", "x.png", "--target", "cpuu")
        self.usage("--color: run.color is 'alwys', but may be auto, always or never", "detect", "x.png", "--color", "alwys")

    def test_missing_surplus_and_repeated_values(self):
        self.usage("--score needs a value", "detect", "x.png", "--score")
        self.usage("--overwrite takes no value", "detect", "x.png", "--overwrite=3")
        self.usage("--score is given twice", "detect", "x.png", "--score", "0.1", "--conf", "0.2")
        self.usage("'b' is one argument too many", "model", "convert", "a", "b")
        self.usage("no input is named", "detect")

    def test_combinations_that_make_no_sense(self):
        self.usage("--model names a bundle with its own config", "detect", "x.png", "--model", "m", "--config", "c")
        self.usage("--config and --meta/--extractor both name the network", "detect", "x.png", "--config", "c", "--extractor", "e")
        self.usage("--meta needs a feature extractor", "detect", "x.png", "--meta", "ssd")
        self.usage("--weights needs a network", "detect", "x.png", "--weights", "w")
        self.usage("-o - takes exactly one of", "detect", "x.png", "-o", "-", "--save", "json,csv")
        self.usage("-o - takes exactly one of", "detect", "x.png", "-o", "-", "--save", "image")
        self.usage("-o - needs --save", "detect", "x.png", "-o", "-")

    def test_unknown_names_with_near_misses(self):
        self.usage("--save knows no format 'jsnl'; it may be any of image, jsonl, json, coco, csv", "detect", "x.png", "--save", "jsnl")
        self.usage("the model has no class 'qr_cod' (did you mean qr_code?)", "detect", picture(), "--classes", "barcode,qr_cod")
        self.usage("--classes names class 5, but the model has classes 1 to 4", "detect", picture(), "--classes", "5")
        seeded = ("--weights", "seeded")
        self.usage("there is no feature extractor 'mobilnet_v1' (did you mean mobilenet_v1?)", "detect", "x.png", "--meta", "ssd", "--extractor", "mobilnet_v1", *seeded)
        self.usage("there is no meta-architecture 'sdd' (did you mean ssd?)", "detect", "x.png", "--meta", "sdd", "--extractor", "mobilenet_v1", *seeded)
        self.usage("there is no plugin 'ssdd' (did you mean ssd?)", "plugin", "info", "ssdd")

    def test_settings_of_the_model(self):
        check = lambda message, pair: self.usage(message, "detect", picture(), "--set", pair)
        check("--set: ssd has no setting 'meta.score_treshold' (did you mean meta.score_threshold?)", "meta.score_treshold=1")
        check("--set: ssd has no setting 'meta.foo'; 'tradewind plugin info ssd' lists those it has", "meta.foo=1")
        check("--set: mobilenet_v1 has no setting 'extractor.dept' (did you mean extractor.depth_multiplier or extractor.min_depth?)", "extractor.dept=1")
        check("--set: there is no setting 'image.flavour'; 'tradewind help config' lists those of every section", "image.flavour=1")
        check("--set: there is no section 'mta' (did you mean meta?)", "mta.nms=fast")
        check("--set: meta.iou_threshold is '7', but may be 0 to 1", "meta.iou_threshold=7")
        check("--set: meta.nms is 'fats', but may be regular or fast", "meta.nms=fats")
        check("--set: image.channel_order is 'xyz', but may be rgb or bgr", "image.channel_order=xyz")
        check("--set: image.size is 'abc', but is a side from 1 to 16384, or HxW", "image.size=abc")
        check("--set is 'nms', but must be section.key=value", "nms")
        check("need one number for each of the 3 channels", "image.scale=1,2")
        check("its taps are Conv2d_1_pointwise", "meta.feature_maps=nowhere")

    def test_a_network_without_weights_or_without_boxes(self):
        self.usage("this network has no weights", "detect", picture(), "--meta", "ssd", "--extractor", "mobilenet_v1")
        done = self.run_program("detect", picture(), "--config", config("mobilenet_v1_224.ini"), "--weights", "seeded")
        self.assertEqual(2, done.returncode)
        self.assertIn("this model is a feature extractor alone", done.stderr)

    def test_configs_that_cannot_be_read(self):
        self.usage("the config cannot be read: No such file or directory", "detect", "x.png", "--config", "none.ini")
        self.usage("ssd_mobilenet_v1_30: the config cannot be read: No such file or directory (did you mean ssd_mobilenet_v1_300",
                   "model", "info", "--config", "ssd_mobilenet_v1_30")
        self.usage("'tradewind model list' shows those that come along", "detect", "x.png", "--config", "zzzz")
        self.usage("the config cannot be read: it is a folder", "detect", "x.png", "--config", "home")
        self.write("bad.ini", "[model]\nextractor = mobilenet_v1\nextractor = vgg\n")
        self.usage("bad.ini:3: model.extractor is set twice, first at bad.ini:2", "detect", "x.png", "--config", "bad.ini")
        self.write("odd.ini", "[model]\nextractor = mobilenet_v1\nclases = 3\n")
        self.usage("odd.ini:3: there is no setting 'model.clases' (did you mean model.classes", "detect", "x.png", "--config", "odd.ini")

    def test_what_is_on_the_command_line_comes_before_what_is_in_files(self):
        self.usage("--score is '7'", "detect", "none.png", "--model", "/nonexistent", "--score", "7")
        self.usage("--save knows no format", "detect", "none.png", "--model", "/nonexistent", "--save", "xml")

    def test_usage_errors_come_within_50_ms(self):
        for arguments in (["detect", "x", "--scroe", "1"], ["detect", "x", "--score", "7"], ["detect", "x", "--set", "meta.nsm=fast"]):
            times = []
            for _ in range(7):
                start = time.perf_counter()
                self.assertEqual(2, self.run_program(*arguments).returncode)
                times.append(time.perf_counter() - start)
            self.assertLess(min(times), 0.050, arguments)


class Help(ProgramTest):
    def test_help_in_every_form(self):
        overview = self.fine("help")
        self.assertEqual(overview, self.fine("--help"))
        self.assertEqual(overview, self.fine())
        for command in COMMANDS:
            self.assertIn("\n  " + command + " ", overview)
            text = self.fine("help", *command.split())
            self.assertIn("usage: tradewind " + command, text)
            if command != "help":
                self.assertEqual(text, self.fine(*command.split(), "--help"))

    def test_every_option_in_a_help_text_is_known(self):
        for command in COMMANDS:
            if command == "help":
                continue
            for option in set(re.findall(r"--[a-z][a-z-]+", self.fine("help", *command.split()))):
                done = self.run_program(*command.split(), option + "=\x01", "--zzzzzzzz")
                self.assertNotIn(f"'{option}'", done.stderr, command)

    def test_versions(self):
        self.assertRegex(self.fine("version"), r"^tradewind \d+\.\d+\.\d+ \(\S+\), plugin ABI \d+\.\d+\n$")
        self.assertEqual(self.fine("version"), self.fine("--version"))

    def test_the_reference_of_configs_is_up_to_date(self):
        with open(config("README.md"), encoding="utf-8") as file:
            self.assertEqual(file.read(), self.fine("help", "config"), "configs/README.md: write it again with 'tradewind help config'")


if __name__ == "__main__":
    unittest.main()
