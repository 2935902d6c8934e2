# SPDX-License-Identifier: Apache-2.0
"""One network, precision and number of threads: all contenders in turns, round by round."""
import os
import random
import statistics
import time

import contenders
from agreement import boxes_found, boxes_verdict, heads_verdict
from contenders import Failed
from networks import peers_of

LOOK_AFTER, TOO_SLOW = 7, 1.6  # rounds, and times the best peer, after which a peer is left out
PAUSE, QUICK = 0.05, 400       # seconds before each run, in which threads of the one before stop to spin; milliseconds
                               # below which a run of warming comes first


def quartiles(values):
    if len(values) < 2:
        return [values[0]] * 3
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return [low, middle, high]


class Case:
    def __init__(self, preparation, network, precision, threads, tuning):
        self.preparation, self.network, self.precision, self.threads = preparation, network, precision, threads
        self.folder, self.options = preparation.prepare(network)
        self.cpus = set(sorted(os.sched_getaffinity(0))[:threads])
        self.tuning, self.failed, self.all, self.ours, self.our_boxes = tuning, {}, [], None, []

    def start(self):
        self._start("ours", self._start_ours)
        for name, way in peers_of(self.network, self.precision):
            self._start(f"{name} {way}", lambda n=name, w=way: self._start_peer(n, w))

    def _start(self, name, make):
        try:
            make()
        except (Failed, RuntimeError) as error:
            self.failed[name] = str(error)

    def _start_ours(self):
        options = self.options
        if self.precision == "int8":
            options = self.preparation.quantised(self.network, self.folder, options)
        self.ours = contenders.ours(self.preparation, options, self.precision, self.threads, self.cpus, self.tuning)
        self.ours.start["first_run"] = self.ours.ask("run " + self.preparation.picture)["ms"]
        self.our_boxes = self.ours.ask("boxes " + self.preparation.picture)["boxes"]
        self.all.append(self.ours)

    def _start_peer(self, name, way):
        one = contenders.peer(name, way, self.precision, self.threads, self.folder, self.cpus)
        answer = one.ask("run " + self.preparation.picture)
        one.start["first_run"] = answer["decode"] + answer["network"]
        if way == "heads":
            one.start["errors"] = one.ask("heads")["errors"]
            one.note = heads_verdict(one.start["errors"], self.precision)
        else:
            found = boxes_found(self.our_boxes, one.ask("boxes " + self.preparation.picture)["boxes"])
            one.start["boxes_found"] = found
            one.note = boxes_verdict(found, name, self.precision)
        if one.note:
            self.failed[one.name] = one.note
            one.stop()
        else:
            self.all.append(one)

    # Measuring

    def measure(self, rounds):
        active = list(self.all)
        for index in range(rounds):
            for one in random.Random(index).sample(active, len(active)):
                try:
                    self._run(one)
                except Failed as error:
                    self.failed[one.name] = str(error)
                    active.remove(one)
                    self.all.remove(one)
            if index + 1 == LOOK_AFTER and rounds > LOOK_AFTER:
                active = self._still_of_interest(active)

    def _run(self, one):
        time.sleep(PAUSE)
        command = "run " + self.preparation.picture
        if not one.answers or self._total(one.answers[-1]) < QUICK:
            one.ask(command)
        one.answers.append(one.ask(command))

    def _total(self, answer):
        return answer["ms"] if "ms" in answer else answer["decode"] + answer["network"]

    def _around_network(self):
        """Our own pre- and post-processing, which heads get added."""
        if not self.ours:
            return 0.0
        return statistics.median(a["preprocess"] + a["postprocess"] for a in self.ours.answers)

    def times(self, one):
        added = self._around_network() if one.name.endswith(" heads") else 0.0
        return [self._total(answer) + added for answer in one.answers]

    def _still_of_interest(self, active):
        medians = {one.name: statistics.median(self.times(one)) for one in active if one is not self.ours}
        best = min(medians.values(), default=0)
        kept = []
        for one in active:
            if one is self.ours or medians[one.name] <= TOO_SLOW * best:
                kept.append(one)
            else:
                one.note = f"not the best: median of {LOOK_AFTER} rounds"
        return kept

    def stop(self):
        for one in self.all:
            one.stop()

    # Results

    def result(self, load):
        rows = {one.name: self._row(one) for one in self.all if one.answers}
        peers = {name: row["ms"][1] for name, row in rows.items() if name != "ours"}
        result = {"network": self.network.name, "precision": self.precision, "threads": self.threads,
                  "multiply_adds": self._multiply_adds(), "load_average_at_start": load, "goal":
                  self.network.goals.get(self.precision), "contenders": rows, "not_measured": self.failed,
                  "boxes": len(self.our_boxes), "our_pre_and_post_processing_ms": self._around_network()}
        if peers and "ours" in rows:
            best = min(peers, key=peers.get)
            whole = {name: time for name, time in peers.items() if name.endswith(" whole")}
            result["best_peer"], result["ratio"] = best, rows["ours"]["ms"][1] / peers[best]
            if whole:
                result["ratio_to_best_whole"] = rows["ours"]["ms"][1] / min(whole.values())
        return result

    def _multiply_adds(self):
        from exported import Exported
        return Exported(self.folder).multiply_adds

    def _row(self, one):
        row = {"ms": quartiles(self.times(one)), "minimum_ms": min(self.times(one)), "rounds": len(one.answers),
               "peak_mebibytes": one.peak_mebibytes(), "load_ms": one.start["ready"],
               "first_run_ms": one.start["first_run"]}
        stages = [key for key in ("decode", "preprocess", "network", "postprocess") if key in one.answers[0]]
        row["stages_ms"] = {key: statistics.median(answer[key] for answer in one.answers) for key in stages}
        for key in ("python_mebibytes", "imports", "errors", "boxes_found"):
            if key in one.start:
                row[key] = one.start[key]
        if one.note:
            row["note"] = one.note
        return row
