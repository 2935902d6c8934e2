#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Where a setting comes from: option over environment over ./tradewind.ini over the user's file over built in."""
import unittest

from program import BUNDLE, ProgramTest, config, picture


def parsed(text):
    """{"run.score": ("0.4", "--score"), ...} of what --print-config prints."""
    values, section, origin = {}, "", ""
    for line in text.splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line.startswith("# from "):
            origin = line[len("# from "):]
        elif "=" in line:
            key, value = line.split("=", 1)
            values[section + "." + key.strip()] = (value.strip(), origin)
    return values


class Precedence(ProgramTest):
    def printed(self, *arguments, **environment):
        return parsed(self.fine("detect", "--print-config", *arguments, environment=environment))

    def test_each_place_wins_over_the_one_below(self):
        def score(*arguments, **environment):
            values = self.printed(*arguments, **environment)
            self.assertEqual(values["run.score"][0] or "0.4", values["meta.score_threshold"][0])
            return values["run.score"]

        self.assertEqual(("", "default"), score())
        self.write("home/.config/tradewind/config.ini", "[run]\nscore = 0.11\n")
        self.assertEqual(("0.11", self.path("home/.config/tradewind/config.ini") + ":2"), score())
        self.write("tradewind.ini", "[run]\nscore = 0.22\n")
        self.assertEqual(("0.22", "./tradewind.ini:2"), score())
        self.assertEqual(("0.33", "TRADEWIND_SCORE"), score(TRADEWIND_SCORE="0.33"))
        self.assertEqual(("0.44", "--score"), score("--score", "0.44", TRADEWIND_SCORE="0.33"))

    def test_the_users_file_follows_xdg(self):
        self.write("elsewhere/tradewind/config.ini", "[run]\nthreads = 1\n")
        values = self.printed(XDG_CONFIG_HOME=self.path("elsewhere"))
        self.assertEqual("1", values["run.threads"][0])

    def test_settings_of_the_model_from_everywhere(self):
        self.assertEqual("bundle the embedded model", self.printed()["meta.nms"][1])
        self.write("tradewind.ini", "[meta]\nnms = fast\n")
        self.assertEqual(("fast", "./tradewind.ini:2"), self.printed()["meta.nms"])
        self.assertEqual(("regular", "--set"), self.printed("--set", "meta.nms=regular")["meta.nms"])

    def test_a_config_with_an_origin_for_every_value(self):
        values = self.printed("--config", config("ssd_mobilenet_v1_300.ini"))
        self.assertEqual(("90", config("ssd_mobilenet_v1_300.ini") + ":6"), values["model.classes"])
        self.assertEqual(("0.6", "default"), values["meta.iou_threshold"])
        self.assertTrue(all(origin for _, origin in values.values()))

    def test_what_is_printed_is_a_config_again(self):
        text = self.fine("detect", "--print-config", "--config", config("ssd_mobilenet_v1_300_075.ini"), "--set", "meta.nms=fast")
        self.write("again.ini", text[text.index("[model]"):])
        first, again = parsed(text), self.printed("--config", "again.ini")
        self.assertEqual({k: v for k, (v, _) in first.items()}, {k: v for k, (v, _) in again.items()})

    def test_bad_values_name_their_place(self):
        self.refused(2, "TRADEWIND_SCORE is '7', but must be a number from 0 to 1", "detect", "x.png", environment={"TRADEWIND_SCORE": "7"})
        self.refused(2, "TRADEWIND_TARGET: run.target is 'gpu'", "detect", "x.png", environment={"TRADEWIND_TARGET": "gpu"})
        self.write("tradewind.ini", "[run]\ntreads = 1\n")
        self.refused(2, "./tradewind.ini:2: there is no setting 'run.treads' (did you mean run.threads or run.streams?)", "detect", "x.png")

    def test_options_do_what_they_say(self):
        def rows(*arguments):
            return self.fine("detect", picture("warehouse_wall.jpg"), *arguments).splitlines()[1:]

        everything = rows()
        scores = [float(line.split()[2]) for line in everything]
        self.assertGreater(len(everything), 15)
        self.assertEqual(sorted(scores, reverse=True), scores)
        self.assertEqual([s for s in scores if s > 0.6], [float(line.split()[2]) for line in rows("--conf", "0.6")])
        self.assertEqual(everything[:3], rows("--max-det", "3"))
        self.assertEqual([line for line in everything if line.split()[1] in ("barcode", "qr_code")], rows("--classes", "2, qr_code"))
        self.assertLess(len(everything), len(rows("--iou", "1")))
        self.assertEqual(everything, rows("--threads", "1"))
        self.assertEqual([line.split()[:2] for line in everything], [line.split()[:2] for line in rows("--target", "reference")])
        self.assertEqual(everything, rows("--model", BUNDLE))


class Colours(ProgramTest):
    def coloured(self, *arguments, **environment):
        return "\x1b[" in self.fine("detect", picture(), *arguments, environment=environment)

    def test_only_on_a_terminal_or_when_asked(self):
        self.assertFalse(self.coloured())
        self.assertTrue(self.coloured("--color", "always"))
        self.assertTrue(self.coloured("--color", "always", NO_COLOR="1"))
        self.assertTrue(self.coloured(CLICOLOR_FORCE="1"))
        self.assertFalse(self.coloured(CLICOLOR_FORCE="1", NO_COLOR="1"))
        self.assertFalse(self.coloured("--color", "never", CLICOLOR_FORCE="1"))


if __name__ == "__main__":
    unittest.main()
