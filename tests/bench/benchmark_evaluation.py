#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""COCO's numbers of a made-up set by us and by pycocotools: the same bits, and how long each takes.

Usage: benchmark_evaluation.py --ours build/tests/bench/evaluate_files [--python PYTHON] [--rounds N] [--odd N] [--json FILE]
The PYTHON (default: this one) has what tests/bench/pycocotools.txt lists. Both read the same two files in turn, in processes of their
own; times are taken inside, without the start of the process. Before, as many small odd sets are compared as --odd says.
"""
import argparse
import datetime
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile

import made_up_evaluation

HERE = os.path.dirname(os.path.abspath(__file__))
STAGES = ("total", "metrics", "annotations", "results")
MEANING = {"total": "files to twelve numbers", "metrics": "metrics alone", "annotations": "reading annotations",
           "results": "reading results"}


def run(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    return json.loads(done.stdout)


def bits(result):
    """Numbers are compared as numbers: texts of the same bits differ between C and Python."""
    read = float.fromhex
    return ({name: read(value) for name, value in result["numbers"].items()},
            [[row[0], *map(read, row[1:])] for row in result["categories"]], list(map(read, result["ap_by_iou"])), result["sha256"])


def measure(ours, peer, files, rounds):
    runs = {"ours": [], "pycocotools": []}
    for _ in range(rounds):
        runs["pycocotools"].append(run([*peer, *files]))
        # One process each, as for the peer; more of ours, because they are short.
        runs["ours"] += [run([ours, *files]) for _ in range(3)]
    return runs


def odd_sets_that_differ(ours, peer, count):
    differ = []
    for seed in range(count):
        rng = random.Random(1000 + seed)
        annotations, results = made_up_evaluation.made_up(seed, rng.choice((2, 12, 30)), rng.choice((1, 2, 5, 40)), rng.choice((5, 40, 500)),
                                                          rng.choice((1, 4, 10)), odd=True)
        most = rng.choice(("1,10,100", "1,10,300", "2,3,7"))
        with tempfile.TemporaryDirectory() as folder:
            files = made_up_evaluation.write(folder, annotations, results)
            # The peer cannot read an empty list.
            if results and bits(run([ours, *files, "--max-detections", most])) != bits(run([*peer, *files, most])):
                differ.append(seed)
    return differ


def median(runs, stage):
    return statistics.median(one["milliseconds"][stage][0] for one in runs)


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        return next((line.split(": ", 1)[1].strip() for line in file if line.startswith("model name")), "unknown")


def commit():
    done = subprocess.run(["git", "-C", HERE, "rev-parse", "--short=12", "HEAD"], stdout=subprocess.PIPE, text=True, check=False)
    return done.stdout.strip() or "unknown"


def report(runs, options, versions):
    figures, ratios = {}, {}
    for stage in STAGES:
        for name, one in runs.items():
            figures[f"{name}: {MEANING[stage]}"] = {"value": median(one, stage), "unit": "ms"}
        ratios[f"pycocotools / ours: {MEANING[stage]}"] = median(runs["pycocotools"], stage) / median(runs["ours"], stage)
    for name, one in runs.items():
        figures[f"{name}: peak memory"] = {"value": max(each["peak_megabytes"] for each in one), "unit": "MB"}
    return {"machine": machine(), "commit": commit(), "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "target": "COCO metrics of boxes, one thread", "peer": versions, "threads": 1, "rounds": options.rounds,
            "set": {"pictures": options.pictures, "categories": 80, "detections": options.pictures * 100, "seed": 1},
            "figures": figures, "ratios": ratios, "remarks": ["all numbers, numbers of categories and arrays have the same bits",
                                                          f"so they have for {options.odd} small sets with ties, crowds, areas at the bounds and "
                                                          "more than 100 detections, with 1, 10, 100; 1, 10, 300; and 2, 3, 7 detections"]}


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ours", required=True)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pictures", type=int, default=5000)
    parser.add_argument("--odd", type=int, default=40)
    parser.add_argument("--json")
    return parser.parse_args()


def versions(python):
    program = ("import importlib.metadata as m, platform; "
               "print(f'pycocotools {m.version(\"pycocotools\")} with numpy {m.version(\"numpy\")}, Python {platform.python_version()}')")
    done = subprocess.run([python, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def main():
    options = parse()
    installed = versions(options.python)
    if not installed:
        print("SKIPPED: the comparison needs pycocotools: pip install -r tests/bench/pycocotools.txt")
        return 77
    peer = [options.python, os.path.join(HERE, "pycocotools_peer.py")]
    if differ := odd_sets_that_differ(options.ours, peer, options.odd):
        print("the numbers differ from pycocotools' for the odd sets", *differ)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        files = made_up_evaluation.write(folder, *made_up_evaluation.made_up(1, options.pictures, 80, 100, 7))
        runs = measure(options.ours, peer, files, options.rounds)
    for ours in runs["ours"]:
        if bits(ours) != bits(runs["pycocotools"][0]):
            print("the numbers differ from pycocotools'")
            return 1
    result = report(runs, options, installed)
    for name, figure in result["figures"].items():
        print(f"  {name:45} {figure['value']:12.1f} {figure['unit']}")
    for name, ratio in result["ratios"].items():
        print(f"  {name:45} {ratio:12.1f} x")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            file.write(json.dumps(result, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
