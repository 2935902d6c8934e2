# SPDX-License-Identifier: Apache-2.0
"""Runs the built program in an empty folder, with nothing of the user's settings."""
import os
import shutil
import subprocess
import tempfile
import unittest

SOURCE = os.environ.get("TRADEWIND_SOURCE", os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..")))
BUILD = os.environ.get("TRADEWIND_BUILD", os.path.join(SOURCE, "build"))
PROGRAM = os.path.join(BUILD, "tradewind")
CONFIGS = os.path.join(SOURCE, "configs")
BUNDLE = os.path.join(CONFIGS, "bundles", "codes.safetensors")
PICTURES = os.path.join(CONFIGS, "bundles", "pictures")
FAST_TARGET = os.path.exists(os.path.join(BUILD, "runtime", "targets", "onednn", "tradewind-target-onednn.so"))
SECONDS = 120


def picture(name="tin.png"):
    return os.path.join(PICTURES, name)


def config(name):
    return os.path.join(CONFIGS, name)


class ProgramTest(unittest.TestCase):
    maxDiff = None
    program = PROGRAM

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="tradewind-cli-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        keep = {k: v for k, v in os.environ.items() if not k.startswith(("TRADEWIND_", "XDG_")) and k not in ("NO_COLOR", "CLICOLOR_FORCE")}
        home = os.path.join(self.folder, "home")
        os.mkdir(home)
        self.environment = dict(keep, HOME=home, LC_ALL="C")
        if not FAST_TARGET:  # it falls back by itself, saying so on standard error
            self.environment["TRADEWIND_TARGET"] = "reference"

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content):
        mode = "wb" if isinstance(content, bytes) else "w"
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), mode) as file:
            file.write(content)
        return self.path(name)

    def read(self, name):
        with open(self.path(name), encoding="utf-8", newline="") as file:
            return file.read()

    def run_program(self, *arguments, **options):
        """The finished process; its output is text, whatever its bytes."""
        environment = dict(self.environment, **options.pop("environment", {}))
        options.setdefault("stdin", subprocess.DEVNULL if "input" not in options else None)
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        options = {k: v for k, v in options.items() if v is not None}
        return subprocess.run([self.program, *arguments], cwd=self.folder, env=environment, timeout=SECONDS, text=True,
                              errors="surrogateescape", **options)

    def start_program(self, *arguments, **options):
        return subprocess.Popen([self.program, *arguments], cwd=self.folder, env=self.environment, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, **options)

    def fine(self, *arguments, **options):
        """Runs; exit code 0, nothing on standard error. Returns standard output."""
        done = self.run_program(*arguments, **options)
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        return done.stdout

    def refused(self, code, message, *arguments, **options):
        """Runs; this exit code, nothing on standard output, one line on standard error that contains the message."""
        done = self.run_program(*arguments, **options)
        self.assertEqual(code, done.returncode, done.stderr)
        self.assertEqual("", done.stdout)
        self.assertEqual(1, done.stderr.count("\n"), done.stderr)
        self.assertTrue(done.stderr.startswith("tradewind: "), done.stderr)
        self.assertIn(message, done.stderr)
