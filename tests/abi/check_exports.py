#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Plugins export one symbol, need no library of ours, and lie beside their manifest: check_exports.py BUILD"""
import glob
import os
import subprocess
import sys
import unittest

BUILD = sys.argv[1]
PLUGINS = sorted(path for folder in ("plugins", "meta_archs") for path in glob.glob(f"{BUILD}/{folder}/*/*.so"))


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


class Exports(unittest.TestCase):
    def test_the_plugins_are_there(self):
        names = [os.path.basename(path) for path in PLUGINS]
        self.assertIn("mobilenet_v1.so", names)
        self.assertIn("ssd.so", names)

    def test_exactly_one_symbol_is_exported(self):
        for path in PLUGINS:
            symbols = [line.split()[-1] for line in output("nm", "-D", "--defined-only", path).splitlines()]
            self.assertEqual(["tradewind_plugin_v0"], symbols, path)

    def test_they_need_nothing_of_ours(self):
        for path in PLUGINS:
            needed = [line for line in output("readelf", "-d", path).splitlines() if "NEEDED" in line]
            self.assertTrue(needed, path)
            self.assertFalse([line for line in needed if "tradewind" in line], path)

    def test_each_is_marked_and_has_its_manifest(self):
        for path in PLUGINS:
            self.assertIn("twabi0", output("readelf", "-SW", path), path)
            self.assertTrue(os.path.exists(path[:-3] + ".plugin"), path)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
