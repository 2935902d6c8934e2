# SPDX-License-Identifier: Apache-2.0
"""Whether a peer computes what we do: its heads by numbers, its boxes by overlap with ours."""

LARGEST = {"f32": 1e-3}  # of the largest magnitude
RMS = {"bf16": 0.1, "int8": 0.5}  # weights by formula amplify what rounding does; wrong outputs are off by 1 and more
LOOKED_AT = 20
# Runtimes that resize as the network's training did, so that boxes must be ours.
SAME_RESIZE = ("openvino", "onnxruntime")


def overlap(a, b):
    height, width = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if height <= 0 or width <= 0:
        return 0.0
    both = height * width
    return both / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both)


def boxes_found(ours, theirs):
    """Which part of our best boxes they have: the same class, nearly the same place. None where we found none."""
    best = ours[:LOOKED_AT]
    if not best:
        return None
    return sum(any(a[4] == b[4] and overlap(a, b) > 0.7 for b in theirs) for a in best) / len(best)


def heads_verdict(errors, precision):
    """Empty when they are right."""
    for name, error in errors.items():
        for limits, kind in ((LARGEST, "largest"), (RMS, "rms")):
            if precision in limits and not error[kind] <= limits[precision]:
                return f"wrong: {name} is off by {error[kind]:.2g} ({kind})"
    return ""


def boxes_verdict(found, peer, precision):
    if precision == "f32" and peer in SAME_RESIZE and found is not None and found < 0.9:
        return f"wrong: it has {found:.0%} of our boxes"
    return ""
