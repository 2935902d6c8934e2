# SPDX-License-Identifier: Apache-2.0
"""A copy of the program that finds a stand-in for the CUDA target: two GPUs, which compute by plain loops."""
import os
import shutil

from program import BUILD, FAST_TARGET, PROGRAM, ProgramTest

MODULE = os.path.join(BUILD, "tests", "stand_in_gpu", "tradewind-target-cuda.so")
ONEDNN = os.path.join(BUILD, "runtime", "targets", "onednn", "tradewind-target-onednn.so")


class StandInTest(ProgramTest):
    def setUp(self):
        super().setUp()
        root = os.path.join(self.folder, "installed")
        self.program = self.placed(PROGRAM, os.path.join(root, "tradewind"))
        self.placed(MODULE, os.path.join(root, "runtime", "targets", "cuda", os.path.basename(MODULE)))
        if FAST_TARGET:
            self.placed(ONEDNN, os.path.join(root, "runtime", "targets", "onednn", os.path.basename(ONEDNN)))
        self.environment["LD_LIBRARY_PATH"] = os.path.join(BUILD, "runtime")
        self.environment["TRADEWIND_PLUGIN_PATH"] = os.path.join(BUILD, "plugins") + ":" + os.path.join(BUILD, "meta_archs")

    def placed(self, source, target):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        return shutil.copy(source, target)

    def with_fault(self, name):
        return {"TRADEWIND_STAND_IN_FAULT": name}
