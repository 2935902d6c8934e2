#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts test cases from Meson's log and ends with "N passed, N failed".

A doctest program counts as its cases; any other test counts as one. A case that printed a line "SKIPPED: ..." is
counted as skipped, never as passed.
"""
import json
import re
import sys

CASES = re.compile(r"test cases:\s*(\d+)\s*\|\s*(\d+) passed\s*\|\s*(\d+) failed")
UNITTEST = re.compile(r"^Ran (\d+) tests? in", re.M)


def count(record):
    """(passed, failed, skipped) of one Meson test."""
    output = re.sub(r"\x1b\[[0-9;]*m", "", record.get("stdout", "") + record.get("stderr", ""))
    skipped = len(re.findall(r"^SKIPPED: ", output, re.M))
    fine = record["result"] in ("OK", "EXPECTEDFAIL")
    if record["result"] == "SKIP":
        return 0, 0, max(1, skipped)
    cases = CASES.search(output)
    if cases:
        passed, failed = int(cases.group(2)), int(cases.group(3))
    else:
        ran = UNITTEST.search(output)
        total = int(ran.group(1)) if ran else 1
        passed, failed = (total, 0) if fine else (total - 1, 1)
    if not fine and failed == 0:
        failed = 1
    return max(0, passed - skipped), failed, skipped


def main():
    with open(sys.argv[1], encoding="utf-8") as log:
        totals = [count(json.loads(line)) for line in log if line.strip()]
    passed, failed, skipped = (sum(column) for column in zip(*totals)) if totals else (0, 0, 0)
    if skipped:
        print(f"{skipped} skipped (what they need is not on this machine)")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
