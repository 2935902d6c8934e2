# SPDX-License-Identifier: Apache-2.0
"""How fast, and how near to what the device can do."""
import os
import tempfile

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


def benchmark(session, limit):
    result = session.benchmark = {"peaks": [], "latency": [], "throughput": []}
    peaks = {}

    def write():
        session.write("benchmark.json", result)
        session.write("benchmark.md", table(result))

    side = 256 if session.dry_run else 8192
    for precision in ("f16", "bf16", "f32", "tf32"):
        _, output = session.run([session.path("bin", "gpu_checks"), "peaks", f"target={session.target}", f"precision={precision}", f"side={side}"], 40)
        measured = {"precision": precision, **last_json(output)}
        outcome(session, f"peak {precision}", measured)
        result["peaks"].append(measured)
        if measured.get("passed"):
            peaks[precision] = measured
        write()

    many = [s for s in session.samples if s["config"] == MANY] or session.samples[:1]
    batch = 2 if session.dry_run else 64
    for precision in ("f16", "bf16"):
        command = words_of(session, "throughput", many[0], precision, f"batch={batch}", "seconds=2")
        _, output = session.run([session.path("bin", "gpu_checks")] + command, 60)
        measured = {"config": many[0]["config"], "precision": precision, **last_json(output)}
        outcome(session, f"throughput {many[0]['config']} {precision}", measured)
        result["throughput"].append(measured)
        write()

    with tempfile.TemporaryDirectory() as folder:
        lock = "lock=" + os.path.join(folder, "lock")
        order = sorted(session.samples, key=lambda s: s["config"] not in GOALS)
        checks = [(f"{s['config']} {precision}", words_of(session, "latency", s, precision, lock), 120)
                  for precision in ("f16", "bf16", "f32") for s in order]

        def done(name, measured):
            config, precision = name.split()
            entry = {"config": config, "precision": precision, **measured}
            if measured.get("passed") and precision in peaks:
                entry.update(share_of_peak(entry, peaks[precision]))
            outcome(session, "latency " + name, measured)
            result["latency"].append(entry)
            result["latency"].sort(key=lambda e: (PRECISIONS.index(e["precision"]), e["config"]))
            write()

        run_checks(session, checks, at_once(session), min(limit, session.left()), done)


def tuned(session, limit):
    """The goals again, with algorithms of layers chosen by measurement; one after the other."""
    result = session.benchmark or {"peaks": [], "latency": [], "throughput": []}
    result["tuned"] = []
    with tempfile.TemporaryDirectory() as folder:
        checks = [(f"{s['config']} f16", words_of(session, "latency", s, "f16", "tune=full", "cache=" + folder), 90)
                  for s in session.samples if s["config"] in GOALS]

        def done(name, measured):
            outcome(session, "tuned latency " + name, measured)
            result["tuned"].append({"config": name.split()[0], "precision": "f16", **measured})
            session.write("benchmark.json", result)
            session.write("benchmark.md", table(result))

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
