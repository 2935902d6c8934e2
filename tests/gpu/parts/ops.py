# SPDX-License-Identifier: Apache-2.0
"""Every op on the device against the plain kernels, then under compute-sanitizer."""
import os
import re
import shutil
import time

from parts.detectors import words_of

EVERY_OP = "--test-case=every op*"
SMALL = {"config": "ssd_mobilenet_v1_256_0125", "set": "image.size=64", "picture": "60x80"}
OPTIONS = ["--error-exitcode", "99", "--print-limit", "20"]
# cuDNN asks the driver for what it may lack, which is no error of ours; racecheck looks at kernels alone.
OPTIONS_OF_TOOL = {"memcheck": ["--report-api-errors", "no"], "racecheck": []}


def ops(session, limit):
    code, output = session.run([session.path("bin", "test_gpu_ops")], limit)
    session.write("ops.txt", output)
    found = re.search(r"test cases:\s*(\d+)\s*\|\s*(\d+) passed\s*\|\s*(\d+) failed", output)
    if code == 0 and found and int(found.group(2)) > 0:
        session.note("passed", f"ops: {found.group(2)} cases")
    else:
        session.note("failed", "ops", "took too long" if code is None else output[-600:])


def find_sanitizer():
    for folder in (os.environ.get("PATH", "").split(":") + ["/usr/local/cuda/bin", "/usr/local/cuda/compute-sanitizer",
                                                            "/opt/nvidia/compute-sanitizer"]):
        path = shutil.which("compute-sanitizer", path=folder) if folder else None
        if path:
            return path
    return None


def own_kernels_only(session, sanitizer):
    """The option that leaves the kernels of libraries out; its name has changed over time."""
    _, help_text = session.run([sanitizer, "--help"], 20)
    for option in ("--kernel-name", "--kernel-regex", "--filter"):
        if re.search(rf"{option}\b", help_text):
            return [option, "kns=tradewind"]
    return []


def sanitize(session, limit):
    """Our kernels in both tools, of ops and in recorded graphs of a small detector; then, if time is left, those of cuDNN
    as well, whose sizes are ours."""
    sanitizer, end = find_sanitizer(), time.monotonic() + limit
    only = own_kernels_only(session, sanitizer) if sanitizer else []
    programs = {"every op": [session.path("bin", "test_gpu_ops"), EVERY_OP],
                "a detector": [session.path("bin", "gpu_checks")] + words_of(session, "slots", SMALL, "f16", "batch=3")}
    first = [(tool, only, "our kernels", program) for program in programs for tool in ("memcheck", "racecheck")]
    text = ""
    for kinds in (first, [("memcheck", [], "all kernels", "every op")]):
        running = []
        for tool, options, kernels, program in kinds:
            command = [sanitizer, "--tool", tool, *OPTIONS, *OPTIONS_OF_TOOL[tool], *options, *programs[program]]
            name = f"{tool} of {kernels}, {program}"
            if not sanitizer or end - time.monotonic() < 5:
                session.note("not run", name, "there was no time left" if sanitizer else "there is no compute-sanitizer")
            else:
                running.append((name, command, session.start(command)))
        for name, command, process in running:
            code, output = session.finish(process, end - time.monotonic())
            text += f"$ {' '.join(command)}\nexit code {code}\n{output[-200_000:]}\n"
            session.write("sanitizer.txt", text)
            judge(session, name, code, output)


def judge(session, name, code, output):
    if code is None:
        session.note("not run", name, "took too long; sanitizer.txt says how far it came")
    elif code == 0 and '"skipped"' in output:
        session.note("not run", name, output[-600:])
    elif code == 0 and re.search(r"ERROR SUMMARY: 0 errors|RACECHECK SUMMARY: 0 hazards", output):
        session.note("passed", name)
    else:
        session.note("failed", name, output)
