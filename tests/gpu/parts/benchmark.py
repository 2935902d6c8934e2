# SPDX-License-Identifier: Apache-2.0
"""How fast, and how near to what the device can do."""
import os
import tempfile
import time

from parts.detectors import PRECISIONS, at_once, words_of
from parts.pool import outcome, run_checks
from parts.session import last_json

# Milliseconds from pixels to boxes at batch 1, in half precision.
GOALS = {"ssd_mobilenet_v1_300": 0.5, "ssd_inception_v2_300": 0.8, "rfcn_resnet101_600": 2.5,
         "faster_rcnn_resnet101_600": 3.0, "faster_rcnn_inception_resnet_v2_600": 8.0}
GOAL_PICTURES_PER_SECOND, MANY = 20_000, "ssd_mobilenet_v1_300"


def share_of_peak(entry, peak):
    """Of the time that the larger of arithmetic and reading the weights once would take at the measured rates."""
    size = 4 if entry["precision"] == "f32" else 2
    arithmetic = 2e-9 * entry["multiply_adds"] / peak["teraflops"]
    reading = 1e-9 * entry["parameters"] * size / peak["terabytes_per_second"]
    return {"floor_ms": max(arithmetic, reading), "share_of_peak": max(arithmetic, reading) / max(entry["network_ms"], 1e-9),
            "teraflops": 2e-9 * entry["multiply_adds"] / max(entry["network_ms"], 1e-9)}


def table(result):
    lines = ["| detector | numbers | total, ms | upload and resize | network | post-processing | Tflop/s | share of peak | goal |",
             "|---|---|--:|--:|--:|--:|--:|--:|--:|"]
    for e in result["latency"]:
        if "total_ms" in e:
            goal = GOALS.get(e["config"]) if e["precision"] != "f32" else None
            lines.append(f"| {e['config']} | {e['precision']} | {e['total_ms']:.3f} | {e['upload_and_resize_ms']:.3f} | "
                         f"{e['network_ms']:.3f} | {e['postprocess_ms']:.3f} | {e.get('teraflops', 0):.3g} | "
                         f"{100 * e.get('share_of_peak', 0):.1f} % | {'' if goal is None else f'{goal} ' + ('met' if e['total_ms'] <= goal else 'missed')} |")
    lines += ["", "Total: a picture of 480 x 640 in the host's memory to boxes, batch 1, median. Share of peak: of the network's time, what the "
              "measured rate of a product of large matrices, or reading the weights once, would take.", ""]
    for t in result.get("tuned", []):
        if "total_ms" in t:
            lines.append(f"- {t['config']} {t['precision']} with --tune full: {t['total_ms']:.3f} ms, network {t['network_ms']:.3f} ms")
    for p in result["peaks"]:
        if "teraflops" in p:
            lines.append(f"- peak {p['precision']}: {p['teraflops']:.3g} Tflop/s, {p['terabytes_per_second']:.3g} TB/s")
    for t in result["throughput"]:
        if "pictures_per_second" in t:
            lines.append(f"- {t['config']} {t['precision']}, batch {t['batch']}, from device memory: {t['pictures_per_second']:.0f} pictures/s "
                         f"(goal {GOAL_PICTURES_PER_SECOND}{' met' if t['pictures_per_second'] >= GOAL_PICTURES_PER_SECOND else ' missed'})")
    return "\n".join(lines) + "\n"


def write(session, result):
    session.write("benchmark.json", result)
    session.write("benchmark.md", table(result))


def benchmark(session, limit):
    """Its limit is that of all three together."""
    end = time.monotonic() + limit
    result = session.benchmark = {"peaks": [], "latency": [], "throughput": []}
    peaks(session, result, end)
    throughputs(session, result, end)
    latencies(session, result, end)


