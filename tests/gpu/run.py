#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The one run on a machine with a GPU: see README.md. Needs Python, the package beside it, an NVIDIA driver (580 or newer) and cuDNN 9."""
import argparse
import json
import os
import re
import resource
import sys
import tarfile
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from parts import benchmark, detectors, machine, ops  # noqa: E402
from parts.session import Session  # noqa: E402

# In order of importance, with the most seconds that each may take.
PARTS = [("ops", ops.ops, 75), ("detectors", detectors.compare, 190), ("determinism", detectors.determinism, 60),
         ("benchmark", benchmark.benchmark, 190), ("timeline", benchmark.timeline, 25), ("sanitizer", ops.sanitize, 120),
         ("tuned", benchmark.tuned, 120)]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", help="folder of the result files; default: tests/gpu/results/NAME of the GPU, from here")
    parser.add_argument("--limit", type=float, default=540, help="seconds for everything; default: 540")
    parser.add_argument("--target", help="default: cuda:0, cpu with --dry-run")
    parser.add_argument("--dry-run", action="store_true", help="without a GPU: the same on another target, what that does not do is not run")
    parser.add_argument("--parts", default=",".join(name for name, _, _ in PARTS), help="only these; default: " + ",".join(name for name, _, _ in PARTS))
    parser.add_argument("--only", default="", help="only detectors with this in their name")
    return parser.parse_args()


def unpack(folder):
    archive = os.path.join(HERE, "files.tar.xz")
    if not os.path.exists(archive):
        return HERE  # unpacked already
    with tarfile.open(archive) as file:
        if hasattr(tarfile, "fully_trusted_filter"):  # our own archive, and its programs stay executable
            file.extraction_filter = tarfile.fully_trusted_filter
        file.extractall(folder)
    return folder


def summary(session, doctor):
    """Returns the last line."""
    more = {key: value for key, value in session.machine.items() if key not in session.heading()}
    lines = [f"{key}: {value}" for key, value in more.items()] + ["", doctor] + session.notes + [""]
    counts = ", ".join(f"{number} {name}" for name, number in session.counts.items())
    session.write("summary.txt", "\n".join(lines) + counts + "\n")
    return counts


def main():
    given = arguments()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # results are text: a core would be gigabytes
    unknown = set(given.parts.split(",")) - {name for name, _, _ in PARTS}
    if unknown:
        sys.exit(f"no part is called {', '.join(sorted(unknown))}; parts are {', '.join(name for name, _, _ in PARTS)}")
    if not any(os.path.exists(os.path.join(HERE, name)) for name in ("files.tar.xz", "package.json")):
        sys.exit(f"there is no package beside {__file__}: make it with tests/gpu/pack.py and run the run.py in it")
    with tempfile.TemporaryDirectory(prefix="tradewind-gpu-") as folder:
        files = unpack(folder)
        with open(os.path.join(files, "package.json"), encoding="utf-8") as file:
            package = json.load(file)
        facts = machine.facts(package, os.path.join(files, "lib"))
        name = re.sub("[^a-z0-9]+", "-", facts["gpu"].lower()).strip("-")
        output = os.path.abspath(given.output or os.path.join("tests", "gpu", "results", name))
        scratch = os.path.join(folder, "scratch")
        os.makedirs(scratch, exist_ok=True)
        target = given.target or ("cpu" if given.dry_run else "cuda:0")
        session = Session(files, scratch, output, target, given.limit, given.dry_run, facts)
        session.samples = [s for s in package["samples"] if given.only in s["config"]]
        wanted = given.parts.split(",")
        _, doctor = session.run([session.path("bin", "tradewind"), "doctor"], 20)
        doctor = doctor.partition("pictures\n")[0]
        for part, function, limit in PARTS:
            if part not in wanted:
                continue
            if session.left() < 5:
                session.note("not run", part, "there was no time left")
                continue
            print(f"-- {part} ({session.left():.0f} s left)", flush=True)
            try:
                function(session, min(limit, session.left() - 2))
            except Exception as error:  # what one part breaks must not cost the others
                session.note("failed", part, f"{type(error).__name__}: {error}")
            summary(session, doctor)
        print(summary(session, doctor), flush=True)
        return 0 if session.counts["failed"] == 0 else 4


if __name__ == "__main__":
    sys.exit(main())
