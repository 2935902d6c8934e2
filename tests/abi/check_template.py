#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The template builds outside of the tree against an installed SDK, and our host describes it:
check_template.py BUILD DESCRIBE MESON"""
import glob
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

BUILD, DESCRIBE, MESON = sys.argv[1:4]


def run(*command, **more):
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)
    if result.returncode:
        raise AssertionError(f"{' '.join(command)} ended with {result.returncode}:\n{result.stdout}")
    return result.stdout


class Template(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = tempfile.mkdtemp(prefix="tradewind-template-")
        cls.installed = os.path.join(cls.root, "installed")
        run(MESON, "install", "-C", BUILD, "--no-rebuild", "--quiet", "--destdir", cls.installed)
        cls.pkgconfig = os.path.dirname(cls.find("tradewind-plugin.pc"))
        cls.move_prefix(os.path.join(cls.pkgconfig, "tradewind-plugin.pc"))

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.root)

    @classmethod
    def find(cls, name):
        found = glob.glob(f"{cls.installed}/**/{name}", recursive=True)
        assert len(found) == 1, f"{name} is installed {len(found)} times"
        return found[0]

    @classmethod
    def move_prefix(cls, path):
        """An SDK that was installed below another root says so in its first line."""
        with open(path, encoding="utf-8") as file:
            lines = file.read().splitlines()
        lines = ["prefix=" + cls.installed + line[7:] if line.startswith("prefix=") else line for line in lines]
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")

    def build(self, name, compiler=None):
        """A copy of the installed template, built as an author would."""
        source = os.path.join(self.root, name)
        shutil.copytree(os.path.dirname(self.find("tiny.cpp")), source)
        environment = dict(os.environ, **({"CXX": compiler} if compiler else {}))
        run(MESON, "setup", "build", "--pkg-config-path", self.pkgconfig, cwd=source, env=environment)
        run(MESON, "compile", "-C", "build", cwd=source)
        return os.path.join(source, "build")

    def described(self, folder, *names):
        return run(DESCRIBE, folder, *names)

    def check(self, folder):
        symbols = run("nm", "-D", "--defined-only", f"{folder}/tiny.so").split("\n")
        self.assertEqual(["tradewind_plugin_v0"], [line.split()[-1] for line in symbols if line])
        self.assertEqual("block3 1x38x38x64 stride 8\nblock4 1x19x19x128 stride 16\nblock5 1x10x10x256 stride 32\n",
                         self.described(folder, "tiny"))

    def test_it_builds_outside_of_the_tree(self):
        self.check(self.build("with_default_compiler"))

    def test_another_compiler_makes_no_difference(self):
        if not shutil.which("clang++"):
            self.skipTest("needs clang++")
        self.check(self.build("with_other_compiler", "clang++"))

    def test_it_works_with_every_meta_architecture(self):
        folder = self.build("with_each")
        stages = {"ssd": ["feature_map_5 1x1x1x128", "anchors 1917x4"],
                  "faster_rcnn": ["rpn_features 1x19x19x128", "crops_pooled 300x7x7x128", "second_stage_features 300x4x4x512"],
                  "rfcn": ["rpn_features 1x19x19x128", "second_stage_features 1x10x10x512", "class_predictions_map 1x10x10x819"]}
        for meta, expected in stages.items():
            text = self.described(folder, "tiny", meta)
            for line in ["detection_boxes 1x100x4"] + expected:
                self.assertIn(line + "\n", text, meta)

    def test_the_program_runs_it_without_being_rebuilt(self):
        program = os.path.join(os.environ["TRADEWIND_BUILD"], "tradewind")
        before = os.stat(program).st_mtime_ns
        folder = self.build("with_program")
        for meta in ("ssd", "faster_rcnn", "rfcn"):
            text = run(program, "detect", "picture:300x400", "--plugin-dir", folder, "--meta", meta, "--extractor", "tiny",
                       "--weights", "seeded", "--target", "reference", "--score", "0.01", "--max-detections", "3", "-o", "-",
                       "--save", "csv")
            self.assertEqual(1 + 3, len(text.splitlines()), text)
        self.assertEqual(before, os.stat(program).st_mtime_ns)

    def test_what_authors_need_is_installed(self):
        for name in ("plugin.h", "plugin.hpp", "plugin.map"):
            self.find(name)
        variables = run("pkg-config", "--variable=plugindir", "tradewind-plugin", env=dict(os.environ, PKG_CONFIG_PATH=self.pkgconfig))
        self.assertTrue(variables.strip().endswith("/tradewind/plugins-0"), variables)
        self.assertEqual([variables.strip()] * 2, [os.path.dirname(self.find(n)) for n in ("ssd.so", "mobilenet_v1.plugin")])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
