# SPDX-License-Identifier: Apache-2.0
"""Detectors against their samples, and whether they compute the same again."""
from parts.pool import outcome, run_checks

PRECISIONS = ("f32", "f16", "bf16")
STEADY = ("ssd_mobilenet_v1_300", "rfcn_resnet101_600", "faster_rcnn_resnet101_600")


def words_of(session, what, sample, precision, *more):
    words = [what, f"config={session.path('configs', sample['config'] + '.ini')}", f"set={sample['set']}",
             f"picture={sample['picture']}", f"target={session.target}", f"precision={precision}"]
    return words + list(more)


def at_once(session):
    """How many checks: each makes its plans on one processor, and the largest fetches 6 GB of values."""
    with open("/proc/meminfo", encoding="utf-8") as file:
        free = next(int(line.split()[1]) for line in file if line.startswith("MemAvailable"))
    return max(1, min(12, session.machine["cores"] - 2, free // (7 << 20), len(session.samples)))


def compare(session, limit):
    results = []
    seconds = 300 if session.dry_run else 120
    checks = [(f"{sample['config']} {precision}",
               words_of(session, "compare", sample, precision, f"sample={session.path('samples', sample['config'] + '.safetensors')}"), seconds)
              for precision in PRECISIONS for sample in session.samples]

    def done(name, result):
        config, precision = name.split()
        outcome(session, "detector " + name, result)
        results.append({"config": config, "precision": precision, **result})
        session.write("detectors.json", {"detectors": results})

    run_checks(session, checks, at_once(session), limit, done)


def determinism(session, limit):
    results = []
    chosen = [sample for sample in session.samples if sample["config"] in STEADY] or session.samples[:1]
    checks = [(f"{sample['config']} {precision}", words_of(session, "slots", sample, precision, "batch=8"), 90)
              for precision in PRECISIONS for sample in chosen]

    def done(name, result):
        config, precision = name.split()
        outcome(session, "determinism " + name, result)
        results.append({"config": config, "precision": precision, **result})
        session.write("determinism.json", {"determinism": results})

    run_checks(session, checks, at_once(session), limit, done)
