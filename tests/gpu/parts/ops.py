# SPDX-License-Identifier: Apache-2.0
"""Every op on the device against the plain kernels, then under compute-sanitizer."""
import os
import re
import shutil

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
    tools = ("memcheck", "racecheck")
    sanitizer = find_sanitizer()
    if not sanitizer:
        for tool in tools:
            session.note("not run", tool, "there is no compute-sanitizer")
        return
    text, only = "", own_kernels_only(session, sanitizer)
    for tool in tools:
        command = [sanitizer, "--tool", tool, "--error-exitcode", "99", *(only if tool == "racecheck" else []),
                   session.path("bin", "test_gpu_ops"), EVERY_OP]
        code, output = session.run(command, limit / len(tools))
        text += f"$ {' '.join(command)}\nexit code {code}\n{output[-200_000:]}\n"
        session.write("sanitizer.txt", text)
        clean = re.search(r"ERROR SUMMARY: 0 errors|RACECHECK SUMMARY: 0 hazards", output)
        if code == 0 and clean:
            session.note("passed", tool)
        elif code is None:
            session.note("not run", tool, "took too long; see sanitizer.txt for how far it came")
        else:
            session.note("failed", tool, output[-600:])
