# SPDX-License-Identifier: Apache-2.0
"""Everything a comparison needs on disk, made once: pictures, bundles, exports, 8-bit models."""
import json
import os
import shutil
import subprocess

import cv2
import numpy

from exported import Exported
from ncnn_model import write_ncnn
from onnx_models import first_outputs, write_models, write_quantised

CANDIDATES = 40  # boxes times classes whose score passes the threshold, before suppression: a picture with some objects
CALIBRATION_PICTURES = 8


class Preparation:
    """`build`: of this project, with the targets export_network and contender; `work`: where things go."""

    def __init__(self, source, build, work, picture, tflite):
        self.source, self.build, self.work, self.tflite = source, build, work, tflite
        self.environment = {
            **os.environ, "TRADEWIND_SOURCE": source,
            "TRADEWIND_PLUGIN_PATH": f"{build}/plugins:{build}/meta_archs",
            "TRADEWIND_MODULE_PATH": f"{build}/runtime/targets/onednn:{build}/runtime/image/codecs"}
        os.makedirs(work, exist_ok=True)
        self.picture = os.path.join(work, "picture.jpg")
        self.pixels = cv2.imread(picture or os.path.join(source, "configs/bundles/pictures/ticket.png"))
        cv2.imwrite(self.picture, self.pixels, [cv2.IMWRITE_JPEG_QUALITY, 90])

    def program(self, name):
        folders = {"tradewind": self.build, "machine_limits": os.path.join(self.build, "tests/bench")}
        return os.path.join(folders.get(name, os.path.join(self.build, "tests/bench/peers")), name)

    def call(self, name, *arguments):
        done = subprocess.run([self.program(name), *arguments], env=self.environment, capture_output=True, text=True,
                              check=False)
        if done.returncode:
            raise RuntimeError(f"{name} {' '.join(arguments[:2])}: {done.stderr.strip()[-400:]}")

    def variants(self):
        """Pictures for calibration, from the one that is measured: parts of it, mirrored, darker and lighter."""
        height, width = self.pixels.shape[:2]
        found = [self.pixels]
        for i in range(1, CALIBRATION_PICTURES):
            part = self.pixels[height * (i % 3) // 6:height - height * (i % 2) // 5, width * (i % 4) // 8:]
            part = cv2.resize(part, (width, height))
            part = part[:, ::-1] if i % 2 else part
            found.append(numpy.clip(part * (0.5 + 0.07 * i), 0, 255).astype(numpy.uint8))
        return found

    def calibration_folder(self):
        folder = os.path.join(self.work, "calibration")
        if not os.path.isdir(folder):
            os.makedirs(folder)
            for i, picture in enumerate(self.variants()):
                cv2.imwrite(os.path.join(folder, f"{i:02}.jpg"), picture, [cv2.IMWRITE_JPEG_QUALITY, 95])
        return folder

    def prepare(self, network):
        """The folder of a network, with settings.json: model options and the threshold."""
        folder = os.path.join(self.work, network.name)
        done = os.path.join(folder, "settings.json")
        if not os.path.exists(done):
            os.makedirs(folder, exist_ok=True)
            settings = self.model_options(network, folder)
            self.export(folder, settings, network)
            with open(done + ".new", "w", encoding="utf-8") as file:
                json.dump(settings, file)
            os.rename(done + ".new", done)
        with open(done, encoding="utf-8") as file:
            return folder, json.load(file)

    def model_options(self, network, folder):
        if network.bundle:
            return {"model": os.path.join(self.source, network.bundle)}
        config = os.path.join(self.source, "configs", network.config + ".ini")
        if network.tflite:
            if not self.tflite:
                raise RuntimeError("needs --tflite FILE")
            shutil.copy(self.tflite, os.path.join(folder, "network.tflite"))
            return {"config": config, "weights": self.tflite}
        bundle = os.path.join(folder, "model.safetensors")
        changes = [word for key, value in network.settings.items() for word in ("--set", f"{key}={value}")]
        self.call("tradewind", "model", "new", "--config", config, "--weights", "seeded", *changes, "-o", bundle,
                  "--overwrite")
        return {"model": bundle}

    def export(self, folder, settings, network):
        """Twice: the first export tells which threshold gives so many candidates."""
        self.call("export_network", *words(settings), "--picture", self.picture, "--output", folder)
        if not (network.bundle or network.tflite):
            settings["set"] = f"meta.score_threshold={threshold(Exported(folder)):.6f}"
            self.call("export_network", *words(settings), "--picture", self.picture, "--output", folder)
        exported, shape = Exported(folder), self.pixels.shape[:2]
        write_models(exported, shape, folder)
        pictures = [picture[:, :, ::-1] for picture in self.variants()[:3 if exported.two_stages else None]]
        largest = write_quantised(exported, shape, folder, pictures)
        parts = {"f32": write_ncnn(exported, folder, first_outputs(exported)),
                 "int8": write_ncnn(exported, folder, first_outputs(exported), largest, "_int8")}
        with open(os.path.join(folder, "ncnn.json"), "w", encoding="utf-8") as file:
            json.dump(parts, file)

    def quantised(self, network, folder, settings):
        """Our options for 8 bits; a TFLite file has its own scales."""
        if network.tflite:
            return settings
        bundle = os.path.join(folder, "model_int8.safetensors")
        if not os.path.exists(bundle):
            # Whatever is lost: weights by formula tell nothing of accuracy, and peers keep no layer out either.
            self.call("tradewind", "model", "quantise", *words(settings), "--images", self.calibration_folder(),
                      "-o", bundle, "--method", "minmax", "--max-drop", "100")
        return {**settings, "model": bundle}


def words(options):
    return [word for key, value in options.items() for word in ("--" + key, value)]


def threshold(exported):
    scores = exported.recorded(exported.node("convert_scores")["outputs"][0]).ravel()
    return float(numpy.sort(scores)[-min(CANDIDATES, scores.size)])
