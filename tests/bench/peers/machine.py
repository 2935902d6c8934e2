# SPDX-License-Identifier: Apache-2.0
"""What a result must say of where it was measured."""
import datetime
import importlib.metadata
import json
import os
import platform
import subprocess

PACKAGES = ("openvino", "onnxruntime", "opencv-python-headless", "ncnn", "ai-edge-litert", "numpy", "onnx")


def processor():
    fields = {}
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            key, _, value = line.partition(":")
            fields.setdefault(key.strip(), value.strip())
    wanted = ("avx", "fma", "amx", "sse4")
    return {"model": fields.get("model name"), "family": fields.get("cpu family"), "number": fields.get("model"),
            "flags": [flag for flag in fields.get("flags", "").split() if flag.startswith(wanted)],
            "usable": len(os.sched_getaffinity(0))}


def output_of(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def described(source, tradewind):
    with open("/proc/meminfo", encoding="ascii") as file:
        memory = int(file.readline().split()[1]) / 2**20
    changed = output_of("git", "-C", source, "status", "--porcelain", "--untracked-files=no")
    return {"date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
            "processor": processor(), "memory_gibibytes": round(memory, 1), "system": platform.platform(),
            "commit": output_of("git", "-C", source, "rev-parse", "HEAD") + (" with changes" if changed else ""),
            "tradewind": output_of(tradewind, "version"), "python": platform.python_version(),
            "packages": {name: importlib.metadata.version(name) for name in PACKAGES}}


def limits(program, environment):
    """Of this machine, by number of threads and precision: see machine_limits.cpp."""
    done = subprocess.run([program], env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)
