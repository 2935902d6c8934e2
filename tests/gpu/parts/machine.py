# SPDX-License-Identifier: Apache-2.0
"""What machine this is, and where its libraries are."""
import ctypes
import datetime
import glob
import os
import platform
import site
import subprocess
import sys

NEEDED = ("libcudnn.so.9", "libnvrtc.so.1[0-9]", "libcublasLt.so.1[0-9]")


def library_folders():
    """Folders with cuDNN and what it loads: of Python packages, of the toolkit."""
    roots = []
    environments = sorted(glob.glob("/opt/*/*/lib/python3*/site-packages") + glob.glob("/opt/*/lib/python3*/site-packages"))
    for folder in sys.path + site.getsitepackages() + [site.getusersitepackages()] + environments:
        roots += sorted(glob.glob(os.path.join(folder, "nvidia", "*", "lib")))
    roots += sorted(glob.glob("/usr/local/cuda*/lib64")) + sorted(glob.glob("/usr/local/cuda*/targets/x86_64-linux/lib"))
    roots += ["/usr/lib/x86_64-linux-gnu", "/usr/local/nvidia/lib64"]
    found = []
    for pattern in NEEDED:
        for root in roots:
            if glob.glob(os.path.join(root, pattern)):
                if root not in found and root != "/usr/lib/x86_64-linux-gnu":
                    found.append(root)
                break
    return found


def cudnn_version(folders):
    for folder in folders + [""]:
        try:
            library = ctypes.CDLL(os.path.join(folder, "libcudnn.so.9"))
            library.cudnnGetVersion.restype = ctypes.c_size_t
            version = library.cudnnGetVersion()
            return f"{version // 10000}.{version // 100 % 100}.{version % 100}"
        except OSError:
            continue
    return "not found"


def smi(*arguments):
    try:
        done = subprocess.run(["nvidia-smi", *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=20)
        return done.stdout.strip() if done.returncode == 0 else ""
    except (OSError, subprocess.TimeoutExpired):
        return ""


def facts(package):
    folders = library_folders()
    row = (smi("--query-gpu=name,driver_version,memory.total,clocks.max.sm", "--format=csv,noheader").splitlines() or [""])[0]
    parts = [part.strip() for part in row.split(",")] + [""] * 4
    return {"gpu": parts[0] or "none", "driver": parts[1] or "none", "memory": parts[2], "clock": parts[3],
            "cudnn": cudnn_version(folders), "library_folders": folders, "commit": package["commit"],
            "cores": len(os.sched_getaffinity(0)), "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
            "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")}
