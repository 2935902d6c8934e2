#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Streams, batches, precision and GPUs: what they change, and that they do not change what is found."""
import json
import os
import re
import signal
import subprocess
import time
import unittest

from program import PICTURES, FAST_TARGET, ProgramTest, picture
from stand_in import StandInTest

NAMES = ["tin.png", "desk.png", "board.png", "warehouse_wall.jpg"]
SMALL = ("--set", "image.resize=keep_aspect", "--set", "image.min_side=96", "--set", "image.max_side=256")


def untimed(text):
    return re.sub(r'"time_ms":{[^}]*}', "", text)


class Order(ProgramTest):
    def inputs(self):
        """Pictures of several sizes, formulas, one that is damaged and one that is missing."""
        with open(picture(), "rb") as file:
            damaged = self.write("damaged.png", file.read(2000))
        return ["picture:64x96", picture("desk.png"), "missing.png", "picture:96x64", damaged, *(picture(name) for name in NAMES), "picture:64x96"]

    def looked(self, *arguments):
        done = self.run_program("detect", *self.inputs(), "--save", "jsonl", "-o", "-", "--threads", "1", *SMALL, *arguments)
        return done.returncode, untimed(done.stdout), done.stderr

    def test_the_same_bytes_in_the_order_of_the_inputs(self):
        alone = self.looked()
        self.assertEqual(3, alone[0])
        self.assertEqual(10, alone[1].count("\n"))
        self.assertIn("missing.png", alone[2])
        for arguments in (["--streams", "2"], ["--streams", "5"], ["--batch", "4"], ["--streams", "3", "--batch", "2"],
                          ["--streams", "2", "--crops", "1x2"]):
            if "--crops" in arguments:
                alone = self.looked("--crops", "1x2")
            self.assertEqual(alone, self.looked(*arguments), arguments)

    def test_settings_say_it_as_well(self):
        self.write("tradewind.ini", "[run]\nstreams = 2\nbatch = 3\n")
        printed = self.fine("detect", "--print-config", environment={"TRADEWIND_PRECISION": "auto"})
        self.assertIn("# from ./tradewind.ini:2\nstreams = 2", printed)
        self.assertIn("# from TRADEWIND_PRECISION\nprecision = auto", printed)
        self.assertIn("tune = fast", printed)
        self.fine("detect", picture(), "--save", "json", "-o", "out")
        run = json.loads(self.read("out/run.json"))["run"]
        self.assertEqual(("2", "3", "f32"), (run["run.streams"], run["run.batch"], run["run.precision"]))

    def test_accuracy_is_the_same(self):
        where = ["--images", PICTURES, "--annotations", os.path.join(os.path.dirname(PICTURES), "annotations.json"), "--json", *SMALL]
        self.assertEqual(self.fine("eval", *where), self.fine("eval", *where, "--streams", "3", "--threads", "1"))

    def test_what_nobody_reads_is_not_computed(self):
        """Whoever reads leaves, while another thread waits for more names of pictures."""
        for arguments in ([], ["--streams", "2"]):
            process = self.start_program("detect", "-", "--save", "jsonl", "-o", "-", *SMALL, *arguments, stdin=subprocess.PIPE)
            process.stdout.close()
            process.stdin.write("picture:64x64\n")
            process.stdin.flush()
            self.assertEqual(0, process.wait(60), arguments)
            process.stdin.close()
            process.stderr.close()

    def test_results_come_while_more_names_are_awaited(self):
        process = self.start_program("detect", "-", "--save", "jsonl", "-o", "-", *SMALL, "--streams", "2", "--batch", "4", stdin=subprocess.PIPE)
        for i in range(3):
            process.stdin.write(f"picture:64x{64 + i}\n")
            process.stdin.flush()
            self.assertEqual(64 + i, json.loads(process.stdout.readline())["width"])
        process.stdin.close()
        self.assertEqual(0, process.wait(60))
        process.stdout.close()
        process.stderr.close()

    def interrupted(self, *arguments, ready):
        process = self.start_program("detect", *arguments, "--save", "jsonl", "-o", "out", "--overwrite", *SMALL, "--streams", "2")
        deadline = time.time() + 60
        while not ready() and time.time() < deadline:
            time.sleep(0.02)
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        _, self.errors = process.communicate(timeout=60)
        code = process.returncode
        run = json.loads(self.read("out/run.json"))
        self.assertEqual("interrupted", run["end"])
        self.assertIn(f"tradewind: stopped after {run['inputs']} of ", self.errors)
        self.assertIn(" inputs: the files written are of these alone\n", self.errors)
        return code

    def test_a_signal_ends_all_streams_and_keeps_what_was_finished(self):
        started = lambda: any(".part-" in name for name in os.listdir(self.path("out"))) if os.path.isdir(self.path("out")) else False
        self.assertEqual(130, self.interrupted(*["picture:3000x4000"] * 400, ready=started))
        files = [json.loads(line)["width"] for line in self.read("out/detections.jsonl").splitlines()]
        self.assertEqual([4000] * len(files), files)

    def test_a_signal_ends_the_wait_for_a_pipe(self):
        os.mkfifo(self.path("pipe.png"))
        started = lambda: os.path.isdir(self.path("out"))
        self.assertEqual(130, self.interrupted("picture:64x64", "pipe.png", ready=started))
        self.assertEqual(1, self.read("out/detections.jsonl").count("\n"))

    def test_a_pipe_is_read_to_its_end(self):
        os.mkfifo(self.path("pipe.png"))
        for arguments in ([], ["--streams", "2"]):
            process = self.start_program("detect", "pipe.png", "--save", "jsonl", "-o", "-", *arguments)
            with open(self.path("pipe.png"), "wb") as pipe, open(picture(), "rb") as file:
                for block in iter(lambda: file.read(30000), b""):
                    pipe.write(block)
                    pipe.flush()
                    time.sleep(0.01)
            out, err = process.communicate(timeout=60)
            self.assertEqual((0, ""), (process.returncode, err))
            self.assertEqual("ok", json.loads(out)["status"])


