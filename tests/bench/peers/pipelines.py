# SPDX-License-Identifier: Apache-2.0
"""A peer's own pipeline over a folder of pictures, in a process of its own.
Usage: pipelines.py openvino|onnxruntime heads|whole f32|bf16|int8 STREAMS EXPORT-FOLDER PICTURE-FOLDER
Prints the seconds from the first file to the last boxes, without loading, and how many boxes there were."""
import concurrent.futures
import glob
import json
import os
import sys
import threading
import time

import cv2
import numpy

from exported import Exported
from host_detection import HostDetection
from runtimes import OnnxRuntime, OpenVino

PEER, WAY, PRECISION, STREAMS, FOLDER, PICTURES = sys.argv[1:]
FILES = sorted(glob.glob(os.path.join(PICTURES, "*.jpg")))


class Steps:
    """What surrounds the network: decoding, and for its heads alone resize and post-processing."""

    def __init__(self):
        self.exported = Exported(FOLDER)
        _, self.height, self.width, _ = self.exported.shapes[self.exported.input]
        self.detection, self.count, self.lock = HostDetection(self.exported), 0, threading.Lock()

    def inputs(self, path):
        picture = cv2.cvtColor(cv2.imread(path), cv2.COLOR_BGR2RGB)
        if WAY == "whole":
            return {"picture": picture[None]}
        pixels = cv2.resize(picture, (self.width, self.height)).astype(numpy.float32)
        return {"pixels": numpy.ascontiguousarray(pixels.transpose(2, 0, 1)[None])}

    def finish(self, outputs):
        found = (outputs["scores"] > 0).sum() if WAY == "whole" else \
            len(self.detection(outputs["codes"], outputs["logits"])[0])
        with self.lock:
            self.count += int(found)


def model_path(peer):
    name = "whole" if WAY == "whole" else "heads"
    return os.path.join(FOLDER, name + (peer.SUFFIX if PRECISION == "int8" else "") + ".onnx")


def openvino_pipeline(steps):
    """Its queue of requests with the hint for throughput; pictures are decoded in threads meanwhile."""
    import openvino
    settings = {"PERFORMANCE_HINT": "THROUGHPUT", "INFERENCE_NUM_THREADS": int(STREAMS)}
    if PRECISION != "int8":
        settings["INFERENCE_PRECISION_HINT"] = PRECISION
    model = openvino.Core().compile_model(model_path(OpenVino), "CPU", settings)
    queue = openvino.AsyncInferQueue(model)
    names = [(output.get_names(), output) for output in model.outputs]
    queue.set_callback(lambda request, _: steps.finish(
        {name: request.get_tensor(output).data for all_names, output in names for name in all_names}))

    def run():
        with concurrent.futures.ThreadPoolExecutor(int(STREAMS)) as pool:
            waiting = []
            for path in FILES:
                waiting.append(pool.submit(steps.inputs, path))
                if len(waiting) > 2 * int(STREAMS):
                    queue.start_async(waiting.pop(0).result())
            for one in waiting:
                queue.start_async(one.result())
        queue.wait_all()
    return run


def onnxruntime_pipeline(steps):
    """A session of one thread for each stream, in a thread that decodes as well."""
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads, options.log_severity_level = 1, 1, 3
    sessions = [onnxruntime.InferenceSession(model_path(OnnxRuntime), options, providers=["CPUExecutionProvider"])
                for _ in range(int(STREAMS))]

    def stream(index):
        session = sessions[index]
        names = [output.name for output in session.get_outputs()]
        for path in FILES[index::int(STREAMS)]:
            steps.finish(dict(zip(names, session.run(None, steps.inputs(path)))))

    def run():
        with concurrent.futures.ThreadPoolExecutor(int(STREAMS)) as pool:
            list(pool.map(stream, range(int(STREAMS))))
    return run


def main():
    cv2.setNumThreads(1)
    steps = Steps()
    run = {"openvino": openvino_pipeline, "onnxruntime": onnxruntime_pipeline}[PEER](steps)
    start = time.perf_counter()
    run()
    print(json.dumps({"seconds": time.perf_counter() - start, "boxes": steps.count, "pictures": len(FILES)}), flush=True)
    os._exit(0)  # OpenVINO's threads may hold the last reference to what they would have to end


main()
