# SPDX-License-Identifier: Apache-2.0
"""Pictures per second over a folder, and the time from process start to the first boxes: SSD MobileNet V1 300."""
import json
import os
import statistics
import subprocess
import sys
import time

import cv2

import contenders
from contenders import Failed
from networks import NETWORKS

HERE = os.path.dirname(os.path.abspath(__file__))
ROUNDS, STARTS = 3, 15
STREAMS = len(os.sched_getaffinity(0))
PIPELINES = [("openvino", "heads"), ("openvino", "whole"), ("onnxruntime", "heads"), ("onnxruntime", "whole")]


def make_pictures(preparation, count):
    """Variants of the picture that is measured, each a JPEG of its own."""
    folder = os.path.join(preparation.work, f"folder_{count}")
    done = os.path.join(preparation.work, f"folder_{count}.done")
    if not os.path.exists(done):
        os.makedirs(folder, exist_ok=True)
        variants = preparation.variants()
        for i in range(count):
            picture = variants[i % len(variants)].copy()
            cv2.putText(picture, str(i), (10, 40), cv2.FONT_HERSHEY_SIMPLEX, 1, (40, 90, 200), 2)
            cv2.imwrite(os.path.join(folder, f"{i:05}.jpg"), picture, [cv2.IMWRITE_JPEG_QUALITY, 90])
        with open(done, "w", encoding="ascii"):
            pass
    return folder


def timed(command, environment, cpus):
    """Seconds of a whole process, and its standard output."""
    start = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False,
                          preexec_fn=lambda: os.sched_setaffinity(0, cpus))
    if done.returncode:
        raise Failed((done.stderr.strip().splitlines() or ["no reason given"])[-1][-300:])
    return time.perf_counter() - start, done.stdout


class Folder:
    def __init__(self, preparation, network, precision, pictures, count):
        self.preparation, self.precision, self.pictures, self.count = preparation, precision, pictures, count
        self.folder, self.options = preparation.prepare(network)
        self.both = set(sorted(os.sched_getaffinity(0))[:STREAMS])
        self.network = network

    def our_command(self):
        options = dict(self.options)
        if self.precision == "int8":
            options = self.preparation.quantised(self.network, self.folder, options)
        command = [self.preparation.program("tradewind"), "detect"]
        for key, value in options.items():
            command += ["--" + key, value]
        return command + (["--precision", self.precision] if self.precision != "f32" else [])

    def ours(self, how, cpus):
        """With the whole process, from start to end, on the clock."""
        output = os.path.join(self.preparation.work, "folder_output")
        command = [*self.our_command(), self.pictures, *how, "--save", "jsonl", "-o", output, "--overwrite", "--quiet"]
        return timed(command, self.preparation.environment, cpus)[0]

    def peer(self, name, way):
        command = [sys.executable, os.path.join(HERE, "pipelines.py"), name, way, self.precision, str(STREAMS),
                   self.folder, self.pictures]
        return json.loads(timed(command, os.environ, self.both)[1].strip().splitlines()[-1])["seconds"]

    def our_hint(self):
        """Versions without the hint get streams by number."""
        try:
            self.ours(["--hint", "throughput"], self.both)
            return ["--hint", "throughput"]
        except (Failed, RuntimeError):
            return ["--streams", str(STREAMS), "--threads", "1"]

    def runs(self):
        how = self.our_hint()
        runs = {"ours " + " ".join(how): lambda: self.ours(how, self.both),
                "ours, one processor": lambda: self.ours(["--streams", "1", "--threads", "1"], {min(self.both)})}
        for name, way in PIPELINES:
            if not (name == "onnxruntime" and self.precision == "bf16"):
                runs[f"{name} {way}"] = lambda n=name, w=way: self.peer(n, w)
        return runs

    def measure(self):
        runs, seconds, failed = self.runs(), {}, {}
        for _ in range(ROUNDS):
            for name, run in runs.items():
                try:
                    if name not in failed:
                        seconds.setdefault(name, []).append(run())
                except (Failed, RuntimeError) as error:
                    failed[name] = str(error)
        rates = {name: self.count / statistics.median(times) for name, times in seconds.items() if times}
        return {"pictures_per_second": rates, "not_measured": failed, **ratios(rates)}


def ratios(rates):
    ours = next((name for name in rates if name.startswith("ours --")), None)
    peers = {name: rate for name, rate in rates.items() if not name.startswith("ours")}
    found = {}
    if ours and peers:
        best = max(peers, key=peers.get)
        found = {"best_peer": best, "times_the_best_peer": rates[ours] / peers[best]}
    if ours and "ours, one processor" in rates:
        found["times_one_processor"] = rates[ours] / rates["ours, one processor"]
    return found


def first_pictures(folder):
    """Milliseconds, medians. Peers: from process start, and from after imports, both with caches that are warm."""
    cache = {**os.environ, "PEERS_OPENVINO_CACHE": os.path.join(folder.preparation.work, "openvino_cache")}
    picture = folder.preparation.picture
    ours = []
    for _ in range(STARTS):
        ours.append(timed([*folder.our_command(), picture, "--quiet", "--save", "jsonl", "-o", "-"],
                          folder.preparation.environment, folder.both)[0] * 1e3)
    found = {"ours": {"from_process_start": statistics.median(ours[1:])}}
    for name, way in (("openvino", "whole"), ("onnxruntime", "whole"), ("ncnn", "whole"), ("opencv", "whole")):
        starts, loads = [], []
        for _ in range(5):
            one = contenders.peer(name, way, "f32", STREAMS, folder.folder, folder.both, cache)
            answer = one.ask("run " + picture)
            first = answer["decode"] + answer["network"]
            starts.append(one.start["process"] + first)
            loads.append(one.start["ready"] + first)
            one.stop()
        found[name] = {"from_process_start": statistics.median(starts[1:]), "after_imports": statistics.median(loads[1:])}
    return found


def measure_folder(preparation, count):
    pictures, result = make_pictures(preparation, count), {"pictures": count, "streams": STREAMS}
    for precision in ("f32", "bf16", "int8"):
        folder = Folder(preparation, NETWORKS[0], precision, pictures, count)
        try:
            result[precision] = folder.measure()
            print(precision, result[precision], flush=True)
        except (Failed, RuntimeError) as error:
            result[precision] = {"not_measured": str(error)}
    try:
        result["first_picture_ms"] = first_pictures(Folder(preparation, NETWORKS[0], "f32", pictures, count))
        print(result["first_picture_ms"], flush=True)
    except Failed as error:
        result["first_picture_ms"] = {"not_measured": str(error)}
    return result
