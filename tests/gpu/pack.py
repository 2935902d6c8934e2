#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the package for a machine with a GPU: see README.md."""
import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(os.path.dirname(HERE))
MOST_BYTES = 64 << 20
PROGRAMS = ["tests/gpu/gpu_checks", "tests/gpu/test_gpu_ops"]
# Libraries that every Linux has, and those that belong to the driver or to CUDA.
THERE = re.compile(r"^(linux-vdso|ld-linux|lib(c|m|dl|rt|pthread|resolv|stdc\+\+|gcc_s|cuda|cudnn|cublas|nvrtc)[._-])")


def detectors():
    """All eighteen, as published: 300 pixels in one stage, 600 in two, with 100 proposals."""
    for meta in ("ssd", "rfcn", "faster_rcnn"):
        for extractor in ("mobilenet_v1", "inception_v2", "inception_v3", "resnet101", "vgg16", "inception_resnet_v2"):
            two_stages = meta != "ssd"
            yield {"config": f"{meta}_{extractor}_{600 if two_stages else 300}", "picture": "480x640",
                   "set": "meta.proposals=100" if two_stages else ""}


def run(*command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, **options)
    if done.returncode != 0:
        sys.exit(f"pack.py: {' '.join(command)}: exit code {done.returncode}\n{done.stdout[-2000:]}")
    return done.stdout


def git(*arguments):
    return run("git", "-C", SOURCE, *arguments).strip()


def build(folder, architectures):
    """The programs, and what an installation consists of."""
    options = ["-Dcuda=enabled", f"-Dgpu_architectures={architectures}", "-Donednn=enabled", "-Dcodecs=disabled",
               "-Dimporters=enabled", "-Dtests=enabled", "-Ddocs=disabled", "--buildtype=release", "--prefix=/usr", "--libdir=lib"]
    known = os.path.exists(os.path.join(folder, "build.ninja"))
    run("meson", "setup", *(["--reconfigure"] if known else []), folder, SOURCE, *options)
    installed = json.loads(run("meson", "introspect", "--targets", folder))
    files = [os.path.relpath(t["filename"][0], folder) for t in installed if t["installed"]]
    if subprocess.run(["ninja", "-C", folder, *files, *PROGRAMS]).returncode != 0:
        sys.exit("pack.py: the build failed")


def needed_libraries(paths, own):
    """The shared libraries that files need, and those need, which a bare machine lacks; `own`: the folder of ours."""
    found = {}
    for path in paths:
        for name, where in re.findall(r"(\S+) => (/\S+)", run("ldd", path, env=dict(os.environ, LD_LIBRARY_PATH=own))):
            if not THERE.match(name) and not name.startswith("libtradewind"):
                found[name] = os.path.realpath(where)
    return found


def is_elf(path):
    with open(path, "rb") as file:
        return file.read(4) == b"\x7fELF"


def gather(folder, files):
    shutil.rmtree(files, ignore_errors=True)
    installed = os.path.join(files, "installed")
    run("meson", "install", "-C", folder, "--no-rebuild", "--destdir", installed)
    for part in ("bin", "lib", "share"):
        shutil.move(os.path.join(installed, "usr", part), os.path.join(files, part))
    shutil.rmtree(installed)
    shutil.rmtree(os.path.join(files, "include"), ignore_errors=True)
    for program in PROGRAMS:
        shutil.copy2(os.path.join(folder, program), os.path.join(files, "bin"))
    shutil.copytree(os.path.join(SOURCE, "configs"), os.path.join(files, "configs"), ignore=shutil.ignore_patterns("bundles", "studies", "meson.build"))
    elves = [os.path.join(at, name) for at, _, names in os.walk(files) for name in names if not os.path.islink(os.path.join(at, name)) and is_elf(os.path.join(at, name))]
    for path in elves:
        run("strip", "--strip-unneeded", path)
    for name, where in sorted(needed_libraries(elves, os.path.join(files, "lib")).items()):
        elves.append(shutil.copy2(where, os.path.join(files, "lib", name)))
    return elves


