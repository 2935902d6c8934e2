#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Our detectors beside their peers, in one run, on the same weights and picture. See README.md."""
import argparse
import json
import os
import sys
import time

import environment

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", help="the result file (JSON), written after each case")
    parser.add_argument("--build", default=os.path.join(SOURCE, "build"), help="build folder of this project")
    parser.add_argument("--work", help="folder for exports and the environment (BUILD/peers)")
    parser.add_argument("--environment", default="", help="a Python environment to use in place of one made here")
    parser.add_argument("--only", default="", help="NETWORK/PRECISION/THREADS, parts may be empty; several with commas")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--minutes", type=float, default=1e9, help="no case begins after so many minutes")
    parser.add_argument("--resume", action="store_true", help="keeps what the result file has, and goes on")
    parser.add_argument("--tuning", default="fast", choices=("off", "fast", "full"))
    parser.add_argument("--tflite", default="", help="detect.tflite of SSD MobileNet V1 on COCO")
    parser.add_argument("--picture", default="", help="a picture to detect in, in place of one that comes along")
    parser.add_argument("--prepare", action="store_true", help="makes exports only")
    parser.add_argument("--folder", type=int, default=0, metavar="N",
                        help="also pictures per second over a folder of N pictures, and the first picture")
    return parser.parse_args()


def write(result, path):
    with open(path + ".new", "w", encoding="utf-8") as file:
        json.dump(result, file, indent=1)
        file.write("\n")
    os.rename(path + ".new", path)


def key_of(case):
    return f"{case[0].name}/{case[1]}/{case[2]}"


def measured(preparation, case, given):
    from measurement import Case
    load = os.getloadavg()[0]
    one = Case(preparation, *case, given.tuning)
    try:
        one.start()
        if one.all:
            one.measure(given.rounds)
        return one.result(load)
    finally:
        one.stop()


def say(key, result, seconds):
    rows = "  ".join(f"{name} {row['ms'][1]:.2f}" for name, row in result["contenders"].items())
    ratio = f"  ratio {result['ratio']:.3f} to {result['best_peer']}" if "ratio" in result else ""
    print(f"{key}: {rows}{ratio}  [{seconds:.0f} s]", flush=True)
    for name, why in result["not_measured"].items():
        print(f"    {name}: {why}", flush=True)


def measure_all(preparation, cases, given, result):
    end = time.monotonic() + given.minutes * 60
    for case in cases:
        key = key_of(case)
        if key in result["cases"] and given.resume:
            continue
        if time.monotonic() > end:
            print(f"{key}: no time is left")
            continue
        start = time.monotonic()
        try:
            result["cases"][key] = measured(preparation, case, given)
        except Exception as error:  # one case must not end those after it
            print(f"{key}: {type(error).__name__}: {error}", flush=True)
            continue
        say(key, result["cases"][key], time.monotonic() - start)
        write(result, given.output)


def prepare_all(preparation, cases):
    for network in {case[0].name: case[0] for case in cases}.values():
        start = time.monotonic()
        try:
            preparation.quantised(network, *preparation.prepare(network))
            print(f"{network.name}: prepared in {time.monotonic() - start:.0f} s", flush=True)
        except RuntimeError as error:
            print(f"{network.name}: {error}", flush=True)


def main():
    given = arguments()
    if not (given.output or given.prepare):
        sys.exit("--output FILE says where results go")
    given.work = os.path.abspath(given.work or os.path.join(given.build, "peers"))
    environment.enter(os.path.join(given.work, "environment"), given.environment)
    import machine
    from networks import cases
    from preparation import Preparation
    preparation = Preparation(SOURCE, os.path.abspath(given.build), given.work, given.picture, given.tflite)
    wanted = cases(given.only)
    if given.prepare:
        return prepare_all(preparation, wanted)
    result = {"cases": {}}
    if given.resume and os.path.exists(given.output):
        with open(given.output, encoding="utf-8") as file:
            result = json.load(file)
    result.update({"machine": machine.described(SOURCE, preparation.program("tradewind")), "rounds": given.rounds,
                   "tuning": given.tuning,
                   "limits": machine.limits(preparation.program("machine_limits"), preparation.environment)})
    measure_all(preparation, wanted, given, result)
    if given.folder:
        from folder import measure_folder
        result["folder"] = measure_folder(preparation, given.folder)
        write(result, given.output)


if __name__ == "__main__":
    main()
