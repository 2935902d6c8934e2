// SPDX-License-Identifier: Apache-2.0
// Detectors as others publish them: pipeline.config files, and folders of released models.
#pragma once

#include "host/registry.h"
#include "weights/importers/pipeline_config.h"

namespace tradewind::cli {

// The rows of a table of published data ("fields.ini") in every folder with configs: the user's stand beside the
// shipped ones. Empty where there is none.
Settings published_data(const std::string &name);

// Whether --config names a pipeline of the TensorFlow Object Detection API: by its ending, ".config".
bool is_pipeline(const std::string &path);

// The settings that it stands for. Values that it leaves out are not mentioned where the components have no such
// setting. Throws Error(refused).
PipelineSettings pipeline_settings(Registry &registry, const std::string &path);

// What a folder holds.
struct ModelFolder {
    std::string weights;  // the file to import
    std::string pipeline; // "" where there is none
    std::string labels;   // a label map; "" where there is none, or several of which none is called label_map.pbtxt
    std::string without_labels; // why no .pbtxt of the folder is used; "" where one is, or there is none
    Settings release;           // what the folder's name tells
};

// Weights are a checkpoint, or the frozen graph where there is no checkpoint or one without its data (unless shapes are
// all that is wanted). Throws Error(refused) when there are none, or several of a kind.
ModelFolder look_into(const std::string &folder, bool only_shapes);

} // namespace tradewind::cli
