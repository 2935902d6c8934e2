#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Any feature extractor under any meta-architecture, by name."""
import json
import os
import unittest

from program import ProgramTest

SOURCE = os.environ["TRADEWIND_SOURCE"]


def components(folder):
    return sorted(name for name in os.listdir(f"{SOURCE}/{folder}") if os.path.exists(f"{SOURCE}/{folder}/{name}/meson.build"))


class Pairs(ProgramTest):
    # Small pictures and few proposals: what is tested is that the pair runs.
    small = ["--weights", "seeded", "--score", "0", "--max-detections", "5", "-o", "-", "--save", "jsonl"]
    two_stage = ["--set", "image.resize=keep_aspect", "--set", "image.min_side=160", "--set", "meta.proposals=7"]

    def detect(self, meta, extractor, *settings):
        line = self.fine("detect", "picture:200x260", "--meta", meta, "--extractor", extractor, *settings, *self.small)
        return json.loads(line.splitlines()[0])["detections"]

    def test_every_pair_detects(self):
        extractors, metas = components("plugins"), components("meta_archs")
        self.assertEqual((6, 3), (len(extractors), len(metas)))
        for meta in metas:
            for extractor in extractors:
                with self.subTest(meta=meta, extractor=extractor):
                    settings = self.two_stage if meta != "ssd" else ["--set", "image.size=160"]
                    found = self.detect(meta, extractor, *settings)
                    self.assertEqual(5, len(found))
                    self.assertTrue(all(0 < d["score"] <= 1 for d in found))

    def test_any_number_of_regions(self):
        """Large products, whose kernels take weights in other orders for other numbers of rows."""
        for proposals in (1, 65, 130):
            found = self.detect("faster_rcnn", "vgg", "--set", "image.resize=keep_aspect", "--set", "image.min_side=96",
                                "--set", f"meta.proposals={proposals}")
            self.assertEqual(5, len(found), proposals)

    def test_what_a_config_says_can_be_changed_for_any_pair(self):
        one = self.detect("rfcn", "mobilenet_v1", *self.two_stage)
        other = self.detect("rfcn", "mobilenet_v1", *self.two_stage, "--set", "meta.bins=5", "--set", "meta.crop=10")
        self.assertNotEqual(one, other)
        self.refused(2, "cannot be divided", "detect", "picture:200x260", "--meta", "rfcn", "--extractor", "mobilenet_v1", *self.two_stage,
                     "--set", "meta.bins=5", "--set", "meta.crop=12", *self.small)


if __name__ == "__main__":
    unittest.main()
