#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The same as evaluate_files, by pycocotools. Usage: pycocotools_peer.py ANNOTATIONS RESULTS [MAX_DETECTIONS]"""
import contextlib
import hashlib
import json
import os
import sys
import time

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

NAMES = ("AP", "AP50", "AP75", "APs", "APm", "APl")


def mean(values):
    values = values[values > -1]
    return float(np.mean(values)) if len(values) else -1.0


def evaluate(annotations, results, most):
    times = {}
    start = time.perf_counter()
    truth = COCO(annotations)
    times["annotations"] = time.perf_counter() - start
    second = time.perf_counter()
    found = truth.loadRes(results)
    times["results"] = time.perf_counter() - second
    third = time.perf_counter()
    evaluation = COCOeval(truth, found, "bbox")
    evaluation.params.maxDets = most
    evaluation.evaluate()
    evaluation.accumulate()
    evaluation.summarize()
    times["metrics"], times["total"] = time.perf_counter() - third, time.perf_counter() - start
    return evaluation, {name: [seconds * 1000] for name, seconds in times.items()}


def described(evaluation, most):
    curves = evaluation.eval
    numbers = dict(zip(NAMES + tuple(f"AR{n}" for n in most) + ("ARs", "ARm", "ARl"), map(float, evaluation.stats)))
    # summarize() looks for 100 detections, whatever the most is.
    numbers["AP"] = mean(curves["precision"][:, :, :, 0, -1])
    precision, recall = curves["precision"][..., 0, -1], curves["recall"][..., 0, -1]
    categories = [[int(identity), *(value.hex() for value in (mean(precision[:, :, k]), mean(precision[0, :, k]), mean(recall[:, k])))]
                  for k, identity in enumerate(evaluation.params.catIds)]
    return {"numbers": {name: value.hex() for name, value in numbers.items()}, "categories": categories,
            "ap_by_iou": [mean(part).hex() for part in precision],
            "sha256": {name: hashlib.sha256(np.ascontiguousarray(curves[name]).tobytes()).hexdigest()
                       for name in ("precision", "recall", "scores")}}


def peak_megabytes():
    """Not getrusage's, which a process inherits from the one that started it."""
    with open("/proc/self/status", encoding="utf-8") as file:
        return next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmHWM:"))


def main():
    most = [int(n) for n in sys.argv[3].split(",")] if len(sys.argv) > 3 else [1, 10, 100]
    with open(os.devnull, "w", encoding="utf-8") as nowhere, contextlib.redirect_stdout(nowhere):
        evaluation, times = evaluate(sys.argv[1], sys.argv[2], most)
    result = described(evaluation, most)
    result["milliseconds"] = times
    result["peak_megabytes"] = peak_megabytes()
    print(json.dumps(result))


if __name__ == "__main__":
    main()