def allowed(task):
    """The processors that a thread may run on, from "Cpus_allowed_list:	0-2,5"."""
    with open(f"/proc/{task}/status", encoding="ascii") as file:
        ranges = re.search(r"Cpus_allowed_list:\s*(\S+)", file.read()).group(1).split(",")
    ends = [list(map(int, one.split("-"))) for one in ranges]
    return {number for one in ends for number in range(one[0], one[-1] + 1)}


class Hint(ProgramTest):
    """--hint throughput: a stream for each processor."""

    def setUp(self):
        super().setUp()
        self.processors = sorted(os.sched_getaffinity(0))
        result = json.loads(self.fine("bench", "picture:64x64", *SMALL, "--iterations", "1", "--json"))
        if result["machine"]["cores"] < len(self.processors):
            self.skipTest("a quota holds this process to fewer processors than it may run on")

    def streams(self, *arguments, processors):
        self.fine("detect", picture(), "--save", "jsonl", "-o", "out", "--overwrite", "-q", *SMALL, *arguments,
                  preexec_fn=lambda: os.sched_setaffinity(0, processors))
        return json.loads(self.read("out/run.json"))["computed"]["streams"]

    def test_as_many_as_processors(self):
        every = self.processors
        self.assertEqual(1, self.streams(processors=every))
        self.assertEqual(1, self.streams("--hint", "latency", processors=every))
        self.assertEqual(len(every), self.streams("--hint", "throughput", processors=every))
        self.assertEqual(1, self.streams("--hint", "throughput", processors=every[-1:]))
        self.assertEqual(len(every) // 2 or 1, self.streams("--hint", "throughput", "--threads", "2", processors=every))
        self.assertEqual(3, self.streams("--hint", "throughput", "--streams", "3", processors=every))

    def places(self, *arguments, processors):
        """Where the threads of a run may go, as sets; the run ends after this."""
        process = self.start_program("detect", "-", "--save", "jsonl", "-o", "-", *SMALL, *arguments, stdin=subprocess.PIPE,
                                     preexec_fn=lambda: os.sched_setaffinity(0, processors))
        process.stdin.write("picture:64x64\n" * 8)
        process.stdin.flush()
        for _ in range(8):
            process.stdout.readline()
        found = [allowed(f"{process.pid}/task/{task}") for task in os.listdir(f"/proc/{process.pid}/task")]
        out, errors = process.communicate(timeout=60)
        self.assertEqual((0, "", ""), (process.returncode, out, errors))
        return found

    def test_each_on_a_processor_of_its_own(self):
        every = self.processors
        if len(every) == 1:
            self.skipTest("there is one processor")
        pinned = [places for places in self.places("--hint", "throughput", processors=every) if len(places) < len(every)]
        self.assertEqual([{number} for number in every], sorted(pinned, key=sorted))
        self.assertEqual([set(every), *({number} for number in every[1:])], self.other_places(every))  # the team while it computes
        for arguments in (["--streams", "2"], ["--hint", "throughput", "--streams", str(len(every) + 1)]):
            self.assertEqual([set(every)], self.other_places(every, *arguments))

    def other_places(self, every, *arguments):
        """Of the first thread, and of those that may not go everywhere."""
        return [places for n, places in enumerate(self.places(*arguments, processors=every)) if n == 0 or places != set(every)]

    def test_never_outside_what_the_process_may_use(self):
        for number in self.processors[:2]:
            for places in self.places("--hint", "throughput", processors={number}):
                self.assertEqual({number}, places)

    def test_the_same_bytes_in_the_order_of_the_inputs(self):
        inputs = [f"picture:{64 + 8 * (i * 5 % 7)}x96" for i in range(20)] + [picture(name) for name in NAMES]
        looked = lambda *arguments: untimed(self.fine("detect", *inputs, "--save", "jsonl", "-o", "-", *SMALL, *arguments))
        alone = looked("--threads", "1")
        self.assertEqual(24, alone.count("\n"))
        self.assertEqual(alone, looked("--hint", "throughput"))
        self.assertEqual(alone, looked("--hint", "throughput", "--streams", "5"))

    def test_bench_tells_what_it_makes(self):
        result = json.loads(self.fine("bench", "picture:64x64", *SMALL, "--hint", "throughput", "--iterations", "8", "--json"))
        self.assertEqual((len(self.processors), 1), tuple(result["configuration"][key] for key in ("streams", "threads")))
        self.assertGreater(result["pictures_per_second"], 0)

    def test_a_study_of_both(self):
        self.write("s.ini", "[study]\nimages = picture:64x64\niterations = 2\nrounds = 1\n[grid a]\nconfig = %s\nsize = 64\n"
                            "hint = latency, throughput\n" % os.path.join(os.path.dirname(PICTURES), "..", "ssd_mobilenet_v1_256_0125.ini"))
        self.fine("study", "s.ini", "-o", "out", "-q")
        results = [json.loads(line)["configuration"] for line in self.read("out/results.jsonl").splitlines()]
        self.assertEqual({1, len(self.processors)}, {result["streams"] for result in results})


class Refusals(ProgramTest):
    def test_values(self):
        for option, value, words in (("--batch", "0", "run.batch is '0'"), ("--batch", "1025", "run.batch"), ("--streams", "-1", "run.streams"),
                                     ("--precision", "fp16", "run.precision is 'fp16', but may be f32, tf32, f16, bf16, int8 or auto"),
                                     ("--hint", "speed", "run.hint is 'speed', but may be latency or throughput"),
                                     ("--tune", "slow", "run.tune is 'slow', but may be off, fast or full"),
                                     ("--max-memory", "4Q", "--max-memory: run.max_memory is '4Q', but must be a size such as 800M or 4G"),
                                     ("--max-memory", "0", "run.max_memory"), ("--target", "cuda:", "run.target is 'cuda:'"),
                                     ("--target", "cuda:0,0", "run.target is 'cuda:0,0'")):
            self.refused(2, words, "detect", "x.png", option, value)

    def test_what_does_not_go_together_is_said_before_anything_is_loaded(self):
        self.refused(2, "--precision: the reference target does not compute in f16; the target reference takes f32, --target cuda others",
                     "detect", "x.png", "--model", "/nonexistent", "--target", "reference", "--precision", "f16")
        self.refused(2, "1 stream leaves some of 2 GPUs idle: name fewer GPUs, or give --streams 2", "detect", "x.png", "--target", "cuda:0,1", "--streams", "1")
        self.fine("detect", "picture:64x64", "--target", "reference", "--precision", "auto", *SMALL)
        self.fine("detect", "picture:64x64", "--target", "reference", *SMALL, environment={"TRADEWIND_MAX_MEMORY": "1G"})


class Gpus(StandInTest):
    def looked(self, *arguments):
        return untimed(self.fine("detect", *(picture(name) for name in NAMES), "picture:64x96", "picture:96x64", "--save", "jsonl", "-o", "-", *SMALL, *arguments))

    def test_the_same_whatever_the_batch_the_streams_and_the_gpus(self):
        plain = self.looked("--target", "reference")
        for arguments in (["--target", "cuda"], ["--target", "cuda:1", "--batch", "4"], ["--target", "cuda:all", "--batch", "2"],
                          ["--target", "cuda:0,1", "--streams", "3", "--precision", "auto", "--tune", "full", "--max-memory", "2G"]):
            self.assertEqual(plain, self.looked(*arguments), arguments)

    def test_doctor_lists_them(self):
        text = self.fine("doctor")
        self.assertIn("cuda:0          stands in for cuda:0\n", text)
        self.assertIn("cuda:1          stands in for cuda:1\n", text)
        self.assertIn("cuda            absent: NVIDIA's driver is too old; update it\n", self.fine("doctor", environment=self.with_fault("driver")))

    def test_faults(self):
        arguments = ("detect", "picture:64x64", "picture:64x65", *SMALL, "--target", "cuda")
        self.refused(6, "NVIDIA's driver is too old", *arguments, environment=self.with_fault("driver"))
        done = self.run_program(*arguments, "--save", "jsonl", "-o", "out", environment=self.with_fault("lost"))
        self.assertEqual((1, "tradewind: the GPU was lost: start the command again\n"), (done.returncode, done.stderr))
        self.assertEqual(1, self.read("out/detections.jsonl").count("\n"))
        done = self.run_program(*arguments, "--batch", "4", environment=self.with_fault("memory"))
        self.assertEqual(6, done.returncode)
        self.assertIn("it is for 4 pictures at once: lower --batch", done.stderr)
        self.refused(6, "NVIDIA's driver is too old", "detect", "x.png", "--model", "/nonexistent", "--target", "cuda", environment=self.with_fault("driver"))
        self.refused(2, "there are 2 GPUs", *arguments[:-1], "cuda:2")
        self.refused(2, "--precision: the stand-in does not compute in bf16; the target cuda:0 takes f32, f16", *arguments, "--precision", "bf16")

    def test_auto_leaves_them_alone_where_there_is_no_driver(self):
        if os.path.exists("/dev/nvidiactl") or os.path.exists("/dev/dxg"):
            self.skipTest("this machine has NVIDIA's driver")
        self.environment.pop("TRADEWIND_TARGET", None)
        done = self.run_program("detect", "picture:64x64", "--save", "json", "-o", "out", *SMALL)
        self.assertEqual(0, done.returncode)
        if FAST_TARGET:
            self.assertEqual("", done.stderr)
        self.assertEqual("cpu" if FAST_TARGET else "reference", json.loads(self.read("out/run.json"))["target"]["name"])

    def test_bench_tells_what_one_picture_takes(self):
        arguments = ("bench", "picture:96x96", *SMALL, "--target", "cuda", "--warmup", "1", "--rounds", "2")
        result = json.loads(self.fine(*arguments, "--iterations", "8", "--batch", "4", "--precision", "f16", "--profile", "--json"))
        configuration = result["configuration"]
        self.assertEqual(("cuda:0", "f16", 4, 1), tuple(configuration[key] for key in ("target", "precision", "batch", "streams")))
        self.assertEqual(2, result["time_ms"]["total"]["count"])
        text = self.fine(*arguments, "--iterations", "8", "--batch", "4")
        self.assertRegex(text, r"how +cuda:0, f32, 1 thread, 4 pictures at once\n")
        self.assertRegex(text, r"batch +all times are those of one picture; 4 at once take [0-9.]+ ms")
        self.assertIn("8 pictures; median of each round", text)
        alone = json.loads(self.fine("bench", "picture:96x96", *SMALL, "--target", "reference", "--batch", "4", "--warmup", "1", "--iterations", "2", "--json"))
        self.assertEqual(1, alone["configuration"]["batch"])

    def test_a_study_of_what_a_gpu_alone_can(self):
        self.write("s.ini", "[study]\nimages = picture:64x64\niterations = 2\nrounds = 1\n[grid a]\nconfig = %s\nsize = 64\n"
                            "target = cuda, reference\nbatch = 1, 2\nprecision = f32, f16\n" % os.path.join(os.path.dirname(PICTURES), "..", "ssd_mobilenet_v1_256_0125.ini"))
        listed = self.fine("study", "s.ini", "--list")
        self.assertIn("the reference target does not compute in", listed)
        self.assertIn("the reference target computes one picture after the other", listed)
        self.fine("study", "s.ini", "-o", "out", "-q")
        results = [json.loads(line) for line in self.read("out/results.jsonl").splitlines()]
        told = sorted((r["configuration"]["target"], r["configuration"]["batch"], r["configuration"]["precision"], r["status"]) for r in results)
        self.assertEqual([("cuda:0", 1, "f16", "ok"), ("cuda:0", 1, "f32", "ok"), ("cuda:0", 2, "f16", "ok"), ("cuda:0", 2, "f32", "ok"),
                          ("reference", 1, "f16", "impossible"), ("reference", 1, "f32", "ok"),
                          ("reference", 2, "f16", "impossible"), ("reference", 2, "f32", "impossible")], told)


if __name__ == "__main__":
    unittest.main()
