# SPDX-License-Identifier: Apache-2.0
"""An environment of Python's own with exactly the packages of requirements.lock.txt, in the build folder."""
import hashlib
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
LOCK = os.path.join(HERE, "requirements.lock.txt")


def make(folder):
    """The environment's python3; made again when the lock file has changed."""
    with open(LOCK, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    python, mark = os.path.join(folder, "bin", "python3"), os.path.join(folder, "made-from")
    if not (os.path.exists(mark) and open(mark, encoding="ascii").read() == digest):
        print(f"making {folder}", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "-r", LOCK], check=True)
        with open(mark, "w", encoding="ascii") as file:
            file.write(digest)
    return python


def enter(folder, given=""):
    """Goes on as this environment's Python, unless it is that already."""
    python = os.path.join(given, "bin", "python3") if given else make(folder)
    if os.path.abspath(sys.prefix) != os.path.abspath(os.path.dirname(os.path.dirname(python))):
        os.execv(python, [python, *sys.argv])
