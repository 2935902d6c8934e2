# SPDX-License-Identifier: Apache-2.0
"""What machine this is, and where its libraries are."""
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


def driver_folder():
    """Where libcuda.so.1 is if the loader would not find it by itself, as in some containers; else nothing."""
    known = said(["ldconfig", "-p"]) or said(["/sbin/ldconfig", "-p"])
    if "libcuda.so.1" in known:
        return []
    folders = ["/usr/local/nvidia/lib64", "/usr/local/nvidia/lib"]
    return [folder for folder in folders if os.path.exists(os.path.join(folder, "libcuda.so.1"))][:1]


def library_path(folders):
    before = os.environ.get("LD_LIBRARY_PATH")
    return ":".join(folders + ([before] if before else []))


def cudnn_version(folders):
    """As the checks will find it; in a process of its own, which a library that does not fit may end."""
    ask = "import ctypes; get = ctypes.CDLL('libcudnn.so.9').cudnnGetVersion; get.restype = ctypes.c_size_t; print(get())"
    version = said([sys.executable, "-c", ask], env=dict(os.environ, LD_LIBRARY_PATH=library_path(folders)))
    return f"{int(version) // 10000}.{int(version) // 100 % 100}.{int(version) % 100}" if version.isdigit() else "not found"


def said(command, **options):
    """What a program prints; nothing where it fails."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=20, **options)
        return done.stdout.strip() if done.returncode == 0 else ""
    except (OSError, subprocess.TimeoutExpired):
        return ""


def facts(package, own):
    """`own`: the folder of the package's libraries."""
    folders = library_folders() + driver_folder()
    query = ["nvidia-smi", "--query-gpu=name,driver_version,memory.total,clocks.max.sm", "--format=csv,noheader"]
    row = (said(query).splitlines() or [""])[0]
    parts = [part.strip() for part in row.split(",")] + [""] * 4
    return {"gpu": parts[0] or "none", "driver": parts[1] or "none", "memory": parts[2], "clock": parts[3],
            "cudnn": cudnn_version([own] + folders), "library_folders": folders, "commit": package["commit"],
            "cores": len(os.sched_getaffinity(0)), "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
            "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")}