def peaks(session, result, end):
    side = 256 if session.dry_run else 8192
    checks = [(precision, ["peaks", f"target={session.target}", f"precision={precision}", f"side={side}"], 40)
              for precision in ("f16", "bf16", "f32", "tf32")]

    def done(precision, measured):
        outcome(session, f"peak {precision}", measured)
        result["peaks"].append({"precision": precision, **measured})
        write(session, result)

    run_checks(session, checks, 1, end - time.monotonic(), done)


def throughputs(session, result, end):
    sample = ([s for s in session.samples if s["config"] == MANY] or session.samples)[0]
    batch = 2 if session.dry_run else 64
    checks = [(precision, words_of(session, "throughput", sample, precision, f"batch={batch}", "seconds=2"), 60)
              for precision in ("f16", "bf16")]

    def done(precision, measured):
        outcome(session, f"throughput {sample['config']} {precision}", measured)
        result["throughput"].append({"config": sample["config"], "precision": precision, **measured})
        write(session, result)

    run_checks(session, checks, 1, end - time.monotonic(), done)


def latencies(session, result, end):
    """Those with goals have the machine alone; others make their plans beside each other, and wait for their turn."""
    peak_of = {peak["precision"]: peak for peak in result["peaks"] if peak.get("passed")}

    def done(name, measured):
        config, precision = name.split()
        entry = {"config": config, "precision": precision, **measured}
        if measured.get("passed") and precision in peak_of:
            entry.update(share_of_peak(entry, peak_of[precision]))
        outcome(session, "latency " + name, measured)
        result["latency"].append(entry)
        result["latency"].sort(key=lambda e: (PRECISIONS.index(e["precision"]), e["config"]))
        write(session, result)

    with tempfile.TemporaryDirectory() as folder:
        lock = "lock=" + os.path.join(folder, "lock")
        goals, others = [], []
        for precision in ("f16", "bf16", "f32"):
            for sample in sorted(session.samples, key=lambda s: s["config"] not in GOALS):
                check = (f"{sample['config']} {precision}", words_of(session, "latency", sample, precision, lock), 120)
                (goals if precision == "f16" and sample["config"] in GOALS else others).append(check)
        run_checks(session, goals, 1, end - time.monotonic(), done)
        run_checks(session, others, at_once(session), end - time.monotonic(), done)


def tuned(session, limit):
    """The goals again, with algorithms of layers chosen by measurement; one after the other, those of least layers first:
    measuring takes what it takes."""
    result = session.benchmark or {"peaks": [], "latency": [], "throughput": []}
    result["tuned"] = []
    with tempfile.TemporaryDirectory() as folder:
        checks = [(f"{s['config']} f16", words_of(session, "latency", s, "f16", "tune=full", "cache=" + folder), limit)
                  for s in sorted(session.samples, key=lambda s: not s["config"].startswith("ssd_")) if s["config"] in GOALS]

        def done(name, measured):
            outcome(session, "tuned latency " + name, measured)
            result["tuned"].append({"config": name.split()[0], "precision": "f16", **measured})
            write(session, result)

        run_checks(session, checks, 1, limit, done)


def timeline(session, limit):
    """One picture as our own profile tells it, and the node times behind it."""
    sample = ([s for s in session.samples if s["config"] == MANY] or session.samples)[0]
    precision = "f32" if session.dry_run else "f16"
    trace = os.path.join(session.output, "timeline.json")
    settings = [word for setting in sample["set"].split(";") if setting for word in ("--set", setting)]
    code, output = session.run([session.path("bin", "tradewind"), "bench", "picture:" + sample["picture"], "--config",
                                session.path("configs", sample["config"] + ".ini"), "--weights", "seeded", *settings, "--target",
                                session.target, "--precision", precision, "--iterations", "30", "--rounds", "1", "--profile",
                                "--json", "--trace", trace], limit)
    measured = last_json(output) if code == 0 else {}
    if code == 0 and os.path.exists(trace) and measured.get("profile"):
        session.adopt("timeline.json")
        session.note("passed", "timeline " + sample["config"])
    else:
        session.note("failed", "timeline", "took too long" if code is None else output[-600:])
