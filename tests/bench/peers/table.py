#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A result file of run.py as Markdown. Usage: table.py RESULT.json > results/NAME.md"""
import json
import sys

LACKING = "–"


def text(value, digits=1):
    return LACKING if value is None else f"{value:.{digits}f}"


def verdict(case):
    goal, ratio = case.get("goal"), case.get("ratio")
    if goal is None or ratio is None:
        return LACKING
    return f"≤ {goal:g}: " + ("met" if ratio <= goal else "**not met**")


def summary(cases):
    yield "| network | precision | threads | ours ms | best peer | its ms | ratio | goal | ratio to the best whole graph |"
    yield "|---|---|--:|--:|---|--:|--:|---|--:|"
    for case in cases:
        rows, best = case["contenders"], case.get("best_peer")
        ours = rows.get("ours", {}).get("ms", [None] * 3)[1]
        theirs = rows[best]["ms"][1] if best else None
        yield (f"| {case['network']} | {case['precision']} | {case['threads']} | {text(ours, 2)} | {best or LACKING} | "
               f"{text(theirs, 2)} | {text(case.get('ratio'), 3)} | {verdict(case)} | "
               f"{text(case.get('ratio_to_best_whole'), 3)} |")


def share_of_limit(case, limits):
    """Of the multiply-adds that the machine can do at most, in the time of the network alone."""
    ours = case["contenders"].get("ours")
    limit = limits.get(f"{case['threads']} threads", {}).get(f"{case['precision']} GMAC/s")
    if not ours or not limit:
        return None
    return case["multiply_adds"] / 1e6 / ours["stages_ms"]["network"] / limit


def memory_of(row):
    """MiB of a peer, without its Python."""
    return row["peak_mebibytes"] - row["python_mebibytes"]


def least_memory(case):
    """That of the peer that needs the least, and its name."""
    peers = [(memory_of(row), name) for name, row in case["contenders"].items() if name != "ours"]
    return min(peers, default=(None, LACKING))


def limit_and_memory(cases, limits):
    yield "\n## Distance to the machine's limit, and memory\n"
    for threads, row in limits.items():
        if isinstance(row, dict):
            yield f"Limit with {threads}: " + ", ".join(f"{name} {value:.0f}" for name, value in row.items()) + ".\n"
    yield "| network | precision | threads | G multiply-adds | network ms | share of the limit | our peak MiB | the best peer's, without Python | the least peer's | which |"
    yield "|---|---|--:|--:|--:|--:|--:|--:|--:|---|"
    for case in cases:
        ours = case["contenders"].get("ours")
        if not ours:
            continue
        least, name = least_memory(case)
        best = memory_of(case["contenders"][case["best_peer"]]) if case.get("best_peer") else None
        share = share_of_limit(case, limits)
        yield (f"| {case['network']} | {case['precision']} | {case['threads']} | {case['multiply_adds'] / 1e9:.2f} | "
               f"{ours['stages_ms']['network']:.2f} | {LACKING if share is None else f'{share:.0%}'} | {ours['peak_mebibytes']:.0f} | "
               f"{text(best, 0)} | {text(least, 0)} | {name} |")


def worst(errors):
    return max(errors.values(), key=lambda error: error["rms"])


def correctness(row):
    if row.get("errors"):
        error = worst(row["errors"])
        return f"{error['largest']:.1e} / {error['rms']:.1e}"
    found = row.get("boxes_found")
    return LACKING if found is None else f"{found:.0%} of our boxes"


def details(case):
    yield f"\n### {case['network']}, {case['precision']}, {case['threads']} thread{'s' * (case['threads'] > 1)}\n"
    yield (f"{case['multiply_adds'] / 1e9:.2f} thousand million multiply-adds, {case['boxes']} boxes; load average at start "
           f"{case['load_average_at_start']:.2f}; our pre- and post-processing, which heads get added: "
           f"{case['our_pre_and_post_processing_ms']:.2f} ms.\n")
    yield "| contender | ms: median | quartiles | fastest | rounds | load ms | first run ms | peak MiB | of it Python | compared with ours | |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|--:|---|---|"
    for name, row in case["contenders"].items():
        low, middle, high = row["ms"]
        yield (f"| {name} | {middle:.2f} | {low:.2f} to {high:.2f} | {row['minimum_ms']:.2f} | {row['rounds']} | "
               f"{row['load_ms']:.0f} | {row['first_run_ms']:.0f} | {row['peak_mebibytes']:.0f} | "
               f"{text(row.get('python_mebibytes'), 0)} | {correctness(row)} | {row.get('note', '')} |")
    for name, why in case["not_measured"].items():
        yield f"\n{name}: not measured: {why}"


def of_folder(folder):
    yield f"\n## A folder of {folder['pictures']} pictures, SSD MobileNet V1 300, {folder['streams']} processors\n"
    yield "| precision | contender | pictures per second |"
    yield "|---|---|--:|"
    for precision in ("f32", "bf16", "int8"):
        for name, rate in folder.get(precision, {}).get("pictures_per_second", {}).items():
            yield f"| {precision} | {name} | {rate:.1f} |"
    for precision in ("f32", "bf16", "int8"):
        one = folder.get(precision, {})
        if "times_the_best_peer" in one:
            yield f"\n{precision}: {one['times_the_best_peer']:.2f} times the best peer ({one['best_peer']})."
        if "times_one_processor" in one:
            yield f"{precision}: {one['times_one_processor']:.2f} times as many as on one processor."
        if one.get("not_measured"):
            yield f"\n{precision}: not measured: {one['not_measured']}"


def first_picture(times):
    yield "\n## First picture, f32, caches warm\n"
    if "not_measured" in times:
        yield f"Not measured: {times['not_measured']}"
        return
    yield "| | from process start, ms | from after Python's imports, ms |"
    yield "|---|--:|--:|"
    for name, row in times.items():
        yield f"| {name} | {row['from_process_start']:.0f} | {text(row.get('after_imports'), 0)} |"


def document(result):
    machine, cases = result["machine"], list(result["cases"].values())
    processor = machine["processor"]
    yield "# Beside peers\n"
    yield (f"{processor['model']} (family {processor['family']}, model {processor['number']}), {processor['usable']} processors, "
           f"{machine['memory_gibibytes']} GiB; {machine['system']}; {machine['date']}; commit {machine['commit']}; "
           f"tuning {result['tuning']}; medians of {result['rounds']} rounds, from JPEG to boxes.\n")
    yield "Instructions: " + " ".join(processor["flags"]) + ".\n"
    yield "Packages: " + ", ".join(f"{name} {version}" for name, version in machine["packages"].items()) + ".\n"
    yield from summary(cases)
    yield from limit_and_memory(cases, result.get("limits", {}))
    if "folder" in result:
        yield from of_folder(result["folder"])
        yield from first_picture(result["folder"]["first_picture_ms"])
    yield "\n## Every contender"
    for case in cases:
        yield from details(case)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        print("\n".join(document(json.load(file))))


main()
