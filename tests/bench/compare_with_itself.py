#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How often bench --compare says of one and the same program that it is slower. On a machine that others use, that is
the question. PROGRAM may be two of different commits, OLD,NEW.
Usage: compare_with_itself.py PROGRAM [TRIES [ARGUMENTS OF BENCH...]]"""
import collections
import os
import subprocess
import sys
import tempfile


def main(program, tries="20", *arguments):
    old, new = ([part, "bench", "--duration", "2", *arguments] for part in (program.split(",") * 2)[:2])
    counts = collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        before = os.path.join(folder, "before.json")
        for number in range(1, int(tries) + 1):
            subprocess.run([*old, "-o", before, "--overwrite"], check=True, stdout=subprocess.DEVNULL)
            done = subprocess.run([*new, "--compare", before, "--max-regress", "5%"], stdout=subprocess.PIPE, text=True)
            lines = done.stdout.splitlines()
            says = next((line for line in lines if line.startswith("compared: ")), "compared: nothing")
            detail = [" ".join(line.split()) for line in lines if line.startswith(("  before ", "  now ", "  again "))]
            counts[done.returncode, says] += 1
            print(f"{number}: exit code {done.returncode}, {says}; " + "; ".join(detail), flush=True)
    for (code, says), count in sorted(counts.items()):
        print(f"{count} of {tries}: exit code {code}, {says}")
    return any(code != 0 for code, _ in counts)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