def sample_key(sample):
    """Changes with whatever could change what a network computes on the CPU."""
    folders = ["plugins", "meta_archs", "configs"] + ["runtime/" + part for part in (
        "tensor", "graph", "ops", "config", "image", "weights", "host", "passes", "detector", "targets/onednn", "targets/reference")]
    code = "".join(git("rev-parse", "HEAD:" + folder) for folder in folders) + git("diff", "HEAD", "--", *folders)
    return hashlib.sha256((code + json.dumps(sample)).encode()).hexdigest()[:16]


def record(files, cache, samples):
    """What the CPU computes, which tests compare with the plain kernels; each once for every state of the code."""
    os.makedirs(cache, exist_ok=True)
    os.makedirs(os.path.join(files, "samples"), exist_ok=True)
    lib = os.path.join(files, "lib", "tradewind")
    environment = dict(os.environ, TRADEWIND_PLUGIN_PATH=os.path.join(lib, "plugins-0"), TRADEWIND_MODULE_PATH=os.path.join(lib, "modules-0"))
    for sample in samples:
        kept = os.path.join(cache, sample["config"] + "-" + sample_key(sample))
        if not os.path.exists(kept):
            print("recording", sample["config"], flush=True)
            run(os.path.join(files, "bin", "gpu_checks"), "record", f"config={os.path.join(files, 'configs', sample['config'] + '.ini')}",
                f"set={sample['set']}", f"picture={sample['picture']}", "target=cpu", f"sample={kept}", env=environment)
        shutil.copy2(kept, os.path.join(files, "samples", sample["config"] + ".safetensors"))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default=os.path.join(SOURCE, "build-gpu"), help="build folder, which is made")
    parser.add_argument("--output", help="folder of the package, which is replaced; default: BUILD/package")
    parser.add_argument("--architectures", default="90", help="compute capabilities, with commas: 80,90")
    parser.add_argument("--only", default="", help="samples of detectors with this in their name alone")
    parser.add_argument("--with-changes", action="store_true", help="of what is not committed, too; the package says so")
    given = parser.parse_args()
    changed = git("status", "--porcelain")
    if changed and not given.with_changes:
        sys.exit(f"pack.py: commit these first, so that results name what ran, or give --with-changes:\n{changed}")
    commit = git("rev-parse", "HEAD") + (" with changes" if changed else "")
    output, files = os.path.abspath(given.output or os.path.join(given.build, "package")), os.path.join(given.build, "package-files")
    samples = [sample for sample in detectors() if given.only in sample["config"]]
    build(given.build, given.architectures)
    elves = gather(given.build, files)
    record(files, os.path.join(given.build, "samples"), samples)
    package = {"commit": commit, "architectures": given.architectures, "samples": samples}
    with open(os.path.join(files, "package.json"), "w", encoding="utf-8") as file:
        json.dump(package, file, indent=1)
    shutil.rmtree(output, ignore_errors=True)
    os.makedirs(output)
    with tarfile.open(os.path.join(output, "files.tar.xz"), "w:xz", preset=4) as archive:
        archive.add(files, ".")
    shutil.copy2(os.path.join(HERE, "run.py"), output)
    shutil.copytree(os.path.join(HERE, "parts"), os.path.join(output, "parts"), ignore=shutil.ignore_patterns("__pycache__"))
    total = sum(os.path.getsize(os.path.join(at, name)) for at, _, names in os.walk(output) for name in names)
    print(f"{output}: {total / (1 << 20):.1f} MiB, commit {package['commit']}, {len(samples)} detectors; in it, unpacked:")
    for path in sorted(elves, key=os.path.getsize, reverse=True):
        print(f"  {os.path.getsize(path) / (1 << 20):6.2f} MiB {os.path.relpath(path, files)}")
    if total > MOST_BYTES:
        sys.exit("pack.py: that is more than 64 MiB")


if __name__ == "__main__":
    main()
