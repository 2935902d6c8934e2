#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the rules of the tree: licence lines, names, who includes whom, who prints, who knows which library."""
import os
import re
import sys
import unittest

ROOT = os.path.abspath(sys.argv.pop(1) if len(sys.argv) > 1 else ".")
FOLDERS = ("runtime", "sdk", "plugins", "meta_archs", "tests", "configs")
CODE = (".cpp", ".hpp", ".h", ".c", ".cu", ".cuh")
NAMES = re.compile(r"(^|[/_-])(util|utils|common|misc|helper|helpers|stuff)([/_.-]|$)")
# A folder includes only itself and folders of groups further left.
ORDER = [("sdk",), ("runtime/tensor",), ("runtime/graph",), ("runtime/ops", "runtime/config", "runtime/image"),
         ("runtime/weights",), ("runtime/host", "runtime/targets"), ("runtime/passes",), ("runtime/detector",),
         ("runtime/output", "runtime/evaluate"), ("runtime/study", "runtime/quantise"), ("runtime/cli",)]
RANK = {folder: rank for rank, group in enumerate(ORDER) for folder in group}
LIBRARIES = [(r"<opencv2", "runtime/image"), (r"<(oneapi/dnnl|dnnl)", "runtime/targets/onednn"),
             (r"<(cuda|cudnn|cublas)", "runtime/targets/cuda"), (r"<boost/dll|<dlfcn", "runtime/host")]
PRINTING = re.compile(r"\b(std::(cout|cerr|clog|exit|abort|quick_exit|getenv)|printf\s*\(|fputs\s*\(|[^_:\w.>]exit\s*\("
                      r"|[^_:\w.>]abort\s*\(|[^_:\w.>]getenv\s*\()")
LONGEST = 600


def tree():
    for folder in FOLDERS:
        for base, folders, files in os.walk(os.path.join(ROOT, folder)):
            folders[:] = [f for f in folders if f not in ("__pycache__",)]
            for name in files:
                yield os.path.relpath(os.path.join(base, name), ROOT)


def text(path):
    with open(os.path.join(ROOT, path), encoding="utf-8", errors="replace") as file:
        return file.read()


def code_files():
    return sorted(path for path in tree() if path.endswith(CODE))


def bare(source):
    """The source without comments and string contents."""
    source = re.sub(r'"(\\.|[^"\\\n])*"', '""', source)
    return re.sub(r"/\*.*?\*/|//[^\n]*", "", source, flags=re.S)


def home(path):
    return next((folder for folder in RANK if path.startswith(folder + "/")), None)


class Tree(unittest.TestCase):
    def offenders(self, found):
        self.assertEqual([], sorted(found))

    def test_every_source_file_begins_with_its_licence(self):
        files = [p for p in tree() if p.endswith(CODE + (".py", ".ini", ".build", ".fbs", ".sh"))]
        self.assertGreater(len(files), 100)
        self.offenders(p for p in files if "SPDX-License-Identifier: Apache-2.0" not in text(p)[:200])

    def test_names_say_something(self):
        self.offenders(p for p in tree() if NAMES.search(p))

    def test_no_file_is_too_long(self):
        long = [p for p in code_files() if not p.startswith("tests/") and text(p).count("\n") > LONGEST]
        self.offenders(p for p in long if "Generated" not in text(p)[:400])

    def test_folders_include_only_what_stands_to_their_left(self):
        wrong = []
        for path in code_files():
            mine = home(path)
            for wanted in re.findall(r'^\s*#\s*include\s*"([^"]+)"', text(path), re.M) if mine else []:
                theirs = home("runtime/" + wanted)
                if theirs and theirs != mine and RANK[theirs] >= RANK[mine]:
                    wrong.append(f"{path} includes {wanted}")
        self.offenders(wrong)

    def test_the_sdk_includes_nothing_of_the_runtime(self):
        self.offenders(p for p in code_files() if p.startswith(("sdk/", "plugins/", "meta_archs/"))
                       and re.search(r'#\s*include\s*"[^"]*/', text(p)))

    def test_libraries_stay_in_their_folders(self):
        wrong = []
        for pattern, folder in LIBRARIES:
            for path in code_files():
                if not path.startswith((folder + "/", "tests/")) and re.search(r"#\s*include\s*" + pattern, text(path)):
                    wrong.append(f"{path}: {pattern}")
        self.offenders(wrong)

    def test_only_the_command_line_prints_exits_or_reads_the_environment(self):
        files = [p for p in code_files() if p.startswith(("runtime/", "sdk/", "plugins/", "meta_archs/"))
                 and not p.startswith(("runtime/cli/", "runtime/main.cpp"))]
        self.offenders(p for p in files if PRINTING.search(bare(text(p))))

    def test_no_component_knows_another_by_name(self):
        families = "mobilenet|inception|resnet|vgg"
        metas = "|".join(sorted(f for f in os.listdir(os.path.join(ROOT, "meta_archs"))
                                if os.path.exists(os.path.join(ROOT, "meta_archs", f, "meson.build"))))
        self.assertIn("rfcn", metas)
        # The formula of seeded weights is published, and names two weights.
        published = ("runtime/weights/seeded.cpp",)
        wrong = []
        for path in (p for p in tree() if p.endswith(CODE + (".build", ".ini"))):
            names = {"meta_archs": families, "plugins": metas, "runtime": families + "|" + metas}.get(path.split("/")[0])
            code = re.sub(r"/\*.*?\*/|//[^\n]*|(?m:^#.*)", "", text(path), flags=re.S)
            if names and path not in published:
                wrong += [f"{path}: {m.group(0)}" for m in re.finditer(rf"(?<![a-z])({names})(?![a-z])", code, re.I)]
        self.offenders(wrong)

    def test_nms_iou_and_anchors_are_written_once(self):
        defined = [p for p in code_files() if p.startswith("runtime/") and re.search(r"^inline float iou\(|\bfloat iou\([^;]*\{",
                                                                                     bare(text(p)), re.M)]
        self.assertEqual(1, len(defined), defined)

    def test_back_ends_are_not_switched_by_the_preprocessor(self):
        # tensor/portable.h is the mark of functions that are compiled for other processors too.
        self.offenders(p for p in code_files() if not p.startswith(("runtime/targets/", "tests/"))
                       and p != "runtime/tensor/portable.h"
                       and re.search(r"#\s*if.*(CUDA|DNNL|ONEDNN)", text(p)))


if __name__ == "__main__":
    unittest.main()
