# SPDX-License-Identifier: Apache-2.0
"""tradewind study report: the page is whole, says everything, loads nothing, and trusts no name."""
import html.parser
import json
import os
import re
import sys
import unittest
import xml.etree.ElementTree as tree

from program import BUILD, SOURCE, ProgramTest

sys.path.insert(0, os.path.join(SOURCE, "tests", "study"))
import made_up_results  # noqa: E402

HAVE_D3 = os.path.exists(os.path.join(BUILD, "runtime", "study", "report", "d3.min.js"))
VOID = {"meta", "link", "br", "img", "input", "hr"}
LABELS = {"ssd": "SSD", "rfcn": "R-FCN", "faster_rcnn": "Faster R-CNN", "mobilenet_v1": "MobileNet", "vgg": "VGG-16",
          "resnet_v1": "ResNet-101", "inception_v2": "Inception V2", "inception_v3": "Inception V3",
          "inception_resnet_v2": "Inception-ResNet V2"}


class Page(html.parser.HTMLParser):
    """Tags with their attributes, texts of table rows, sentences; complains of tags that do not close."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.rows, self.sentences, self.problems = [], [], [], [], []
        self.feed(text)
        self.close()
        self.problems += [f"<{tag}> is not closed" for tag in self.open]

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag in VOID:
            return
        self.open.append(tag)
        if tag == "tr":
            self.rows.append((dict(attributes).get("class", ""), []))
        if tag in ("td", "th"):
            self.rows[-1][1].append("")
        if tag == "p":
            self.sentences.append("")

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.problems.append(f"</{tag}> at {self.getpos()}, open are {self.open[-3:]}")

    def handle_data(self, data):
        if self.open and self.open[-1] in ("td", "th"):
            self.rows[-1][1][-1] += data
        if self.open and self.open[-1] == "p":
            self.sentences[-1] += data

    def names(self, name):
        return [attributes for tag, attributes in self.tags if tag == name]


def expected_name(result):
    c = result["configuration"]
    name = f"{LABELS[c['meta']]} {LABELS[c['extractor']]}, {c['size']}"
    if c["proposals"] and c["extractor"] in ("resnet_v1", "inception_resnet_v2"):  # measured at two strides
        name += f", stride {c['output_stride']}"
    return name + (f", {c['proposals']} proposals" if c["proposals"] else "")


class Report(ProgramTest):
    def page(self, results, *more):
        self.write("results.jsonl", made_up_results.lines(results))
        self.fine("study", "report", "results.jsonl", "-o", "report.html", "--overwrite", *more)
        self.text = self.read("report.html")
        page = Page(self.text)
        self.assertEqual([], page.problems)
        return page

    def said(self, page):
        return "\n".join(page.sentences)

    def check_self_contained(self, page):
        for tag, attributes in page.tags:
            for name, value in attributes.items():
                self.assertFalse(name.startswith("on"), (tag, name))
                if name in ("src", "srcset", "data", "action", "xlink:href"):
                    self.fail((tag, name, value))
                if name == "href":
                    self.assertTrue(value.startswith("#"), (tag, value))
        style = re.search(r"<style>(.*?)</style>", self.text, re.S).group(1)
        self.assertNotIn("@import", style)
        self.assertEqual(["#arrow"], re.findall(r"url\(([^)]*)\)", style))
        self.assertEqual(2 if HAVE_D3 else 0, len(page.names("script")))

    def check_drawings(self):
        drawings = re.findall(r"<svg.*?</svg>", self.text, re.S)
        self.assertGreater(len(drawings), 5)
        for drawing in drawings:
            tree.fromstring(drawing)
            self.assertNotRegex(drawing, r"\b(nan|inf)\b")

    def test_cells_that_cannot_be_are_of_no_machine(self):
        empty = dict(made_up_results.unable("ssd", "vgg", "16", "impossible", "it cannot be"), versions={},
                     machine={"cpu": "", "system": "", "cores": 0, "memory_bytes": 0})
        page = self.page([made_up_results.result("ssd", "vgg", "16", 300), empty])
        self.assertNotIn("machines or builds", self.text)
        self.assertNotIn("[A]", self.text)

    def test_swept_settings_are_named(self):
        results = []
        for threshold in ("0.3", "0.01"):
            one = made_up_results.result("ssd", "vgg", "16", 300)
            one["configuration"]["config"] = "ssd_vgg16_300"
            one["configuration"]["settings"]["meta.score_threshold"] = threshold
            results.append(dict(one, key="key" + threshold))
        self.page(results)
        for threshold in ("0.3", "0.01"):
            self.assertIn(f"SSD VGG-16, 300, meta.score_threshold {threshold}<", self.text)
        self.assertNotIn("(key0", self.text)

    def test_disturbed_results(self):
        calm, disturbed = made_up_results.result("ssd", "vgg", "16", 300), made_up_results.result("ssd", "mobilenet_v1", "", 300)
        disturbed.update(rounds_ms=[20, 40], rounds_waited_ms=[1, 5])
        page = self.page([calm, disturbed])
        self.assertTrue(any("1 was disturbed" in sentence for sentence in page.sentences), page.sentences[:2])
        self.assertTrue(any("10" in row[1] and any("to 40)" in cell for cell in row[1]) for row in page.rows), page.rows[:6])

    def test_a_study_that_is_not_finished(self):
        results = [made_up_results.result("ssd", "vgg", "16", 300), made_up_results.result("ssd", "vgg", "16", 600)]
        self.write("s/results.jsonl", made_up_results.lines(results))
        cells = [{"key": results[0]["key"], "grid": "", "label": ""}, {"key": "other", "grid": "", "label": ""}]
        self.write("s/study.json", json.dumps({"schema": "tradewind-study-1", "name": "s", "file": "s.ini", "cells": cells}))
        said = self.fine("study", "report", "s", "-o", "s.html")
        self.assertIn("note: Of 2 cells of the study, 1 have no result yet.", said)
        self.assertIn("1 result of an earlier grid is left out", said)
        self.assertIn("Of 2 cells of the study, 1 have no result yet.", self.read("s.html"))

    def test_everything_is_there(self):
        results = made_up_results.results()
        page = self.page(results, "--published", "--title", "All & <everything>")
        self.check_self_contained(page)
        self.check_drawings()
        self.assertLess(len(self.text.encode()), 2_000_000)
        self.assertIn("<title>All &amp; &lt;everything&gt;</title>", self.text)
        names = [row[1][0] for row in page.rows]
        for result in results:
            if result["status"] == "ok":
                self.assertIn(expected_name(result), names)
        for number in range(2, 11):
            self.assertEqual(1, sum(a.get("id") == f"figure-{number}" for a in page.names("section")))
        self.assertEqual([], [a["id"] for a in page.names("section") if "absent" in a.get("class", "")])
        for result in results[-2:]:
            self.assertIn(result["error"], [row[1][-1] for row in page.rows])
        self.assertIn("0123456789ab", self.text)
        self.assertIn("measured on other machines", self.text)
        self.assertIn("R-FCN: 16 of 16 flat", self.said(page))
        self.assertIn("Faster R-CNN: 16 of 16 linear", self.said(page))

    def test_the_same_results_make_the_same_page(self):
        self.page(made_up_results.results())
        first = self.text
        self.page(made_up_results.results())
        self.assertEqual(first, self.text)

    def test_published_points_are_drawn_only_when_asked_for(self):
        results = made_up_results.results()[:30]
        self.page(results)
        self.assertNotIn("Titan", self.text)
        page = self.page(results, "--published")
        self.assertIn("Titan", self.text)
        hollow = re.findall(r'<path class="mark [^"]*hollow"[^>]*><title>Published: ([^\n]*)\n', self.text)
        self.assertIn("R-FCN ResNet-101 (rfcn_resnet101_coco)", hollow)
        self.assertIn("Hollow points are published figures", self.said(page))
        self.assertIn("Published: half the resolution takes 27.4 % less time", self.said(page))

    def test_without_accuracy_figures_say_so(self):
        page = self.page(made_up_results.results(accurate=False))
        self.check_drawings()
        absent = sorted(a["id"] for a in page.names("section") if "absent" in a.get("class", ""))
        self.assertEqual(["figure-10", "figure-2", "figure-3", "figure-4"], absent)
        said = self.said(page)
        self.assertIn("None of the 140 measured results has an accuracy (the weights are seeded, not trained)", said)
        self.assertIn("the optimality frontier, is left out", said)
        self.assertIn("none is greyed", said)
        self.assertEqual([], [row for row in page.rows if row[0] == "faded"])
        self.assertNotIn('class="line frontier', self.text)

    def test_some_without_accuracy_are_counted(self):
        some = [made_up_results.result("ssd", "vgg", "16", 300), made_up_results.result("ssd", "vgg", "16", 600, accurate=False)]
        self.assertIn("1 of the 2 measured results has no accuracy", self.said(self.page(some)))

    def small_set(self):
        """Four detectors whose third is slower and worse than the second."""
        made = []
        for extractor, time, ap in (("mobilenet_v1", 20, 0.2), ("inception_v2", 40, 0.3), ("inception_v3", 50, 0.25), ("vgg", 90, 0.35)):
            one = made_up_results.result("ssd", extractor, "16" if extractor == "vgg" else "", 300)
            one["time_ms"]["total"] = made_up_results.time(time)
            one["accuracy"] = made_up_results.accuracy(ap)
            made.append(one)
        return made

    def test_the_frontier_is_named_and_what_is_dominated_is_grey(self):
        page = self.page(self.small_set())
        self.assertEqual(["SSD Inception V3, 300"], [row[1][0] for row in page.rows if row[0] == "faded"])
        self.assertIn("3 detectors are on the frontier", self.said(page))
        self.assertEqual(1, len(re.findall(r'<path class="line frontier" d="M[^H"]*"/>', self.text)))

    def test_machines_are_kept_apart(self):
        some = self.small_set()
        other = [dict(one, machine=dict(one["machine"], cpu="Another CPU")) for one in some[2:3]]
        page = self.page(some[:2] + other)
        self.assertEqual([], [row for row in page.rows if row[0] == "faded"])
        self.assertIn("2 machines or builds", self.said(page))
        names = [row[1][0] for row in page.rows]
        self.assertIn("SSD Inception V2, 300 [A]", names)
        self.assertIn("SSD Inception V3, 300 [B]", names)
        self.assertIn("Another CPU", self.text)

    def test_hostile_names_stay_text(self):
        hostile = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
        results = self.small_set()[:2] + [made_up_results.unable("ssd", "vgg", "16", "failed", hostile)]
        for place in ("meta", "extractor", "config", "weights", "target", "precision"):
            results[0]["configuration"][place] = hostile + place
        for place in ("key", "inputs", "accuracy_note"):
            results[0][place] = hostile + place
        results[0]["configuration"]["settings"] = {hostile: hostile}
        results[0]["machine"] = dict(results[0]["machine"], cpu=hostile + "cpu", system=hostile)
        results[0]["versions"] = {"tradewind": hostile, "commit": hostile, hostile: hostile}
        results[0]["accuracy"]["numbers"][hostile] = 0.5
        page = self.page(results, "--title", hostile)
        self.check_self_contained(page)
        self.check_drawings()
        self.assertEqual([], page.names("img"))
        cells = "\n".join(cell for row in page.rows for cell in row[1])
        for place in ("meta", "extractor", "weights", "inputs", "cpu"):
            self.assertIn(hostile + place, cells)

    def test_numbers_without_sense_do_not_break_the_drawing(self):
        results = self.small_set()
        results[0]["time_ms"]["total"].update(low=-5, high=1e300, p90=-1)
        results[1]["time_ms"]["total"]["median"] = 1e300
        results[2]["time_ms"]["total"]["median"] = -3
        results[3]["accuracy"]["numbers"] = {"AP": -1, "APs": 7}
        results[3]["memory"]["peak_bytes"] = -1
        self.page(results)
        self.check_drawings()

    def test_folders_and_several_files(self):
        made = made_up_results.results()
        self.write("one/results.jsonl", made_up_results.lines(made[:5]))
        self.write("more.jsonl", made_up_results.lines(made[3:8]) + "\n")  # two stand twice
        self.assertIn("8 results,", self.fine("study", "report", "one", "more.jsonl", "-o", "report.html"))

    def test_a_cell_that_failed_and_was_measured_later_is_measured(self):
        ok = self.small_set()[0]
        failed = dict(ok, status="failed", error="too little memory", time_ms={})
        for lines in ([failed, ok], [ok, failed]):
            page = self.page(lines + self.small_set()[1:2])
            self.assertNotIn("too little memory", self.text)
            self.assertIn("SSD MobileNet, 300", [row[1][0] for row in page.rows])

    def test_without_d3_the_page_stands_still(self):
        self.assertEqual(HAVE_D3, "without interaction" not in self.fine_output())

    def fine_output(self):
        self.write("results.jsonl", made_up_results.lines(self.small_set()))
        return self.fine("study", "report", "results.jsonl", "-o", "report.html", "--overwrite")

    def test_bad_input(self):
        def report(*arguments):
            return ("study", "report", *arguments, "-o", "report.html")
        self.refused(2, "name results", *report())
        self.refused(2, "-o REPORT.html", "study", "report", "results.jsonl")
        self.refused(3, "none.jsonl: the results cannot be read: No such file", *report("none.jsonl"))
        self.write("empty.jsonl", "\n")
        self.refused(2, "empty.jsonl: there are no results", *report("empty.jsonl"))
        os.mkdir(self.path("folder"))
        self.refused(3, "folder: the folder has no results.jsonl", *report("folder"))
        good = made_up_results.lines(self.small_set()[:2])
        self.write("torn.jsonl", good + good[:300])
        self.refused(2, "torn.jsonl:3: this is no result", *report("torn.jsonl"))
        self.refused(2, "the line has no end: if a study was killed, run it again", *report("torn.jsonl"))
        self.write("broken.jsonl", good[:300] + "\n" + good)
        self.refused(2, "broken.jsonl:1: this is no result", *report("broken.jsonl"))
        self.write("mixed.jsonl", good + '{"schema": "tradewind-result-9"}\n')
        self.refused(2, 'mixed.jsonl:3: this is no result: it has no "schema":"tradewind-result-1"', *report("mixed.jsonl"))
        self.assertFalse(os.path.exists(self.path("report.html")))
        self.write("results.jsonl", good)
        self.write("report.html", "mine")
        self.refused(1, "report.html: the file exists already; give --overwrite", *report("results.jsonl"))
        self.assertEqual("mine", self.read("report.html"))


if __name__ == "__main__":
    unittest.main()
