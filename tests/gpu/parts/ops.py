# SPDX-License-Identifier: Apache-2.0
"""Every op on the device against the plain kernels, then under compute-sanitizer."""
import os
import re
import shutil
import time

EVERY_OP = "--test-case=every op*"


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
    """Our kernels in both tools, and with those of cuDNN, whose sizes are ours, in memcheck; all at the same time."""
    sanitizer = find_sanitizer()
    only = own_kernels_only(session, sanitizer) if sanitizer else []
    kinds = [("memcheck", only, "our kernels"), ("racecheck", only, "our kernels"), ("memcheck", [], "all kernels")]
    if not sanitizer:
        for tool, _, what in kinds:
            session.note("not run", f"{tool} of {what}", "there is no compute-sanitizer")
        return
    running, text, end = [], "", time.monotonic() + limit
    for tool, options, what in kinds:
        command = [sanitizer, "--tool", tool, "--error-exitcode", "99", *options, session.path("bin", "test_gpu_ops"), EVERY_OP]
        running.append((f"{tool} of {what}", command, session.start(command)))
    for name, command, process in running:
        code, output = session.finish(process, end - time.monotonic())
        text += f"$ {' '.join(command)}\nexit code {code}\n{output[-200_000:]}\n"
        session.write("sanitizer.txt", text)
        if code == 0 and re.search(r"ERROR SUMMARY: 0 errors|RACECHECK SUMMARY: 0 hazards", output):
            session.note("passed", name)
        elif code is None:
            session.note("not run", name, "took too long; sanitizer.txt says how far it came")
        else:
            session.note("failed", name, output)
