#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each public header compiles alone, in every standard it promises, without a warning: check_headers.py SDK CC... -- CXX..."""
import subprocess
import sys
import unittest

SDK, compilers = sys.argv[1], sys.argv[2:]
CC, CXX = compilers[:compilers.index("--")], compilers[compilers.index("--") + 1:]
STRICT = ["-Wall", "-Wextra", "-pedantic", "-Werror", "-fsyntax-only", "-I" + SDK]


class Headers(unittest.TestCase):
    def check(self, compiler, language, standard, text):
        command = compiler + STRICT + ["-std=" + standard, "-x", language, "-"]
        result = subprocess.run(command, input=text, capture_output=True, text=True)
        return result.returncode, result.stderr

    def compiles(self, compiler, language, standard, header):
        code, errors = self.check(compiler, language, standard, f"#include <tradewind/{header}>\n")
        self.assertEqual((0, ""), (code, errors), f"{header} as {standard}")

    def test_the_c_header_compiles_alone(self):
        for standard in ("c11", "c17"):
            self.compiles(CC, "c", standard, "plugin.h")
        for standard in ("c++17", "c++20"):
            self.compiles(CXX, "c++", standard, "plugin.h")

    def test_the_cpp_header_compiles_alone(self):
        self.compiles(CXX, "c++", "c++20", "plugin.hpp")

    def test_headers_may_be_included_twice_and_in_either_order(self):
        for names in (("plugin.h", "plugin.hpp"), ("plugin.hpp", "plugin.h", "plugin.hpp")):
            text = "".join(f"#include <tradewind/{name}>\n" for name in names)
            self.assertEqual((0, ""), self.check(CXX, "c++", "c++20", text))

    def test_the_check_can_fail(self):
        code, errors = self.check(CC, "c", "c11", "#include <tradewind/plugin.h>\nint unused(void) { int x; return 0; }\n")
        self.assertNotEqual(0, code)
        self.assertIn("unused", errors)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
