# SPDX-License-Identifier: Apache-2.0
"""Processes that wait for commands: ours, and one for each peer and way."""
import json
import os
import select
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))


class Failed(Exception):
    """A contender that does not do what it should, with the reason."""


class Contender:
    """Starts at once; ready() waits for the first line."""

    def __init__(self, name, command, environment, cpus):
        self.name, self.milliseconds, self.note, self.answers = name, [], "", []
        self.started = time.perf_counter()
        self.process = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True,
                                        preexec_fn=lambda: os.sched_setaffinity(0, cpus))
        self.start = self._answer(300)
        self.start["process"] = (time.perf_counter() - self.started) * 1e3

    def _answer(self, seconds):
        """The next line of JSON; lines that are none are a library's chatter."""
        deadline = time.monotonic() + seconds
        while True:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.process.stdout], [], [], left)[0]:
                self.stop()
                raise Failed(f"no answer within {seconds} s")
            line = self.process.stdout.readline()
            if not line:
                raise Failed(self._last_words())
            if line.startswith("{"):
                return json.loads(line)

    def _last_words(self):
        self.process.wait()
        lines = self.process.stderr.read().strip().splitlines()
        return lines[-1][-300:] if lines else f"ended with {self.process.returncode}"

    def ask(self, command, seconds=120):
        try:
            self.process.stdin.write(command + "\n")
            self.process.stdin.flush()
        except BrokenPipeError as error:
            raise Failed(self._last_words()) from error
        return self._answer(seconds)

    def peak_mebibytes(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            line = next(line for line in file if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024

    def stop(self):
        """Its pipes are closed, which ends it."""
        if self.process.poll() is None:
            self.process.stdin.close()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def ours(preparation, options, precision, threads, cpus, tuning):
    command = [preparation.program("contender"), "--threads", str(threads), "--precision", precision, "--tuning", tuning,
               "--cache", os.path.join(preparation.work, "tuning")]
    for key, value in options.items():
        command += ["--" + key, value]
    return Contender("ours", command, preparation.environment, cpus)


def peer(name, way, precision, threads, folder, cpus, environment=None):
    command = [sys.executable, os.path.join(HERE, "worker.py"), name, way, precision, str(threads), folder]
    return Contender(f"{name} {way}", command, {**(environment or os.environ), "OPENCV_LOG_LEVEL": "ERROR"}, cpus)
