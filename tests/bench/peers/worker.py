# SPDX-License-Identifier: Apache-2.0
"""One peer in a process that waits for commands, as our contender does: "run FILE" answers milliseconds, "boxes FILE"
what was found, "heads" how far its outputs are from ours. Each answer is one line of JSON.
Usage: worker.py PEER heads|whole f32|bf16|int8 THREADS FOLDER"""
import json
import os
import sys
import time

IMPORTS_BEGIN = time.perf_counter()
PEER, WAY, PRECISION, THREADS, FOLDER = sys.argv[1:]
os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:int(THREADS)]))

import cv2
import numpy

from runtimes import RUNTIMES


def resident_mebibytes():
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def milliseconds(since):
    return (time.perf_counter() - since) * 1e3


def decoded(data):
    return cv2.cvtColor(cv2.imdecode(data, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)


def run(peer, path):
    data = numpy.fromfile(path, numpy.uint8)
    start = time.perf_counter()
    picture = decoded(data)
    decode = milliseconds(start)
    start = time.perf_counter()
    if WAY == "whole":
        peer.boxes(picture)
    else:
        peer.heads()
    return {"decode": decode, "network": milliseconds(start)}


def boxes(peer, path):
    picture = decoded(numpy.fromfile(path, numpy.uint8))
    sides = numpy.float32(picture.shape[:2] * 2)
    found, scores, classes = peer.boxes(picture)
    return {"boxes": [[*map(float, box * sides), int(label) + 1, float(score)]
                      for box, label, score in zip(found, classes, scores)]}


def error(found, wanted):
    """Of the largest magnitude, and by root mean squares."""
    difference = found.reshape(wanted.shape).astype(numpy.float64) - wanted
    return {"largest": float(numpy.abs(difference).max() / numpy.abs(wanted).max()),
            "rms": float(numpy.sqrt((difference**2).mean() / (wanted.astype(numpy.float64)**2).mean()))}


def heads(peer):
    found, wanted = peer.heads(), peer.exported.heads()
    return {"errors": {name: error(found[name], peer.exported.recorded(wanted[name]))
                       for name in wanted if name in found}}


def main():
    python = resident_mebibytes()
    start = time.perf_counter()
    peer = RUNTIMES[PEER](FOLDER, WAY, PRECISION, int(THREADS))
    print(json.dumps({"ready": milliseconds(start), "python_mebibytes": python,
                      "imports": (start - IMPORTS_BEGIN) * 1e3}), flush=True)
    for line in sys.stdin:
        command, _, path = line.strip().partition(" ")
        answer = {"run": lambda: run(peer, path), "boxes": lambda: boxes(peer, path), "heads": lambda: heads(peer)}
        print(json.dumps(answer[command]()), flush=True)


main()
