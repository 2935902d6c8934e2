# SPDX-License-Identifier: Apache-2.0
"""gpu_checks, many at a time."""
import time

from parts.session import last_json

NO_TIME = {"skipped": "there was no time left"}


def run_checks(session, checks, at_once, limit, done):
    """`checks`: (name, words of gpu_checks, seconds). Calls done(name, result) as each ends; what there was no time for
    is said to be skipped, begun or not. At most `limit` seconds in all."""
    end = time.monotonic() + min(limit, session.left())
    waiting, running = list(checks), []
    while waiting or running:
        while waiting and len(running) < at_once and time.monotonic() < end - 1:
            name, words, seconds = waiting.pop(0)
            process = session.start([session.path("bin", "gpu_checks")] + words)
            running.append((name, process, min(end, time.monotonic() + seconds)))
        if not running:
            break
        for entry in [e for e in running if e[1].poll() is not None or time.monotonic() > e[2]]:
            running.remove(entry)
            name, process, until = entry
            code, output = session.finish(process, 5 if process.poll() is not None else 0.1)
            done(name, result_of(code, output, until == end))
        time.sleep(0.02)
    for name, _, _ in waiting:
        done(name, NO_TIME)


def result_of(code, output, last):
    """`last`: what stopped it, if anything did, was the end of all, which says nothing about it."""
    if code is None:
        return NO_TIME if last else {"passed": False, "error": "took too long: " + output[-300:]}
    if code < 0:
        return {"passed": False, "error": f"ended by signal {-code}: {output[-300:]}"}
    return last_json(output)


def outcome(session, name, result):
    if "skipped" in result:
        session.note("not run", name, result["skipped"])
    elif result.get("passed"):
        session.note("passed", name)
    else:
        session.note("failed", name, result.get("error") or str((result.get("first") or {}).get("where") or result))
