# SPDX-License-Identifier: Apache-2.0
"""One run: where things are, how long there is, what came out."""
import json
import os
import signal
import subprocess
import tempfile
import time

from parts.machine import library_path

MOST_FILES = 8


class Session:
    """`files`: the unpacked package. `scratch`: where programs run. `limit`: seconds for everything."""

    def __init__(self, files, scratch, output, target, limit, dry_run, machine):
        self.files, self.scratch, self.output = files, scratch, output
        self.target, self.dry_run, self.machine = target, dry_run, machine
        self.end = time.monotonic() + limit
        self.counts = {"passed": 0, "failed": 0, "not run": 0}
        self.notes = []  # what did not pass, and why
        self.written = set()
        self.benchmark = None  # what the benchmark has measured
        os.makedirs(output, exist_ok=True)

    def path(self, *parts):
        return os.path.join(self.files, *parts)

    def left(self):
        return max(0.0, self.end - time.monotonic())

    def environment(self):
        libraries = [self.path("lib")] + self.machine.get("library_folders", [])
        return dict(os.environ, LC_ALL="C", LD_LIBRARY_PATH=library_path(libraries),
                    TRADEWIND_PLUGIN_PATH=self.path("lib", "tradewind", "plugins-0"),
                    TRADEWIND_MODULE_PATH=self.path("lib", "tradewind", "modules-0"),
                    TRADEWIND_SOURCE=self.files, TRADEWIND_GPU_TARGET=self.target)

    def start(self, command):
        """In a folder of its own for what it leaves lying, its output in a file: a pipe would stop it when it is full."""
        output = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=self.environment(),
                                   cwd=self.scratch, start_new_session=True)
        process.output = output
        return process

    def finish(self, process, limit):
        """Its exit code, or None where it had to be killed, and what it printed."""
        try:
            code = process.wait(timeout=max(0.1, min(limit, self.left())))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            code = None
        with process.output as file:
            file.seek(0)
            return code, file.read()

    def run(self, command, limit):
        return self.finish(self.start(command), limit)

    def note(self, outcome, name, why=""):
        self.counts[outcome] += 1
        if outcome != "passed":
            self.notes.append(f"{outcome}: {name}: {why.strip() or 'no reason given'}")
        print(f"{outcome:8} {name}{'' if outcome == 'passed' else ': ' + why.strip()[-600:]}", flush=True)

    def heading(self):
        facts = self.machine
        return {key: facts[key] for key in ("gpu", "driver", "cudnn", "commit", "system", "date") if key in facts}

    def adopt(self, name):
        """A JSON file that a program wrote into the output folder becomes a result file."""
        with open(os.path.join(self.output, name), encoding="utf-8") as file:
            content = json.load(file)
        self.write(name, content if isinstance(content, dict) else {"traceEvents": content})

    def write(self, name, content):
        """A result file, as far as it has come; text gets a heading, JSON a member."""
        self.written.add(name)
        assert len(self.written) <= MOST_FILES
        if name.endswith(".json"):
            text = json.dumps({"machine": self.heading(), **content}, indent=1) + "\n"
        else:
            text = "".join(f"{key}: {value}\n" for key, value in self.heading().items()) + "\n" + content
        part = os.path.join(self.output, "." + name + ".part")
        with open(part, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(part, os.path.join(self.output, name))


def last_json(text):
    """The last line that is an object; an error in its place."""
    for line in reversed(text.splitlines()):
        if line.startswith("{"):
            try:
                return json.loads(line)
            except ValueError:
                break
    return {"passed": False, "error": text.strip()[-600:] or "nothing was printed"}
