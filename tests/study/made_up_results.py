# SPDX-License-Identifier: Apache-2.0
"""Made-up results of a study, for tests of its report. No number here was measured: times, memory and accuracies follow
simple formulas, so that figures have something to show. python3 made_up_results.py [--no-accuracy] > results.jsonl"""
import json
import sys

METAS = {"ssd": (0.6, 0.55), "rfcn": (1.0, 0.95), "faster_rcnn": (1.3, 1.0)}  # factors of time and accuracy
EXTRACTORS = {  # settings, milliseconds and billions of multiply-adds at 300, millions of parameters, mAP at 600
    ("mobilenet_v1", ""): (22, 1.2, 5.5, 0.20), ("inception_v2", ""): (38, 3.9, 13.0, 0.25),
    ("inception_v3", ""): (95, 9.5, 26.0, 0.29), ("vgg", "16"): (160, 30.6, 138.0, 0.26),
    ("resnet_v1", "101"): (180, 20.1, 48.0, 0.33), ("inception_resnet_v2", ""): (420, 40.7, 60.0, 0.36)}
NUMBERS = (("AP", 1.0), ("AP50", 1.6), ("AP75", 1.05), ("APs", 0.35), ("APm", 1.05), ("APl", 1.5))
MACHINE = {"cpu": "Made-up CPU at 3 GHz", "system": "Linux 6.1 x86_64", "cores": 2, "memory_bytes": 8000000000}
VERSIONS = {"tradewind": "0.1.0", "commit": "0123456789ab", "target": "made-up 1.0", "plugin_abi": "0.1"}
SHARES = {"decode": 0.03, "resize": 0.01, "upload": 0.005, "network": 0.9, "postprocess": 0.03, "download": 0.004,
          "encode": 0.001}


def time(median):
    return {"count": 50, "median": median, "low": 0.985 * median, "high": 1.02 * median, "p90": 1.05 * median,
            "p99": 1.2 * median, "mean": 1.01 * median, "least": 0.97 * median}


def accuracy(ap):
    return {"numbers": {name: round(min(0.95, factor * ap), 4) for name, factor in NUMBERS},
            "ap_by_iou": [round(1.6 * ap * (1 - (i / 10) ** 2), 4) for i in range(10)], "pictures": 500, "annotations": 3600}


def result(meta, extractor, depth, size, proposals=0, stride=16, accurate=True):
    milliseconds, operations, parameters, ap = EXTRACTORS[extractor, depth]
    slower, better = METAS[meta]
    area = (size / 300) ** 2 * (2.4 if stride == 8 else 1)
    per_proposal = 0.006 * milliseconds if meta == "faster_rcnn" else 0.0001 * milliseconds
    total = 4 + slower * milliseconds * area + per_proposal * proposals
    ap *= better * (1 if size >= 600 else 0.83) * (1.04 if stride == 8 else 1) * (1 - 1.6 / (proposals + 5) if proposals else 1)
    settings = {"image.min_side": str(size), "meta.max_total": "300"}
    if depth:
        settings["extractor.depth"] = depth
    if proposals:
        settings["meta.proposals"] = str(proposals)
        settings["extractor.output_stride"] = str(stride)
    cell = f"{meta}-{extractor}{depth}-{size}-{proposals}-{stride}"
    return {
        "schema": "tradewind-result-1", "key": cell, "status": "ok", "error": "",
        "configuration": {"config": "", "meta": meta, "extractor": extractor, "weights": "made-up.safetensors" if accurate else "seeded",
                          "target": "cpu", "precision": "f32", "threads": 2, "batch": 1, "streams": 1, "size": size,
                          "resized_height": size, "resized_width": size if meta == "ssd" else size * 4 // 3,
                          "proposals": proposals, "output_stride": stride if proposals else 32, "settings": settings},
        "machine": MACHINE, "versions": VERSIONS,
        "network": {"name": f"{meta}_{extractor}", "parameters": int(1e6 * parameters),
                    "multiply_adds": int(1e9 * (operations * area + (operations / 250 * proposals if meta == "faster_rcnn" else 0))),
                    "nodes": 200},
        "inputs": "picture:480x640", "time_ms": {"total": time(total), **{name: time(share * total) for name, share in SHARES.items()}},
        "stage_sum_ratio": 0.99, "rounds_ms": [total, total], "first_picture_ms": 1.9 * total, "start_to_first_ms": 3 * total,
        "pictures_per_second": round(1000 / total * 1.1, 4),
        "memory": {"peak_bytes": int(1e6 * (40 + 4.2 * parameters + 30 * area * slower)), "predicted_bytes": 0, "activation_bytes": 0,
                   "weight_bytes": 0},
        "joules_per_picture": None, "energy_note": "made up", "accuracy": accuracy(ap) if accurate else None,
        "accuracy_note": "" if accurate else "the weights are seeded, not trained", "profile": []}


def unable(meta, extractor, depth, status, error):
    made = result(meta, extractor, depth, 300, accurate=False)
    return dict(made, key=made["key"] + "-" + status, status=status, error=error, time_ms={})


def results(accurate=True):
    made = []
    for extractor, depth in EXTRACTORS:
        for size in (300, 600):
            made.append(result("ssd", extractor, depth, size, accurate=accurate))
            for meta in ("rfcn", "faster_rcnn"):
                strides = (16, 8) if extractor in ("resnet_v1", "inception_resnet_v2") else (16,)
                made += [result(meta, extractor, depth, size, proposals, stride, accurate)
                         for stride in strides for proposals in (10, 50, 100, 300)]
    made.append(unable("ssd", "vgg", "16", "impossible", "a made-up cell cannot be: the last map would be empty"))
    made.append(unable("rfcn", "inception_v3", "", "failed", "a made-up failure: there is not enough memory"))
    return made


def lines(some):
    return "".join(json.dumps(one) + "\n" for one in some)


if __name__ == "__main__":
    sys.stdout.write(lines(results("--no-accuracy" not in sys.argv)))
