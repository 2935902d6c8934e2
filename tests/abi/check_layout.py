#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The layout of the ABI is the committed one, and names every field of the header: check_layout.py PROGRAM EXPECTED HEADER"""
import re
import subprocess
import sys
import unittest

PROGRAM, EXPECTED, HEADER = sys.argv[1:4]


class Layout(unittest.TestCase):
    def setUp(self):
        self.printed = subprocess.run([PROGRAM], capture_output=True, text=True, check=True).stdout

    def test_it_is_the_committed_one(self):
        with open(EXPECTED, encoding="utf-8") as file:
            self.assertEqual(file.read(), self.printed, "fields may be appended, with a new minor; nothing else may change")

    def test_no_struct_is_forgotten(self):
        with open(HEADER, encoding="utf-8") as file:
            header = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)
        structs = re.findall(r"typedef struct (tw_\w+) \{", header)
        self.assertGreater(len(structs), 8)
        self.assertEqual(sorted(structs), sorted(re.findall(r"^(tw_\w+) size", self.printed, re.M)))

    def test_fields_follow_one_another_without_gaps(self):
        end = {}
        for struct, field, at, size in re.findall(r"^(tw_\w+)\.(\w+) at (\d+), (\d+) bytes", self.printed, re.M):
            self.assertEqual(end.get(struct, 0), int(at), f"a field before {struct}.{field} is not listed")
            end[struct] = int(at) + int(size)
        for struct, size in re.findall(r"^(tw_\w+) size (\d+)", self.printed, re.M):
            self.assertEqual(end[struct], int(size), f"the last field of {struct} is not listed")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
