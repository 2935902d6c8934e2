// SPDX-License-Identifier: Apache-2.0
// What tests of whole networks stand on: the plugins of the build tree, models by config, targets by name.
#pragma once

#include "detector/detector.h"

namespace scene {

tradewind::Registry &registry();
std::vector<std::string> module_folders();

// "reference" and, where its module was built, "cpu".
std::vector<std::string> targets();

// From INI text; seeded weights under `prefix` unless a weight file is named.
tradewind::Model seeded_model(const std::string &ini, const std::string &prefix = {});
tradewind::Model seeded_model(const tradewind::Settings &settings, const std::string &prefix = {});
tradewind::Model model_of(const std::string &ini, const std::string &weight_file);

tradewind::Detector detector(tradewind::Model model, const std::string &target, int threads = 0);

// Decodes a file.
tradewind::Picture picture(const std::string &path);

std::string read_text(const std::string &path);

} // namespace scene
