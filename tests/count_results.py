#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts test cases from Meson's log and ends with "N passed, N failed".

A doctest program and a unittest program count as their cases; any other test counts as one. What was skipped is never
counted as passed: a case of doctest that printed a line "SKIPPED: ...", and what unittest says it skipped.
"""
import json
import re
import sys

CASES = re.compile(r"test cases:\s*(\d+)\s*\|\s*(\d+) passed\s*\|\s*(\d+) failed")
UNITTEST = re.compile(r"^Ran (\d+) tests? in", re.M)
UNITTEST_END = re.compile(r"^(?:OK|FAILED)(?: \((.*)\))?$", re.M)


def count_unittest(output, fine):
    """(passed, failed, skipped) of a unittest program, or nothing when it is none or did not come to its end."""
    ran, end = UNITTEST.search(output), UNITTEST_END.search(output)
    if not ran or not end:
        return None
    said = dict(part.split("=") for part in (end.group(1) or "").split(", ") if "=" in part)
    failed = int(said.get("failures", 0)) + int(said.get("errors", 0))
    skipped = int(said.get("skipped", 0))
    # Subtests fail by themselves: there may be more failures than tests.
    return max(0, int(ran.group(1)) - failed - skipped), max(failed, 0 if fine else 1), skipped


def count(record):
    """(passed, failed, skipped) of one Meson test."""
    output = re.sub(r"\x1b\[[0-9;]*m", "", record.get("stdout", "") + record.get("stderr", ""))
    fine = record["result"] in ("OK", "EXPECTEDFAIL")
    if record["result"] == "SKIP":
        return 0, 0, 1
    counted = count_unittest(output, fine)
    if counted:
        return counted
    cases = CASES.search(output)
    passed, failed = (int(cases.group(2)), int(cases.group(3))) if cases else (1, 0)
    skipped = len(re.findall(r"^SKIPPED: ", output, re.M))
    if not fine and failed == 0:
        passed, failed = passed - 1, 1
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
